"""How far back the ledger reaches: partitions are dropped, rows never deleted.

A week that everybody is done with is dropped. Where some projects keep it longer, what they keep is
copied to a new partition that takes the place of the old one. What was counted stays counted, and
events stay listed; their bodies are gone, and with them what only bodies can do: showing an event
in full, and grouping it anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from psycopg import errors
from psycopg.sql import SQL, Composed, Identifier, Literal

from rustrak.database.arrays import bigints, booleans, integers
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one, patiently
from rustrak.database.queries import sql
from rustrak.errors import RustrakError

LOCK_TRIES: Final = 150  # times 200 ms of waiting plus 200 ms of pause: a minute
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A partition of the ledger."""

    name: str
    week: datetime
    """Its start."""
    bytes: int

    @property
    def ends(self) -> datetime:
        return self.week + WEEK


@dataclass(frozen=True, slots=True)
class Trim:
    """What goes of a week of which something stays."""

    dropped: Sequence[int] = ()
    """Projects that keep nothing of it."""
    dull: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """Of others, the positions of events that tell nothing new; an envelope that holds more than
    one item stays."""


async def past_weeks(conn: Connection) -> list[Week]:
    """Those that are over, and hold nothing that waits to be digested."""
    return [Week(**row) for row in await fetch_all(conn, sql("ledger/list_past_weeks"))]


async def trimmed_weeks(conn: Connection) -> dict[tuple[int, datetime], bool]:
    """What was taken already, by project and start of the week: True for everything."""
    rows = await fetch_all(conn, sql("ledger/list_trimmed_weeks"))
    return {(row["project_id"], row["week"]): row["is_dropped"] for row in rows}


async def complete_since(conn: Connection, project_id: int) -> datetime | None:
    """Since when the ledger has everything of a project; None if nothing was ever taken."""
    row = await fetch_one(conn, sql("ledger/complete_since"), project_id=project_id)
    assert row is not None
    found: datetime | None = row["since"]
    return found


async def drop_week(conn: Connection, week: Week, projects: Collection[int]) -> None:
    """Drop one, on behalf of all projects, in a transaction that never holds up intake for longer
    than 200 ms.

    Raises RustrakError when the ledger was locked for a minute. `conn` is in autocommit mode.
    """
    items = dict.fromkeys(projects, 0) | await _count(conn, week.name)

    async def drop() -> None:
        await conn.execute(SQL("DROP TABLE public.{}").format(Identifier(week.name)))
        await _note(conn, week, items, dropped=items.keys())

    await _swiftly(conn, week, drop)


async def trim_week(conn: Connection, week: Week, trim: Trim) -> None:
    """Put a partition without what is to go into the place of another; as above."""
    shorter = f"{week.name}_trimmed"
    before = await _count(conn, week.name)
    await _copy(conn, week, shorter, trim)
    after = await _count(conn, shorter)
    touched = [*trim.dropped, *trim.dull]
    items = {project: before.get(project, 0) - after.get(project, 0) for project in touched}

    async def exchange() -> None:
        for step in _exchange(week, shorter):
            await conn.execute(step)
        await _note(conn, week, items, dropped=trim.dropped)

    await _swiftly(conn, week, exchange)


async def _copy(conn: Connection, week: Week, name: str, trim: Trim) -> None:
    old, new = Identifier(week.name), Identifier(name)
    dull = [position for positions in trim.dull.values() for position in positions]
    async with patiently(conn):
        await conn.execute(SQL("DROP TABLE IF EXISTS public.{}").format(new))
        await conn.execute(
            SQL(
                "CREATE TABLE public.{new} (LIKE public.envelopes INCLUDING DEFAULTS"
                " INCLUDING CONSTRAINTS INCLUDING INDEXES,"
                " CHECK (received_at >= {week} AND received_at < {ends}))"
            ).format(new=new, week=Literal(week.week), ends=Literal(week.ends))
        )
        await conn.execute(SQL("ALTER TABLE public.{} SET (toast_tuple_target = 4080)").format(new))
        await conn.execute(
            SQL(
                "INSERT INTO public.{new} SELECT * FROM public.{old} AS kept"
                " WHERE project_id <> ALL(%(dropped)s::integer[]) AND (items > 1 OR NOT EXISTS ("
                "SELECT FROM unnest(%(dull)s::bigint[]) AS dull (position)"
                " WHERE dull.position = kept.position))"
            ).format(new=new, old=old),
            {"dropped": list(trim.dropped), "dull": dull},
        )


def _exchange(week: Week, shorter: str) -> list[Composed]:
    """The statements that put one partition in the place of another. The check that the new one
    has spares PostgreSQL a look at every row."""
    old, new = Identifier(week.name), Identifier(shorter)
    return [
        SQL("ALTER TABLE public.envelopes DETACH PARTITION public.{}").format(old),
        SQL("DROP TABLE public.{}").format(old),
        SQL("ALTER TABLE public.{} RENAME TO {}").format(new, old),
        SQL(
            "ALTER TABLE public.envelopes ATTACH PARTITION public.{} FOR VALUES FROM ({}) TO ({})"
        ).format(old, Literal(week.week), Literal(week.ends)),
        SQL("SELECT prepare_envelope_partition({})").format(Literal(week.name)),
    ]


async def _swiftly(conn: Connection, week: Week, work: Callable[[], Awaitable[None]]) -> None:
    """Run a transaction that waits for no lock longer than 200 ms, until it succeeds."""
    for _ in range(LOCK_TRIES):
        try:
            async with conn.transaction():
                await conn.execute("SET LOCAL lock_timeout = '200ms'")
                return await work()
        except errors.LockNotAvailable:
            await asyncio.sleep(0.2)
    raise RustrakError(f"{week.name} was locked for a minute; try again")


async def _count(conn: Connection, partition: str) -> dict[int, int]:
    """Items in a partition, by project."""
    async with patiently(conn):
        cursor = await conn.execute(
            SQL("SELECT project_id, sum(items)::bigint AS items FROM public.{} GROUP BY 1").format(
                Identifier(partition)
            )
        )
        return {row["project_id"]: row["items"] for row in await cursor.fetchall()}


async def _note(
    conn: Connection, week: Week, items: Mapping[int, int], dropped: Collection[int]
) -> None:
    projects = sorted(items)
    await execute(
        conn,
        sql("ledger/note_trimmed_week"),
        week=week.week,
        project_ids=integers(projects),
        dropped=booleans([project in dropped for project in projects]),
        items=bigints([items[project] for project in projects]),
    )
