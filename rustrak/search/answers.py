"""The terms of a search, answered one by one: each by one statement over its index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString

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

MANY: Final = 1000
"""From so many issues on it is faster to read all that have a tag."""

Figures = tuple[int, int, int]
"""What is counted of those events of an issue that are meant: how many they are, when the first
and when the last was received, in microseconds."""

Counted = Mapping[int, Figures]

Place = tuple[int, int]
"""Where an issue is in a list: what it is sorted by, and its key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search with the answers to its terms."""

    query: Query
    project_ids: list[int]
    environments: list[str] | None
    """Those the query is about; None for all, and for events of none."""
    ranked: list[Place]
    """Every issue in these environments by what is counted of all its events there, the least
    first."""
    keys: Keys
    """The same issues."""
    verdicts: dict[Term, Verdict] = field(default_factory=dict)

    @property
    def tags(self) -> list[TagTerm]:
        """The terms about events."""
        return [term for term in self.verdicts if isinstance(term, TagTerm)]

    def scope(self) -> dict[str, Any]:
        return {"project_ids": self.project_ids, "environments": self.environments}


async def ask(
    conn: Connection, project_ids: Sequence[int], query: Query, user_id: int | None, sort: str
) -> Asked:
    """Ask for everything and for each term; `user_id` is who `assigned:me` means."""
    projects = list(project_ids)
    environments = await _environments(conn, projects, query.environments)
    name = "list_issues" if environments is None else "list_issues_in_environments"
    scope = {"project_ids": projects, "environments": environments}
    row = await _fetch(conn, sql(f"search/{name}"), scope, sort=sort)
    ranked = list(zip(row["ranks"], row["keys"], strict=True))
    asked = Asked(query, projects, environments, ranked, frozenset(row["keys"]))
    for term in dict.fromkeys(terms_of(query.tree)):
        question = _tagged(term, "match") if isinstance(term, TagTerm) else _question(term, user_id)
        row = await _fetch(conn, *question, scope)
        possible = asked.keys.intersection(row["keys"])
        certain = asked.keys.intersection(row["certain"]) if "certain" in row else possible
        asked.verdicts[term] = Verdict(certain, possible)
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


def _tagged(term: TagTerm, verb: str) -> tuple[LiteralString, dict[str, Any]]:
    """The statement that finds, or counts, the events with a tag, and its parameters."""
    if term.pattern is None:
        wanted: dict[str, Any] = {"key": term.key, "values": list(term.values)}
        return sql(f"search/{verb}_tag_values"), wanted
    low, high = prefix(term.pattern)
    wanted = {"key": term.key, "pattern": term.pattern, "low": low, "high": high}
    return sql(f"search/{verb}_tag_pattern"), wanted


async def count_events(conn: Connection, asked: Asked, keys: Keys) -> Counted:
    """What is counted of all events of some issues."""
    query = sql("search/count_events")
    return _counted(await _fetch(conn, query, asked.scope(), keys=[*keys])) if keys else {}


async def count_tagged(conn: Connection, asked: Asked, term: TagTerm, keys: Keys) -> Counted:
    """What is counted of the events of some issues of which a term is true."""
    if not keys:
        return {}
    if len(keys) > MANY:
        counted = _counted(await _fetch(conn, *_tagged(term, "total"), asked.scope()))
        return {key: counted[key] for key in keys & counted.keys()}
    query, wanted = _tagged(term, "count")
    return _counted(await _fetch(conn, query, asked.scope(), wanted, keys=[*keys]))


async def count_others(conn: Connection, asked: Asked, term: TagTerm, keys: Keys) -> Counted:
    """What is counted of their events that have the tag, but none of the values asked for."""
    if not keys:
        return {}
    wanted = {"key": term.key, "values": list(term.values), "pattern": term.pattern}
    query = sql("search/count_other_values")
    return _counted(await _fetch(conn, query, asked.scope(), wanted, keys=[*keys]))


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
