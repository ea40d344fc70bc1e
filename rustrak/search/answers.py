"""The terms of a search, answered one by one: each by one statement over its index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString

from psycopg.rows import DictRow

from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.search.evaluate import Keys, Verdict
from rustrak.search.query import (
    AssigneeTerm,
    IssueTerm,
    NumberTerm,
    Query,
    ShortIdTerm,
    StatusTerm,
    TagTerm,
    Term,
    TextTerm,
    TimeTerm,
    terms_of,
)
from rustrak.search.values import prefix

Figures = tuple[int, int, int]
"""What is counted of those events of an issue that are meant: how many they are, when the first
and when the last was received, in microseconds. Performance: a plain tuple, made in C; there is
one an issue of the project."""

Counted = Mapping[int, Figures]


@dataclass(slots=True)
class Asked:
    """A search with the answers to its terms."""

    query: Query
    project_ids: list[int]
    environments: list[str] | None
    """Those the query is about; None for all, and for events of none."""
    everything: Counted
    """Every issue in these environments."""
    verdicts: dict[Term, Verdict] = field(default_factory=dict)
    tagged: dict[TagTerm, Counted] = field(default_factory=dict)

    @property
    def keys(self) -> Keys:
        return frozenset(self.everything)

    def scope(self) -> dict[str, Any]:
        return {"project_ids": self.project_ids, "environments": self.environments}


async def ask(
    conn: Connection, project_ids: Sequence[int], query: Query, user_id: int | None
) -> Asked:
    """Ask for everything and for each term; `user_id` is who `assigned:me` means."""
    projects = list(project_ids)
    environments = await _environments(conn, projects, query.environments)
    name = "list_issues" if environments is None else "list_issues_in_environments"
    scope = {"project_ids": projects, "environments": environments}
    everything = _counted(await _fetch(conn, sql(f"search/{name}"), scope))
    asked = Asked(query, projects, environments, everything)
    everywhere = asked.keys
    for term in dict.fromkeys(terms_of(query.tree)):
        if isinstance(term, TagTerm):
            found = asked.tagged[term] = await _tagged(conn, asked, term)
            common = (key for key, of in found.items() if of[0] == everything[key][0])
            asked.verdicts[term] = Verdict(frozenset(common), frozenset(found))
        else:
            row = await _fetch(conn, *_question(term, user_id), scope)
            keys = everywhere.intersection(row["keys"])
            asked.verdicts[term] = Verdict(keys, keys)
    return asked


async def _environments(
    conn: Connection, project_ids: list[int], term: TagTerm | None
) -> list[str] | None:
    if term is None or term.pattern is None:
        return None if term is None else list(term.values)
    cursor = await conn.execute(
        sql("search/match_environments"), {"project_ids": project_ids, "pattern": term.pattern}
    )
    return [row["environment"] for row in await cursor.fetchall()]


async def _tagged(conn: Connection, asked: Asked, term: TagTerm) -> Counted:
    if term.pattern is None:
        query, values = sql("search/match_tag_values"), {"values": list(term.values)}
        return _counted(await _fetch(conn, query, asked.scope(), key=term.key, **values))
    low, high = prefix(term.pattern)
    query = sql("search/match_tag_pattern")
    wanted = {"key": term.key, "pattern": term.pattern, "low": low, "high": high}
    return _counted(await _fetch(conn, query, asked.scope(), **wanted))


async def others(conn: Connection, asked: Asked, term: TagTerm) -> Counted:
    """The events that have the tag, but none of the values asked for."""
    wanted = {"key": term.key, "values": list(term.values), "pattern": term.pattern}
    return _counted(await _fetch(conn, sql("search/match_other_values"), asked.scope(), **wanted))


def _question(term: IssueTerm, user_id: int | None) -> tuple[LiteralString, dict[str, Any]]:
    """The statement that answers a term about issues, and its parameters."""
    if isinstance(term, StatusTerm):
        return sql("search/match_status"), {"status": term.status}
    if isinstance(term, TextTerm):
        return sql("search/match_text"), {"field": term.field, "pattern": term.pattern}
    if isinstance(term, ShortIdTerm):
        return sql("search/match_short_id"), {"slug": term.slug, "number": term.number}
    if isinstance(term, AssigneeTerm):
        who = {"who": term.who, "email": term.email, "user_id": user_id}
        return sql("search/match_assignee"), who
    bounds = {"field": term.field, "low": term.low, "high": term.high}
    if isinstance(term, NumberTerm):
        return sql("search/match_number"), bounds
    assert isinstance(term, TimeTerm)
    return sql("search/match_time"), bounds


async def _fetch(
    conn: Connection, query: LiteralString, *params: Mapping[str, Any], **more: Any
) -> DictRow:
    """The one row of arrays; in binary, because they are long.

    Never prepared: how many rows a value has differs too much for one plan.
    """
    given = {name: value for some in (*params, more) for name, value in some.items()}
    cursor = await conn.execute(query, given, binary=True, prepare=False)
    row = await cursor.fetchone()
    assert row is not None
    return row


def _counted(row: DictRow) -> Counted:
    figures = zip(row["events"], row["first_seen"], row["last_seen"], strict=True)
    return dict(zip(row["keys"], figures, strict=True))
