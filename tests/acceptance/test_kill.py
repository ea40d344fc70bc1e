"""kill -9 of web, worker and PostgreSQL at random moments under load: nothing lost or doubled."""

import asyncio
import signal
import sys
from random import Random

import pytest

from tests.acceptance.load import Load, assert_nothing_lost_or_doubled, under_load
from tests.acceptance.postgres import Postgres
from tests.acceptance.processes import PATIENCE, Process
from tests.acceptance.site import Site
from tests.installation import until

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

EVENTS = 400
PLENTY = 3000  # enough to catch a worker at work, however quick it is
seeds = pytest.mark.parametrize("seed", [1, 2, 3])


@seeds
async def test_a_killed_web_process_loses_nothing_it_acknowledged(site: Site, seed: int) -> None:
    web = await site.start_web()
    site.start_worker()
    load = Load(site, Random(seed), EVENTS)
    async with under_load(load):
        web.kill()
        await site.start_web()
    assert load.broken or load.unreachable  # the kill was felt
    assert load.acknowledged == set(load.sent)
    await assert_nothing_lost_or_doubled(load, site)


@seeds
async def test_a_worker_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    site: Site, seed: int
) -> None:
    await site.start_web()
    worker = site.start_worker()
    load = Load(site, Random(seed), PLENTY)
    async with under_load(load):
        await until(lambda: caught_at_work(site, worker), seconds=PATIENCE, what="a batch")
        worker.kill()
        load.ending.set()
        site.start_worker()
    assert not load.broken
    assert load.acknowledged == set(load.sent)
    await assert_nothing_lost_or_doubled(load, site)


@seeds
async def test_requests_are_held_while_a_killed_postgresql_is_down_and_nothing_is_lost(
    mortal_site: Site, postgres: Postgres, seed: int
) -> None:
    await mortal_site.start_web()
    worker = mortal_site.start_worker()
    load = Load(mortal_site, Random(seed), EVENTS)
    async with under_load(load):
        postgres.kill()
        await asyncio.sleep(load.random.uniform(2, 3))  # how long it is down, in seconds
        postgres.start()
    assert (load.refused, load.unreachable, load.broken) == ({}, 0, [])
    assert worker.is_running
    assert load.acknowledged == set(load.sent)
    await assert_nothing_lost_or_doubled(load, mortal_site)


async def caught_at_work(site: Site, worker: Process) -> bool:
    """Whether the worker, now frozen, is in the middle of a batch; if not it goes on."""
    worker.signal(signal.SIGSTOP)
    if await site.rows("SELECT FROM digest_attempts"):
        return True
    worker.signal(signal.SIGCONT)
    return False
