"""The terms of a search, asked one by one: each by one statement over its index.

Those that must hold are asked first, the narrow ones before the broad: once they leave few issues,
everything else is asked of these alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from psycopg.rows import DictRow

from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.projections.tag_numbers import tag_number
from rustrak.search.answers import MANY, Asked, fetch_arrays
from rustrak.search.evaluate import Verdict
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
    conjuncts,
    terms_of,
)
from rustrak.search.values import prefix

Answers = dict[Term, DictRow]


async def ask(
    conn: Connection, project_ids: Sequence[int], query: Query, user_id: int | None, sort: str
) -> Asked:
    """Ask for each term and for everything; `user_id` is who `assigned:me` means."""
    projects = list(project_ids)
    asked = Asked(query, projects, await _environments(conn, projects, query.environments))
    answers: Answers = {}
    must = dict.fromkeys(conjuncts(query.tree))
    for term in sorted(must, key=_breadth):
        answers[term] = await _answer(conn, asked, term, user_id)
        _narrow(asked, answers[term])
    name = "list_issues" if asked.environments is None else "list_issues_in_environments"
    row = await fetch_arrays(conn, sql(f"search/{name}"), asked.scope(), only=asked.only, sort=sort)
    asked.ranked = list(zip(row["ranks"], row["keys"], strict=True))
    places = dict(zip(row["keys"], row["places"], strict=True))
    asked.keys = frozenset(places)
    for term in terms_of(query.tree):
        if term not in answers:
            answers[term] = await _answer(conn, asked, term, user_id)
    for term, answer in answers.items():
        asked.verdicts[term] = _verdict(asked, answer, places)
    return asked


def _breadth(term: Term) -> int:
    """How many issues a term may leave: a guess, the fewest first."""
    if isinstance(term, TagTerm):
        return 3 if term.pattern is not None else 1
    return 0 if isinstance(term, ShortIdTerm) else 2


def _narrow(asked: Asked, answer: DictRow) -> None:
    found = answer["keys"]
    if len(found) <= MANY:
        numbers = {key & 0xFFFFFFFF for key in found}
        asked.only = sorted(numbers if asked.only is None else numbers.intersection(asked.only))


async def _environments(
    conn: Connection, project_ids: list[int], term: TagTerm | None
) -> list[str] | None:
    if term is None or term.pattern is None:
        return None if term is None else list(term.values)
    cursor = await conn.execute(
        sql("search/match_environments"), {"project_ids": project_ids, "pattern": term.pattern}
    )
    return [row["environment"] for row in await cursor.fetchall()]


async def _answer(conn: Connection, asked: Asked, term: Term, user_id: int | None) -> DictRow:
    if not isinstance(term, TagTerm):
        query, wanted = _question(term, user_id)
        return await fetch_arrays(conn, query, wanted, project_ids=asked.project_ids)
    tags = asked.tags[term] = await _tags(conn, asked.project_ids, term)
    query = sql("search/match_tags")
    return await fetch_arrays(conn, query, asked.scope(), only=asked.only, tags=tags)


async def _tags(conn: Connection, project_ids: list[int], term: TagTerm) -> list[int]:
    """The numbers of the tags a term means."""
    if term.pattern is None:
        return [tag_number(term.key, value) for value in term.values]
    low, high = prefix(term.pattern)
    wanted = {"key": term.key, "pattern": term.pattern, "low": low, "high": high}
    row = await fetch_arrays(conn, sql("search/find_tags"), wanted, project_ids=project_ids)
    return list(row["tags"])


def _verdict(asked: Asked, answer: DictRow, places: Mapping[int, int]) -> Verdict:
    """A tag that is common in all places of an issue is one of all its events."""
    possible = asked.keys.intersection(answer["keys"])
    if "common" not in answer:
        return Verdict(possible, possible)
    certain = frozenset(
        key
        for key, common in zip(answer["keys"], answer["common"], strict=True)
        if common and places.get(key) == common
    )
    return Verdict(certain, possible)


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
