"""Several web processes on one socket: replaced when they die, ended with their parent."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from tests.acceptance.load import Load, error_event
from tests.acceptance.processes import PATIENCE, Process, children, is_gone
from tests.acceptance.site import Site
from tests.installation import until

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

CHILDREN = 2


async def start_forked(site: Site) -> Process:
    """A parent with two children, both of which listen."""
    web = await site.start_web(WEB_CONCURRENCY=str(CHILDREN))
    await until(
        lambda: web.output().count('"server_started"') == CHILDREN,
        seconds=PATIENCE,
        what="both children listening",
    )
    return web


@asynccontextmanager
async def frozen(pid: int) -> AsyncIterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def all_gone(pids: set[int]) -> None:
    await until(lambda: all(map(is_gone, pids)), seconds=PATIENCE, what="the children's end")


async def test_each_child_serves_while_the_other_is_frozen(site: Site) -> None:
    web = await start_forked(site)
    for pid in children(web.pid):
        load = Load(site, Random(pid), events=8, new_connections=True)
        async with frozen(pid):
            await load.run()
        assert load.acknowledged == set(load.sent)


async def test_a_killed_child_is_replaced_and_no_connection_is_refused_meanwhile(
    site: Site,
) -> None:
    web = await start_forked(site)
    load = Load(site, Random(1), 200_000, new_connections=True)  # more than there is time for
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        for _ in range(2):
            before = children(web.pid)
            os.kill(next(iter(before)), signal.SIGKILL)
            await until(
                lambda before=before: len(children(web.pid) - before) == 1,
                seconds=PATIENCE,
                what="a new child",
            )
            reached = len(load.acknowledged) + 20
            await until(
                lambda reached=reached: len(load.acknowledged) >= reached,
                seconds=PATIENCE,
                what="answers after the kill",
            )
        load.ending.set()
    assert load.unreachable == 0
    assert not load.refused
    assert web.output().count('"child_died"') == 2


async def test_sigterm_to_the_parent_ends_all_in_order(site: Site) -> None:
    web = await start_forked(site)
    pids = children(web.pid)
    await site.send(error_event("CartError"))
    assert await web.stop() == 0
    await all_gone(pids)
    assert web.output().count('"server_stopped"') == CHILDREN


async def test_the_children_of_a_killed_parent_end_by_themselves(site: Site) -> None:
    web = await start_forked(site)
    pids = children(web.pid)
    web.kill()
    await all_gone(pids)
    assert web.output().count('"server_stopped"') == CHILDREN
    await site.start_web()  # the port is free again
