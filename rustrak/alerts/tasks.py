"""The Procrastinate tasks of alerts: to decide, to send, and to look after both once a minute.

They have workers of their own beside the digest's, one to decide and one to send, so that a service
that hangs holds up deliveries at most. As everywhere, jobs are wake-ups: one that is lost costs a
minute.
"""

import asyncio
from datetime import datetime
from typing import Final

from procrastinate import App
from psycopg.errors import QueryCanceled

from rustrak.alerts.evaluate import decide_occasions, decide_threshold
from rustrak.alerts.history import prune
from rustrak.alerts.notices import tell_due
from rustrak.alerts.send import Sender
from rustrak.config import Settings
from rustrak.database.pool import Connection, Pool, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.jobs import ALERTS, DECIDE_ALERTS, DELIVERIES, SEND_ALERTS, defer, new_jobs
from rustrak.logging import Note, log
from rustrak.projections.monitors import digested_until

DECIDERS: Final = 2
"""Decisions of a process at a time: thresholds take their time to count, what is new has none."""
SENDERS: Final = 4
"""Channels a process tells at a time."""


def new_alert_jobs(pool: Pool, settings: Settings, stop: asyncio.Event | None = None) -> App:
    """A Procrastinate application with our tasks, bound to one pool; once `stop` is set, what is
    being sent is the last."""
    jobs = new_jobs()
    sender = Sender(pool, settings, stop=stop or asyncio.Event())
    tending = asyncio.Lock()

    @jobs.task(name=DECIDE_ALERTS, queue=ALERTS)
    async def decide() -> None:
        async with pool.connection() as conn:
            await decide_alerts(conn, settings.url)

    @jobs.task(name=SEND_ALERTS, queue=DELIVERIES)
    async def send() -> None:
        await sender.send_due()

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="tend_alerts", queue=ALERTS, queueing_lock="tend_alerts")
    async def tend(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes it
        if tending.locked():
            return  # counting takes longer than a minute; one place to decide stays free
        async with tending, pool.connection() as conn:
            await decide_thresholds(conn)
            await resume_alerts(conn)

    @jobs.periodic(cron="17 * * * *")
    @jobs.task(name="prune_alerts", queue=ALERTS, queueing_lock="prune_alerts")
    async def forget(timestamp: int) -> None:  # noqa: ARG001
        async with pool.connection() as conn:
            await prune(conn)

    return jobs


async def resume_alerts(conn: Connection) -> None:
    """Have done what waits without a job: what a worker left that died, or what is due."""
    row = await fetch_one(conn, sql("alerts/examine_work"))
    assert row is not None
    if row["to_decide"]:
        await defer(conn, DECIDE_ALERTS, ALERTS)
    if row["to_send"]:
        await defer(conn, SEND_ALERTS, DELIVERIES)


async def decide_alerts(conn: Connection, url: str, now: datetime | None = None) -> None:
    """Decide all that waits, write the notices that are due, and see to it that they are sent.

    `conn` in autocommit mode; `now` is the database's clock if None.
    """
    now = now or await _clock(conn)
    decided = True
    while decided:
        async with conn.transaction():
            decided = await decide_occasions(conn, now) > 0
    async with conn.transaction():
        deliveries = await tell_due(conn, url, now)
        for _ in range(min(deliveries, SENDERS)):
            await defer(conn, SEND_ALERTS, DELIVERIES)
    await _come_back(conn)


async def decide_thresholds(conn: Connection, now: datetime | None = None) -> None:
    """Look at every rule that counts, up to what has been digested; `conn` in autocommit mode."""
    now = now or await _clock(conn)
    rules = await fetch_all(conn, sql("alerts/list_thresholds"))
    until = await digested_until(conn, now) if rules else now
    for row in rules:
        try:
            async with conn.transaction():
                await decide_threshold(conn, row["id"], now, until)
        except QueryCanceled:  # by the statement timeout; the others are looked at all the same
            log.warning(Note.ALERT_RULE_SLOW, rule=row["id"])


async def _come_back(conn: Connection) -> None:
    """Decide again when what is being collected is due, unless a job will by then."""
    row = await fetch_one(conn, sql("alerts/next_due"), task=DECIDE_ALERTS)
    if row is not None:
        await defer(conn, DECIDE_ALERTS, ALERTS, row["due_at"])


async def _clock(conn: Connection) -> datetime:
    row = await fetch_one(conn, sql("alerts/clock"))
    assert row is not None
    now: datetime = row["now"]
    return now
