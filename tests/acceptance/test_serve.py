"""`rustrak serve`: from an empty directory to an issue, and through every way to end it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from tests.acceptance.load import Load, assert_nothing_lost_or_doubled, error_event
from tests.acceptance.processes import PATIENCE, is_gone
from tests.acceptance.served import Served, banner, open_served
from tests.installation import until

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with open_served(tmp_path) as opened:
        yield opened


async def test_an_empty_directory_becomes_an_installation_that_takes_events(
    served: Served,
) -> None:
    server = await served.start()
    site = await served.site(server)
    await site.send(error_event("CartError"))
    await site.digested()
    assert await site.event_counts() == {"CartError: no": 1}
    assert banner(server)["Rustrak"] == [served.url]


async def test_the_printed_login_opens_a_session(served: Served) -> None:
    server = await served.start()
    email, password = banner(server)["Login"]
    wrong = {"email": email, "password": "guessed"}
    async with served.client.post(f"{served.url}/auth/login", json=wrong) as response:
        assert response.status == 401
    right = {"email": email, "password": password}
    async with served.client.post(f"{served.url}/auth/login", json=right) as response:
        assert response.status == 200, await response.text()
        cookies = {name: cookie.value for name, cookie in response.cookies.items()}
    async with served.client.get(f"{served.url}/auth/me", cookies=cookies) as response:
        assert (await response.json())["email"] == email


async def test_sigterm_under_load_answers_every_request_that_was_accepted(
    served: Served,
) -> None:
    server = await served.start()
    load = Load(await served.site(server), Random(1), events=100_000, new_connections=True)
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        await until(lambda: len(load.acknowledged) > 100, seconds=PATIENCE, what="100 answers")
        postgres = served.postgres_pid()
        assert await server.stop() == 0
        load.ending.set()
    assert (load.broken, load.refused) == ([], {})
    assert load.unreachable
    assert is_gone(postgres)

    again = await served.start()
    assert "Login" not in banner(again)
    await assert_nothing_lost_or_doubled(load, await served.site(again))


async def test_a_killed_serve_leaves_no_server_behind_and_recovers_everything(
    served: Served,
) -> None:
    server = await served.start()
    load = Load(await served.site(server), Random(2), events=100_000)
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        await until(lambda: len(load.acknowledged) > 100, seconds=PATIENCE, what="100 answers")
        postgres = served.postgres_pid()
        server.kill()
        load.ending.set()
    await until(lambda: is_gone(postgres), seconds=PATIENCE, what="the end of PostgreSQL")
    await assert_nothing_lost_or_doubled(load, await served.site(await served.start()))


async def test_a_second_serve_on_the_same_directory_says_so_and_fails(served: Served) -> None:
    server = await served.start()
    second = served.processes.rustrak("serve", PORT="0")
    assert await second.exit_code() == 1
    (line,) = second.output().splitlines()
    assert f"another rustrak (pid {server.pid}) already uses" in line
    assert server.is_running
