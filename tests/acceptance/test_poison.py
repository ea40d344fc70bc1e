"""Events that cannot be digested are set aside with their error, and harm nobody else."""

import asyncio

import pytest

from tests.acceptance.load import error_event
from tests.acceptance.site import Site
from tests.installation import until

pytestmark = pytest.mark.timeout(400)

HEALTHY = 12
LONGEST_SUPERVISION = 300.0  # seconds


async def send_poison_among_others(site: Site, poisoned: int) -> set[str]:
    """Store the events, the poisoned ones spread among the others; returns the others' ids."""
    await site.start_web()
    events = [error_event("CartError") for _ in range(HEALTHY)]
    for place in range(poisoned):
        events.insert(3 + 5 * place, error_event("Poison"))
    for event in events:
        await site.send(event)
    return {event["event_id"] for event in events if "Poison" not in str(event)}


async def supervise(site: Site, stumble: str) -> int:
    """Start the worker again whenever it dies, until it has emptied the inbox; its lives."""
    lives = 0
    async with asyncio.timeout(LONGEST_SUPERVISION):
        while True:
            lives += 1
            worker = site.processes.app("poisoned_worker.py", stumble)
            while worker.is_running:
                if await site.has_digested_all():
                    await worker.stop()
                    return lives
                await asyncio.sleep(0.05)  # between two looks


async def parked_errors(site: Site) -> list[str]:
    return [row["error"] for row in await site.rows("SELECT error FROM parked ORDER BY position")]


@pytest.mark.parametrize(
    ("stumble", "error"),
    [("raise", "RuntimeError: cannot read this one"), ("write", "CharacterNotInRepertoire")],
)
async def test_events_that_fail_are_parked_with_their_error_and_the_others_applied(
    site: Site, stumble: str, error: str
) -> None:
    others = await send_poison_among_others(site, 2)
    assert await supervise(site, stumble) == 1
    assert [found[: len(error)] for found in await parked_errors(site)] == [error, error]
    assert await site.stored_ids() == others
    assert await site.event_counts() == {"CartError: no": HEALTHY}
    await site.assert_even_books(parked=2)


async def test_an_event_that_kills_its_worker_is_found_and_parked_and_the_others_applied(
    site: Site,
) -> None:
    others = await send_poison_among_others(site, 1)
    lives = await supervise(site, "die")
    assert lives > 3  # a batch is not blamed for a single death
    (error,) = await parked_errors(site)
    assert "kills the process" in error
    assert await site.stored_ids() == others
    assert await site.event_counts() == {"CartError: no": HEALTHY}
    await site.assert_even_books(parked=1)
    assert not await site.rows("SELECT FROM digest_attempts")


async def test_a_parked_event_leaves_the_worker_ready_for_the_next_one(site: Site) -> None:
    await send_poison_among_others(site, 1)
    worker = site.processes.app("poisoned_worker.py", "write")
    await site.digested()
    await site.send(error_event("TaxError"))

    async def is_counted() -> bool:
        return "TaxError: no" in await site.event_counts()

    await until(is_counted, seconds=60, what="the next event")
    assert worker.is_running
