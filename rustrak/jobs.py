"""Procrastinate, as a source of wake-ups and timers in the same database.

Jobs are never the record of work: the inbox is, and the tables of alerts. A job that is lost,
doubled or stuck costs a poll interval. Rooms defer by task name, so that nobody imports the room
that does the work.
"""

from contextlib import suppress
from datetime import datetime
from functools import cache

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from rustrak.database.pool import Connection, Pool, fetch_one
from rustrak.database.queries import sql

DIGEST = "digest"
"""Task, queue and queueing lock of the digest's wake-up."""
ALERTS = "alerts"
"""The queue where alerts are decided."""
DELIVERIES = "deliveries"
"""The queue where they are sent, by services that may hang."""
DECIDE_ALERTS = "decide_alerts"
SEND_ALERTS = "send_alerts"
RESTORE = "restore"
"""Task of the digest's queue: events of issues whose deletion was undone; takes `project_id`."""
REGROUP = "regroup"
"""Task and queue of what is grouped anew, which may take hours."""

REBUILD = "rebuild"
"""Task of the same queue: the read tables made again."""


def new_jobs() -> App:
    """A Procrastinate application without tasks; it gets its pool in `open_async`."""
    return App(connector=PsycopgConnector())


async def request_digest(jobs: App, pool: Pool) -> None:
    """See to it that one wake-up waits.

    Looks first: a second `queueing_lock` would be refused by the database and written to its log
    as an error, twenty times a second.
    """
    async with pool.connection() as conn:
        row = await fetch_one(conn, sql("database/digest_is_requested"))
    if row and row["found"]:
        return
    with suppress(AlreadyEnqueued):  # another process was quicker
        await jobs.configure_task(DIGEST, queue=DIGEST, queueing_lock=DIGEST).defer_async()


async def defer(
    conn: Connection, task: str, queue: str, at: datetime | None = None, **arguments: int
) -> None:
    """Defer a job in the transaction of `conn`, so that it is seen together with its work.

    Without a queueing lock: a job that waits already may run before this transaction commits.
    Raises what the database said and not what Procrastinate wraps it in, because the digest tells
    a database that is away from a row that is to blame.
    """
    job = _unopened_jobs().configure_task(task, queue=queue, schedule_at=at, connection=conn)
    try:
        await job.defer_async(**arguments)
    except ConnectorException as error:
        raise (error.__cause__ or error) from None


@cache
def _unopened_jobs() -> App:
    """Enough to defer with, on connections of others."""
    return new_jobs()
