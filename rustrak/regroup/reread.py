"""Events read again from the ledger, and what they would be grouped by: in processes of their own
where there are many."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from multiprocessing import get_context
from typing import Final
from uuid import UUID

from psycopg.rows import args_row

from rustrak.database.pool import Connection, fetch_one
from rustrak.database.queries import sql
from rustrak.events.scrub import ScrubRules
from rustrak.grouping import group
from rustrak.grouping.config import GroupingConfig
from rustrak.grouping.timeline import Period, Timeline
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.ledger.stored_events import event_document, stored_event
from rustrak.projections.event_row import grouping_id

BATCH: Final = 500  # events read at a time
FEW: Final = 5_000  # events that are not worth the start of other processes
FIRST_ID: Final = UUID(int=0)

PlainPeriod = tuple[int, datetime, datetime | None, str, str]
"""Position, since, until, version and text of rules: what travels to another process."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which events of a project are read, and what they would be grouped by."""

    project_id: int
    periods: tuple[PlainPeriod, ...]
    scrubbing: ScrubRules
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(
        cls,
        project_id: int,
        timeline: Timeline,
        scrubbing: ScrubRules,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> "Plan":
        plain = tuple(
            (period.position, period.since, period.until, period.config.version,
             period.config.rules.text)
            for period in timeline.periods
        )  # fmt: skip
        return cls(project_id, plain, scrubbing, since, until)

    @property
    def range(self) -> dict[str, object]:
        return {"project_id": self.project_id, "since": self.since, "until": self.until}


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it is grouped now, and where it lies in an envelope."""

    event_id: UUID
    issue_id: UUID
    grouping_id: UUID
    item: int
    envelope: StoredEnvelope


@dataclass(frozen=True, slots=True)
class Reread:
    """An event with its grouping before and after."""

    event_id: UUID
    issue_id: UUID
    old: UUID
    new: UUID
    version: str
    key: str


async def count_events(conn: Connection, plan: Plan) -> int:
    """How many events of the range there are."""
    row = await fetch_one(conn, sql("regroup/count_events"), **plan.range)
    assert row is not None
    return int(row["total"])


async def reread(
    conn: Connection, plan: Plan, executor: Executor | None
) -> AsyncIterator[list[Reread]]:
    """All events of the range whose bodies are in the ledger, a batch at a time, in no order that
    means anything. `conn` is in autocommit mode."""
    loop = asyncio.get_running_loop()
    waiting: list[asyncio.Future[list[Reread]]] = []
    after = FIRST_ID
    while True:
        page = await _read(conn, plan, after)
        if page:
            after = page[-1].event_id
            batch = [stored for stored in page if stored.envelope.body is not None]
            waiting.append(loop.run_in_executor(executor, regroup, plan, batch))
        while waiting and (not page or len(waiting) > 3):
            yield await waiting.pop(0)
        if not page:
            return


@contextmanager
def executor_for(events: int, processes: int) -> Iterator[Executor | None]:
    """Other processes for many events, a thread of this one for few."""
    if events <= FEW or processes < 1:
        yield None
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as executor:
        yield executor


def regroup(plan: Plan, batch: list[Stored]) -> list[Reread]:
    """Pure, and fit for another process."""
    timeline = _timeline(plan.periods)
    return [_regrouped(plan, timeline, stored) for stored in batch]


def _regrouped(plan: Plan, timeline: Timeline, stored: Stored) -> Reread:
    envelope = stored.envelope.open()
    document = event_document(stored.envelope, envelope, stored.item)
    event = stored_event(stored.envelope, envelope, stored.item, document, plan.scrubbing)
    found = group(event, timeline.config_for(event, stored.envelope.received_at))
    return Reread(
        event_id=stored.event_id,
        issue_id=stored.issue_id,
        old=stored.grouping_id,
        new=grouping_id(plan.project_id, found.key),
        version=found.version,
        key=found.key,
    )


@lru_cache(maxsize=8)
def _timeline(periods: tuple[PlainPeriod, ...]) -> Timeline:
    return Timeline(
        tuple(
            Period(position, since, until, GroupingConfig.of(version, rules))
            for position, since, until, version, rules in periods
        )
    )


async def _read(conn: Connection, plan: Plan, after: UUID) -> list[Stored]:
    async with conn.cursor(binary=True, row_factory=args_row(_stored)) as cursor:
        params = {**plan.range, "after": after, "limit": BATCH}
        await cursor.execute(sql("regroup/read_events"), params)
        return await cursor.fetchall()


def _stored(
    event_id: UUID,
    issue_id: UUID,
    grouping: UUID,
    item: int,
    position: int,
    received_at: datetime,
    project_id: int,
    envelope_id: UUID,
    form: str,
    encoding: str,
    items: int,
    body: bytes,
    remote_addr: str,
) -> Stored:
    envelope = StoredEnvelope(
        position, received_at, project_id, envelope_id, form, encoding, items, body, remote_addr
    )
    return Stored(event_id, issue_id, grouping, item, envelope)
