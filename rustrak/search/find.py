"""Issues found by a query, with the figures of the events that are meant, a page at a time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from heapq import nlargest, nsmallest
from typing import Final

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.search.answers import Asked, Counted, ask, others
from rustrak.search.evaluate import Keys, evaluate, suppose
from rustrak.search.judge import count_users, judge, only_users
from rustrak.search.query import Query, TagTerm

MOST_READ: Final = 2000
"""Events read for the users of one page; who wants to know more asks for an issue alone."""

Place = tuple[int, int]
"""Where an issue is in a list: what it is sorted by, and its key."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Sort(StrEnum):
    """Of events that are meant; `users` and `priority` are the issue's. Ties go by number."""

    DIGEST_ORDER = "digest_order"
    LAST_SEEN = "last_seen"
    FIRST_SEEN = "first_seen"
    EVENTS = "events"
    USERS = "users"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Found:
    """A page. Rows have the columns of `search/list_found`, with the figures of the events that
    are meant; `user_count` is None where it would take too long to say."""

    total: int
    rows: list[DictRow]
    next: Place | None
    """Where the following page goes on; None on the last one."""


async def find_issues(
    conn: Connection,
    project_ids: Sequence[int],
    query: Query,
    *,
    sort: Sort = Sort.LAST_SEEN,
    descending: bool = True,
    limit: int = 25,
    offset: int = 0,
    after: Place | None = None,
    user_id: int | None = None,
) -> Found:
    """The issues with an event that is meant; `conn` is in autocommit mode.

    Pages are asked for by `offset`, or by `after`, which is the `next` of the page before.
    `user_id` is who `assigned:me` means. All figures are of one moment.
    """
    async with _moment(conn):
        asked = await ask(conn, project_ids, query, user_id)
        found, certain = await _decide(conn, asked)
        places = await _places(conn, asked, found, sort)
        if after is not None:
            places = [place for place in places if (place < after if descending else place > after)]
        best = nlargest if descending else nsmallest
        page = best(offset + limit + 1, places)[offset:]
        rows = await list_found(conn, [key for _, key in page[:limit]])
        _tell_figures(rows, found)
        await _add_users(conn, asked, rows, certain)
    return Found(len(found), rows, page[limit - 1] if len(page) > limit else None)


async def count_issues(
    conn: Connection, project_ids: Sequence[int], query: Query, *, user_id: int | None = None
) -> int:
    """How many issues `find_issues` would find."""
    async with _moment(conn):
        found, _ = await _decide(conn, await ask(conn, project_ids, query, user_id))
    return len(found)


async def count_users_of(conn: Connection, query: Query, *, project_id: int, number: int) -> int:
    """The users of the events of one issue that are meant, however long it takes."""
    async with _moment(conn):
        key = project_id << 32 | number
        asked = await ask(conn, [project_id], query, None)
        return (await count_users(conn, asked, [key]))[key]


async def _decide(conn: Connection, asked: Asked) -> tuple[Counted, Keys]:
    """The issues found with their figures, and those of them all of whose events are meant.

    Where one tag term alone makes the difference for an issue, the figures of its values, or of
    all others, are the answer. Only what then is open is asked of events.
    """
    tree, verdicts, keys = asked.query.tree, asked.verdicts, asked.keys
    verdict = evaluate(tree, verdicts, keys)
    found = {key: asked.everything[key] for key in verdict.certain}
    still_open = verdict.open
    for term, figures in asked.tagged.items():
        if not still_open:
            break
        always, never = suppose(tree, verdicts, keys, term)
        same = still_open & (always.certain - never.possible)
        found |= {key: figures[key] for key in same}
        opposite = still_open & (never.certain - always.possible)
        without = await _without(conn, asked, term, opposite)
        found |= without
        still_open -= same | without.keys()
    found |= await judge(conn, asked, still_open)
    return found, verdict.certain


async def _without(conn: Connection, asked: Asked, term: TagTerm, keys: Keys) -> Counted:
    """What is counted of the events for which a term is not true, of those issues all of whose
    events have the tag."""
    if not keys:
        return {}
    figures = asked.tagged[term]
    rest = await others(conn, asked, term)
    return {
        key: rest[key]
        for key in keys & rest.keys()
        if figures[key][0] + rest[key][0] == asked.everything[key][0]
    }


async def _places(conn: Connection, asked: Asked, found: Counted, sort: Sort) -> list[Place]:
    if sort is Sort.DIGEST_ORDER:
        return [(key & 0xFFFFFFFF, key) for key in found]
    if sort is Sort.EVENTS:
        return [(events, key) for key, (events, _, _) in found.items()]
    if sort is Sort.FIRST_SEEN:
        return [(first, key) for key, (_, first, _) in found.items()]
    if sort is Sort.LAST_SEEN:
        return [(last, key) for key, (_, _, last) in found.items()]
    params = {"project_ids": asked.project_ids, "sort": sort.value}
    cursor = await conn.execute(sql("search/rank_issues"), params, binary=True)
    (row,) = await cursor.fetchall()
    ranks = zip(row["ranks"], row["keys"], strict=True)
    return [(rank, key) for rank, key in ranks if key in found]


async def list_found(conn: Connection, keys: Sequence[int]) -> list[DictRow]:
    """Issues by their keys, in this order, with the figures of all their events."""
    listed = await fetch_all(conn, sql("search/list_found"), keys=list(keys))
    rows = {row["key"]: row for row in listed}
    return [rows[key] for key in keys if key in rows]


def _tell_figures(rows: Sequence[DictRow], found: Counted) -> None:
    """Replace what is counted of an issue by what is counted of the events that are meant."""
    for row in rows:
        row["event_count"], first, last = found[row["key"]]
        row["first_seen"] = _EPOCH + timedelta(microseconds=first)
        row["last_seen"] = _EPOCH + timedelta(microseconds=last)


async def _add_users(
    conn: Connection, asked: Asked, rows: Sequence[DictRow], certain: Keys
) -> None:
    """Replace the users of an issue by those of the events that are meant."""
    users = await _users_in_environments(conn, asked, [row["key"] for row in rows])
    part = [row for row in rows if row["key"] not in certain]
    named = only_users(asked, frozenset(row["key"] for row in part))
    to_read, affordable = 0, []
    for row in sorted(part, key=lambda row: int(row["event_count"])):
        key = row["key"]
        counted = asked.everything if named is None else asked.tagged[named]
        to_read += counted[key][0]
        if to_read <= MOST_READ:
            affordable.append(key)
    users |= dict.fromkeys((row["key"] for row in part), None)
    users |= await count_users(conn, asked, affordable)
    for row in rows:
        row["user_count"] = users.get(row["key"], row["user_count"])


async def _users_in_environments(
    conn: Connection, asked: Asked, keys: Sequence[int]
) -> dict[int, int | None]:
    if asked.environments is None:
        return {}
    name = "count_users" if len(asked.environments) > 1 else "count_users_of_environment"
    found = await fetch_all(
        conn, sql(f"search/{name}"), keys=list(keys), environments=asked.environments
    )
    return dict.fromkeys(keys, 0) | {row["key"]: row["users"] for row in found}


@asynccontextmanager
async def _moment(conn: Connection) -> AsyncIterator[None]:
    """A transaction that sees the tables as they are now, whatever is digested meanwhile."""
    async with conn.transaction():
        await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
