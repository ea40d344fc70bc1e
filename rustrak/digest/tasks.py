"""The Procrastinate tasks of the digest: its wake-up and its housekeeping."""

from datetime import UTC, datetime

from procrastinate import App
from procrastinate.jobs import Status

from rustrak.database.pool import Pool, fetch_all
from rustrak.database.queries import sql
from rustrak.digest.digester import Digester
from rustrak.digest.lane import AWAY
from rustrak.digest.monitors import watch_monitors
from rustrak.digest.mutes import end_mutes
from rustrak.digest.restoring import restore
from rustrak.digest.retention import forget
from rustrak.errors import Conflict
from rustrak.jobs import DIGEST, RESTORE, new_jobs, request_digest
from rustrak.logging import Note, log

SHIFT = 5.0  # seconds a wake-up digests before it makes room for the next; keeps jobs young
WEEKS_AHEAD = 4  # weeks of partitions made ahead of need


def new_worker_jobs(digester: Digester, pool: Pool, retention_days: int | None = None) -> App:
    """A Procrastinate application with our tasks, bound to one digester and one pool.

    There is always a periodic task, because without one Procrastinate does not notice that its
    listener died and polls slowly for ever.
    """
    jobs = new_jobs()

    @jobs.task(name=DIGEST, queue=DIGEST)
    async def digest() -> None:
        await digester.run(SHIFT)

    @jobs.task(name=RESTORE, queue=DIGEST)
    async def restore_events(project_id: int) -> None:
        async with pool.connection() as conn:
            await restore(conn, project_id)

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="maintain", queue=DIGEST, queueing_lock="maintain")
    async def maintain(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes it
        await make_partitions(pool)
        await sweep_stalled_jobs(jobs)
        if await digester.has_work():
            await request_digest(jobs, pool)

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="watch_monitors", queue=DIGEST, queueing_lock="watch_monitors")
    async def watch(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes it
        async with pool.connection() as conn:
            watched = await watch_monitors(conn)
        if watched.told:
            await request_digest(jobs, pool)

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="end_mutes", queue=DIGEST, queueing_lock="end_mutes")
    async def unmute(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes it
        async with pool.connection() as conn:
            await end_mutes(conn)

    @jobs.periodic(cron="13 3 * * *")
    @jobs.task(name="forget", queue=DIGEST, queueing_lock="forget")
    async def retention(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes it
        await forget_what_is_old(pool, retention_days)

    return jobs


async def forget_what_is_old(pool: Pool, days: int | None) -> None:
    """Take from the ledger what nobody wants to keep; tomorrow, if somebody else is at it."""
    async with pool.connection() as conn:
        try:
            async for step in forget(conn, days, datetime.now(UTC)):
                log.info(
                    Note.PARTITION_TRIMMED,
                    partition=step.week.name,
                    whole=step.is_whole,
                    dropped=step.dropped,
                    thinned=step.thinned,
                )
        except Conflict as error:
            log.warning(Note.RETENTION_PUT_OFF, why=str(error))


async def make_partitions(pool: Pool) -> None:
    """Make the ledger's next partitions."""
    async with pool.connection() as conn:
        for row in await fetch_all(conn, sql("digest/make_partitions"), weeks=WEEKS_AHEAD):
            log.info(Note.PARTITION_MADE, partition=row["name"])


async def sweep_stalled_jobs(jobs: App) -> None:
    """Remove jobs whose worker died; Procrastinate leaves them `doing` for ever.

    They are not retried: they are wake-ups, and retrying one whose queueing lock is taken fails.
    The inbox still holds the work.
    """
    stalled = list(await jobs.job_manager.get_stalled_jobs())
    for job in stalled:
        await jobs.job_manager.finish_job(job, Status.FAILED, delete_job=True)
    if stalled:
        log.warning(Note.STALLED_JOBS_SWEPT, jobs=len(stalled))


async def digest_safely(digester: Digester) -> None:
    """One look at the inbox that survives an absent database."""
    try:
        if await digester.has_work():
            await digester.run(SHIFT)
    except AWAY as error:
        log.warning(Note.DIGEST_INTERRUPTED, kind=type(error).__name__)
        await digester.close()
