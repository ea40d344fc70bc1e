"""The real Python SDK over HTTP: its sessions and its reports end where people look for them."""

import asyncio
from typing import Any

import sentry_sdk
from sentry_sdk.types import Event, Hint

from tests.installation import Installation


def unwanted(event: Event, hint: Hint) -> Event | None:
    return None if event.get("message") == "unwanted" else event


def use(dsn: str) -> None:
    """An application with one session that goes well, one that crashes, five requests of which
    one fails, and an event that the SDK is told to drop."""
    client = sentry_sdk.Client(
        dsn, default_integrations=False, release="shop@3.1", environment="qa", before_send=unwanted
    )
    with sentry_sdk.isolation_scope() as isolation, sentry_sdk.new_scope() as scope:
        scope.set_client(client)
        isolation.set_user({"id": 42})
        isolation.start_session(session_mode="application")
        isolation.end_session()
        isolation.set_user({"id": 43})
        isolation.start_session(session_mode="application")
        session = isolation._session
        assert session
        session.update(status="crashed", errors=1)
        isolation.end_session()
        for number in range(5):
            isolation.start_session(session_mode="request")
            if number == 3 and isolation._session:
                isolation._session.update(errors=1)
            isolation.end_session()
        sentry_sdk.capture_message("unwanted")
        sentry_sdk.capture_message("wanted")
    client.close(timeout=10)


async def played(installation: Installation) -> str:
    """Run the application and digest what it sent; returns the project's place in the API."""
    await asyncio.to_thread(use, installation.dsn())
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert books.applied == books.received > 0
    assert books.is_even
    return f"/api/projects/{installation.project_id}"


async def test_sessions_of_the_sdk_make_the_health_of_its_release(
    installation: Installation,
) -> None:
    place = await played(installation)
    shown: dict[str, Any] = await installation.get(
        f"{place}/releases/shop@3.1/health?environment=qa&hours=2"
    )
    totals = shown["totals"]
    assert (totals["sessions"], totals["errored"], totals["healthy"]) == (7, 2, 5)
    assert (totals["crashed"], totals["users"], totals["crashed_users"]) == (1, 2, 1)
    (release,) = (await installation.get(f"{place}/releases"))["items"]
    assert (release["version"], release["event_count"]) == ("shop@3.1", 1)
    assert (release["new_issue_count"], release["sessions"]) == (1, 7)
    assert release["crash_free_user_rate"] == 50.0


async def test_what_the_sdk_dropped_is_shown_as_it_reports_it(installation: Installation) -> None:
    place = await played(installation)
    (series,) = (await installation.get(f"{place}/outcomes"))["reported"]["series"]
    assert (series["category"], series["reason"]) == ("error", "before_send")
    assert (series["outcome"], series["total"]) == ("client_discard", 1)
