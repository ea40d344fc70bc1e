"""The real Python SDK stops sending what a quota refuses, and resumes when it may."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import sentry_sdk

from tests.installation import Installation, open_installation, until
from tests.settings import set_settings

MINUTE = 1_772_366_400.0  # a full minute, in Unix seconds


class Clock:
    """The time by which quotas go; the test turns it."""

    def __init__(self) -> None:
        self.now = MINUTE + 57  # SDKs are told to wait for three seconds

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def installation(database_url: str, clock: Clock) -> AsyncIterator[Installation]:
    async with open_installation(database_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def sdk(installation: Installation) -> Iterator[sentry_sdk.Client]:
    client = sentry_sdk.Client(dsn=installation.dsn(), default_integrations=False)
    yield client
    client.close(timeout=2)


async def send(client: sentry_sdk.Client, message: str) -> None:
    """Have the SDK send one event, or decide not to."""
    client.capture_event({"message": message})
    await asyncio.to_thread(client.flush, 5)


async def test_a_limited_category_is_held_back_and_resumed(
    installation: Installation, clock: Clock, sdk: sentry_sdk.Client
) -> None:
    quota = {"categories": ["error"], "window": "minute", "limit": 1}
    await set_settings(installation, quotas=[quota])
    await send(sdk, "first")
    await send(sdk, "refused")
    assert sdk.transport is not None
    limited = sdk.transport._disabled_until
    assert {"error", "default", "security"} == set(limited)
    await send(sdk, "held back")
    clock.now = MINUTE + 60
    await until(lambda: not sdk.transport._check_disabled("error"), what="the end of the limit")
    await send(sdk, "resumed")
    await installation.digest()
    assert {issue["title"] for issue in await installation.issues()} == {"first", "resumed"}

    async def is_counted() -> bool:
        books = (await installation.books())[installation.project_id]
        return books.rate_limited == 1 and books.is_even

    await until(is_counted, what="the count of the only refusal")
