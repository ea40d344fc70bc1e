"""The worker: Procrastinate for wake-ups, a safety poll beside it, and a watchdog over both.

Procrastinate's worker may end by itself, with or without an error, when the database restarts;
here it is started again until somebody stops the worker.
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from procrastinate import App

from rustrak.alerts.tasks import DECIDERS, SENDERS, new_alert_jobs, resume_alerts
from rustrak.config import Settings
from rustrak.database.pool import Pool, connect, open_pool
from rustrak.digest.digester import Digester
from rustrak.digest.lane import AWAY
from rustrak.digest.projector import Projector
from rustrak.digest.projectors import PROJECTORS
from rustrak.digest.rebuild_jobs import add_rebuild_jobs
from rustrak.digest.regrouping import add_regroup_jobs
from rustrak.digest.tasks import digest_safely, new_worker_jobs
from rustrak.jobs import ALERTS, DELIVERIES, DIGEST, REGROUP
from rustrak.logging import Note, log
from rustrak.running import cancel

POLL = 1.0  # seconds between two looks at the inbox; bounds what a lost wake-up can cost
LONGEST_SILENCE = 180.0  # seconds without a successful look before the process is given up
LONGEST_PAUSE = 5.0  # seconds between two starts of Procrastinate's worker
GRACE = 20.0  # seconds a running job may take at shutdown; batches end in under 2


async def run_worker(
    settings: Settings,
    url: str,
    stop: asyncio.Event,
    projectors: Sequence[Projector] = PROJECTORS,
) -> None:
    """Digest and alert until `stop` is set; the batch under way is finished and committed.

    Alerts have jobs of their own, so that a service that hangs never holds up the digest.
    """
    digester = Digester(url, projectors)
    log.info(Note.WORKER_STARTED, pid=os.getpid())
    jobs = asyncio.create_task(_serve_queues(settings, url, digester, stop))
    try:
        await _poll(digester, stop)
    finally:
        digester.stop()
        jobs.cancel()
        await asyncio.wait([jobs], timeout=GRACE + 1)  # a second cancellation would end it at once
        with suppress(Exception, asyncio.CancelledError):
            await cancel(jobs)
        await digester.close()
        log.info(Note.WORKER_STOPPED, pid=os.getpid())


async def _poll(digester: Digester, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await digest_safely(digester)
        if time.monotonic() - digester.last_success > LONGEST_SILENCE:
            # A connection can be half open in ways that no timeout of ours sees; whoever supervises
            # the process starts it afresh.
            log.critical(Note.DIGEST_STALLED, seconds=LONGEST_SILENCE)
            os._exit(1)
        try:
            async with asyncio.timeout(POLL):
                await stop.wait()
        except TimeoutError:
            pass


async def _serve_queues(
    settings: Settings, url: str, digester: Digester, stop: asyncio.Event
) -> None:
    """Run the jobs of every queue. Gathered, because that passes each cancellation on."""

    def digest_jobs(pool: Pool) -> App:
        return new_worker_jobs(digester, pool, settings.retention_days)

    with suppress(*AWAY):  # what waits without a job is found within a minute otherwise
        async with await connect(url, application="alert jobs") as conn:
            await resume_alerts(conn)

    def alert_jobs(pool: Pool) -> App:
        jobs = new_alert_jobs(pool, settings, stop)
        add_regroup_jobs(jobs, pool)
        add_rebuild_jobs(jobs, url, pool)
        return jobs

    await asyncio.gather(
        _serve_jobs(url, (DIGEST,), digest_jobs, concurrency=1),
        _serve_jobs(url, (ALERTS, REGROUP), alert_jobs, concurrency=DECIDERS + 1),
        _serve_jobs(url, (DELIVERIES,), alert_jobs, concurrency=SENDERS),
    )


async def _serve_jobs(
    url: str, queues: Sequence[str], bind: Callable[[Pool], App], concurrency: int
) -> None:
    """Run the jobs of some queues, so many at a time, for ever; a digest job digests alone, because
    more processes are the way to more.

    A connection for each job and one for Procrastinate, which listens on another of its own: a
    small hosted database has 20 in all.
    """
    pause = 0.1
    while True:
        started = time.monotonic()
        try:
            name, size = f"{queues[0]} jobs", 1 + concurrency
            async with open_pool(url, application=name, size=size) as pool:
                jobs = bind(pool)
                async with jobs.open_async(pool):
                    await jobs.run_worker_async(
                        queues=list(queues),
                        concurrency=concurrency,
                        delete_jobs="always",
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=GRACE,
                    )
        except Exception as error:
            kind, why = type(error).__name__, str(error)
        else:
            kind, why = "ended by itself", ""
        log.warning(Note.WORKER_RESTARTED, queue=queues[0], kind=kind, error=why)
        pause = 0.1 if time.monotonic() - started > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)
