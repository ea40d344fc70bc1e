"""Issues found by a query, with the figures of the events that are meant, a page at a time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.search.answers import Asked, Counted, Place, count_events, count_tagged
from rustrak.search.ask import ask
from rustrak.search.decide import count_part, decide
from rustrak.search.judge import count_users, only_users
from rustrak.search.order import Sort, first_places
from rustrak.search.query import Query

MOST_READ: Final = 1000
"""Events read for the users of one page; who wants to know more asks for an issue alone."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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
        asked = await ask(conn, project_ids, query, user_id, sort.value)
        decided = await decide(conn, asked)
        places = await first_places(
            conn,
            asked,
            decided,
            sort,
            descending=descending,
            count=offset + limit + 1,
            after=after,
        )
        page = places[offset:]
        keys = frozenset(key for _, key in page[:limit])
        rows = await list_found(conn, [key for _, key in page[:limit]])
        totals = await count_events(conn, asked, keys)
        part = await count_part(conn, asked, decided, keys)
        _tell_figures(rows, {**totals, **decided.counted, **part})
        await _add_users(conn, asked, rows, totals)
    return Found(len(decided.keys), rows, page[limit - 1] if len(page) > limit else None)


async def count_issues(
    conn: Connection, project_ids: Sequence[int], query: Query, *, user_id: int | None = None
) -> int:
    """How many issues `find_issues` would find."""
    async with _moment(conn):
        asked = await ask(conn, project_ids, query, user_id, Sort.DIGEST_ORDER.value)
        return len((await decide(conn, asked)).keys)


async def count_users_of(conn: Connection, query: Query, *, project_id: int, number: int) -> int:
    """The users of the events of one issue that are meant, however long it takes."""
    async with _moment(conn):
        key = project_id << 32 | number
        asked = await ask(conn, [project_id], query, None, Sort.DIGEST_ORDER.value)
        return (await count_users(conn, asked, [key]))[key]


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
    conn: Connection, asked: Asked, rows: Sequence[DictRow], totals: Counted
) -> None:
    """Replace the users of an issue by those of the events that are meant."""
    users = await _users_in_environments(conn, asked, [row["key"] for row in rows])
    part = {row["key"] for row in rows if row["event_count"] < totals[row["key"]][0]}
    named = only_users(asked, frozenset(part))
    read = totals if named is None else await count_tagged(conn, asked, named, frozenset(part))
    to_read, affordable = 0, []
    for row in sorted(rows, key=lambda row: int(row["event_count"])):
        if row["key"] in part:
            to_read += read[row["key"]][0]
            if to_read <= MOST_READ:
                affordable.append(row["key"])
    users |= dict.fromkeys(part, None)
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
        conn, sql(f"search/{name}"), keys=list(keys), numbers=asked.scope()["numbers"]
    )
    return dict.fromkeys(keys, 0) | {row["key"]: row["users"] for row in found}


@asynccontextmanager
async def _moment(conn: Connection) -> AsyncIterator[None]:
    """A transaction that sees the tables as they are now, whatever is digested meanwhile."""
    async with conn.transaction():
        await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
