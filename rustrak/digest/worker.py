"""The worker: Procrastinate for wake-ups, a safety poll beside it, and a watchdog over both.

Procrastinate's worker may end by itself, with or without an error, when the database restarts;
here it is started again until somebody stops the worker.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import suppress

from rustrak.database.pool import open_pool
from rustrak.digest.digester import Digester
from rustrak.digest.projector import Projector
from rustrak.digest.projectors import PROJECTORS
from rustrak.digest.tasks import digest_safely, new_worker_jobs
from rustrak.logging import Note, log
from rustrak.running import cancel

POLL = 1.0  # seconds between two looks at the inbox; bounds what a lost wake-up can cost
LONGEST_SILENCE = 180.0  # seconds without a successful look before the process is given up
LONGEST_PAUSE = 5.0  # seconds between two starts of Procrastinate's worker
GRACE = 20.0  # seconds a running job may take at shutdown; batches end in under 2


async def run_worker(
    url: str, stop: asyncio.Event, projectors: Sequence[Projector] = PROJECTORS
) -> None:
    """Digest until `stop` is set; the batch under way is finished and committed."""
    digester = Digester(url, projectors)
    log.info(Note.WORKER_STARTED, pid=os.getpid())
    jobs = asyncio.create_task(_serve_jobs(url, digester))
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


async def _serve_jobs(url: str, digester: Digester) -> None:
    pause = 0.1
    while True:
        started = time.monotonic()
        try:
            async with open_pool(url, application="jobs", size=4) as pool:
                jobs = new_worker_jobs(digester, pool)
                async with jobs.open_async(pool):
                    await jobs.run_worker_async(
                        concurrency=1,  # one digest at a time in a process; more processes for more
                        delete_jobs="always",
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=GRACE,
                    )
        except Exception as error:
            log.warning(Note.WORKER_RESTARTED, kind=type(error).__name__, error=str(error))
        else:
            log.warning(Note.WORKER_RESTARTED, kind="ended by itself")
        pause = 0.1 if time.monotonic() - started > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause)
