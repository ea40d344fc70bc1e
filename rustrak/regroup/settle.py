"""Events moved to where the decisions say they belong, in short transactions while digests go on.

Whatever was digested before the decision is found here; whatever is digested after it is grouped by
it. Running it again finds what is left, so that a run that was killed goes on.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rustrak.database.arrays import integers, texts, uuids
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.grouping.timeline import standing
from rustrak.ledger.groupings import list_route_decisions
from rustrak.projections.apply_events import own_project
from rustrak.projections.recount import recount
from rustrak.projections.routes import read_routes
from rustrak.regroup.reread import Plan, Reread, reread

MOST_MOVED: Final = 20_000
"""Events of one transaction, unless two issues alone have more to exchange. Issues are counted anew
in each, so that many small ones take longer together."""
LONGEST_PAUSE: Final = 0.5  # seconds

Progress = Callable[[int], Awaitable[None]]
"""Told of how many events were read so far."""


@dataclass(frozen=True, slots=True)
class Move:
    """An event, and where it goes."""

    event: Reread
    issue_id: UUID


async def settle(
    conn: Connection, plan: Plan, executor: Executor | None, progress: Progress
) -> int:
    """Move what differs; returns how many events moved. `conn` is in autocommit mode."""
    found: list[Reread] = []
    read = 0
    async for batch in reread(conn, plan, executor):
        read += len(batch)
        found += [event for event in batch if event.new != event.old]
        await progress(read)
    moves = await _destinations(conn, plan.project_id, found)
    for together in _transactions(moves):
        started = time.monotonic()
        async with conn.transaction():
            await own_project(conn, plan.project_id)
            await _move(conn, plan, together)
        await asyncio.sleep(min(time.monotonic() - started, LONGEST_PAUSE))
    return len(moves)


async def _destinations(conn: Connection, project_id: int, found: list[Reread]) -> list[Move]:
    groupings = list({event.new for event in found})
    rows = await fetch_all(
        conn,
        sql("regroup/list_known_groupings"),
        project_id=project_id,
        grouping_ids=groupings,
    )
    known = {row["id"]: row["issue_id"] for row in rows}
    routes = read_routes(standing(await list_route_decisions(conn, project_id)))
    return [Move(event, known.get(event.new, routes.get(event.new, event.new))) for event in found]


def _transactions(moves: Iterable[Move]) -> Iterable[list[Move]]:
    """Moves between the same two issues together, then those into the same one, as many as fit."""
    between: dict[tuple[UUID, UUID], list[Move]] = defaultdict(list)
    for move in moves:
        between[move.issue_id, move.event.issue_id].append(move)
    together: list[Move] = []
    for _, some in sorted(between.items()):
        if together and len(together) + len(some) > MOST_MOVED:
            yield together
            together = []
        together = together + some
    if together:
        yield together


async def _move(conn: Connection, plan: Plan, moves: list[Move]) -> None:
    """Where groupings lead, and where the events are, is looked at again: since they were read,
    people may have merged issues."""
    opened = {move.event.new: move for move in moves}
    ordered = [opened[grouping] for grouping in sorted(opened)]
    await execute(
        conn,
        sql("projections/insert_groupings"),
        project_ids=integers([plan.project_id] * len(ordered)),
        grouping_ids=uuids([move.event.new for move in ordered]),
        issue_ids=uuids([move.issue_id for move in ordered]),
        versions=texts([move.event.version for move in ordered]),
        keys=texts([move.event.key for move in ordered]),
    )
    these = {
        "project_id": plan.project_id,
        "event_ids": uuids([move.event.event_id for move in moves]),
    }
    issues = await _issues(conn, these)
    await execute(
        conn,
        sql("regroup/regroup_events"),
        grouping_ids=uuids([move.event.new for move in moves]),
        **these,
    )
    await recount(conn, plan.project_id, issues | await _issues(conn, these), plan.scrubbing)


async def _issues(conn: Connection, these: dict[str, object]) -> set[UUID]:
    rows = await fetch_all(conn, sql("regroup/list_issues_of_events"), **these)
    return {row["issue_id"] for row in rows}
