"""PostgreSQL is restarted below a running site, as an upgrade does: nobody has to help."""

import asyncio

import pytest

from tests.acceptance.load import error_event
from tests.acceptance.postgres import Postgres
from tests.acceptance.processes import PATIENCE
from tests.acceptance.site import Site
from tests.installation import until

pytestmark = pytest.mark.timeout(400)


async def test_a_restart_of_postgresql_loses_nothing_and_wake_ups_work_again(
    mortal_site: Site, postgres: Postgres
) -> None:
    site = mortal_site
    web, worker = await site.start_web(), site.start_worker()
    await until(lambda: listens(site), seconds=PATIENCE, what="the listener")
    before, during, after = (error_event(f"{when}Error") for when in ("Cart", "Tax", "Bank"))

    await site.send(before)
    await site.digested()
    postgres.stop()
    async with asyncio.TaskGroup() as group:
        held = group.create_task(site.send(during))
        await until(lambda: "journal_holds" in web.output(), seconds=PATIENCE, what="holding")
        assert not held.done()
        postgres.start()
    await until(lambda: listens(site), seconds=PATIENCE, what="the listener back")
    await site.send(after)
    await site.digested()
    await until(lambda: has_no_wake_ups(site), seconds=PATIENCE, what="the wake-up taken")

    assert await site.stored_ids() == {event["event_id"] for event in (before, during, after)}
    assert worker.is_running
    assert web.is_running
    await site.assert_even_books()


async def test_the_worker_outlives_many_restarts_in_a_row(
    mortal_site: Site, postgres: Postgres
) -> None:
    site = mortal_site
    web, worker = await site.start_web(), site.start_worker()
    for _ in range(3):
        postgres.stop()
        postgres.start()
        await site.send(error_event("CartError"))
    await site.digested()
    await until(lambda: listens(site), seconds=PATIENCE, what="the listener back")
    await site.ready(web)
    assert await site.event_counts() == {"CartError: no": 3}
    assert worker.is_running


async def listens(site: Site) -> bool:
    """Whether Procrastinate's listener of the worker is connected to this database."""
    return bool(
        await site.rows(
            "SELECT FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN %%'"
        )
    )


async def has_no_wake_ups(site: Site) -> bool:
    return not await site.rows(
        "SELECT FROM procrastinate_jobs WHERE task_name = 'digest' AND status = 'todo'"
    )
