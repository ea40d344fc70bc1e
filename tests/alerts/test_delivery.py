"""Deliveries: tried again with patience, never twice for one reason, and never in the digest's way;
no test waits for a pause, each moves the time that is stored."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rustrak.alerts.history import prune
from rustrak.alerts.send import MOST_ATTEMPTS, pause_after
from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_all
from tests.alerts.alerting import (
    add_channel,
    add_rule,
    count,
    decide,
    history,
    hurry,
    work,
)
from tests.installation import Installation
from tests.made_events import digested, error
from tests.receivers import WebReceiver, web_receiver


@pytest.fixture
async def receiver() -> AsyncIterator[WebReceiver]:
    async with web_receiver() as opened:
        yield opened


@pytest.fixture
async def told(installation: Installation, receiver: WebReceiver) -> Installation:
    """An installation with a rule about new issues, and one to tell."""
    await add_rule(installation, await add_channel(installation, receiver))
    await digested(installation, error())
    return installation


async def the_channel(installation: Installation) -> Any:
    (channel,) = await installation.get("/api/alert-channels")
    return channel


async def test_a_failure_is_tried_again_under_the_same_key_until_it_works(
    told: Installation, receiver: WebReceiver
) -> None:
    receiver.says(503, "busy")
    await work(told.database_url)
    (row,) = await history(told)
    assert (row["status"], row["attempt_count"], row["http_status_code"]) == ("pending", 1, 503)
    assert "503" in row["error_message"]
    pause = datetime.fromisoformat(row["next_retry_at"]) - datetime.now(UTC)
    assert timedelta(seconds=50) < pause <= timedelta(seconds=66)
    channel = await the_channel(told)
    assert channel["failure_count"] == 1
    assert "503" in channel["last_failure_message"]
    await work(told.database_url)
    assert len(receiver.requests) == 1  # not before its time
    await hurry(told.database_url)
    receiver.reply = None
    await work(told.database_url)
    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    (row,) = await history(told)
    assert (row["status"], row["attempt_count"], row["next_retry_at"]) == ("sent", 2, None)
    assert row["error_message"] is None
    assert row["idempotency_key"] == first.headers["idempotency-key"]
    channel = await the_channel(told)
    assert (channel["failure_count"], channel["last_success_at"] is None) == (0, False)


async def test_after_six_attempts_it_has_failed(told: Installation, receiver: WebReceiver) -> None:
    receiver.says(500)
    for _ in range(MOST_ATTEMPTS + 2):
        await work(told.database_url)
        await hurry(told.database_url)
    (row,) = await history(told)
    assert (row["status"], row["attempt_count"]) == ("failed", MOST_ATTEMPTS)
    assert len(receiver.requests) == MOST_ATTEMPTS == 6
    assert (await the_channel(told))["failure_count"] == MOST_ATTEMPTS


async def test_what_cannot_mend_itself_is_not_tried_again(
    told: Installation, receiver: WebReceiver
) -> None:
    receiver.says(410, "gone")
    await work(told.database_url)
    (row,) = await history(told)
    assert (row["status"], row["http_status_code"], row["next_retry_at"]) == ("failed", 410, None)


async def test_the_other_side_says_when_to_come_back(
    told: Installation, receiver: WebReceiver
) -> None:
    receiver.says(429, Retry_After="600")
    await work(told.database_url)
    (row,) = await history(told)
    pause = datetime.fromisoformat(row["next_retry_at"]) - datetime.now(UTC)
    assert timedelta(seconds=590) < pause <= timedelta(seconds=660)


def test_pauses_grow_to_hours() -> None:
    seconds = [pause_after(attempt, None).total_seconds() for attempt in range(1, MOST_ATTEMPTS)]
    for found, expected in zip(seconds, (60, 240, 960, 3840, 15360), strict=True):
        assert expected <= found <= expected * 1.1
    assert pause_after(1, 7200).total_seconds() >= 7200


async def test_an_address_that_is_not_public_is_refused_for_good(
    told: Installation, receiver: WebReceiver
) -> None:
    await work(told.database_url, Settings())
    assert receiver.requests == []
    (row,) = await history(told)
    assert row["status"] == "failed"


@pytest.mark.parametrize("what", ["disable channel", "delete channel", "disable", "delete"])
async def test_what_was_taken_back_in_between_is_skipped(
    told: Installation, conn: Connection, receiver: WebReceiver, what: str
) -> None:
    await decide(conn)
    channel = (await the_channel(told))["id"]
    project = f"/api/projects/{told.project_id}"
    (rule,) = await told.get(f"{project}/alert-rules")
    path = f"{project}/alert-rules/{rule['id']}"
    if "channel" in what:
        path = f"/api/alert-channels/{channel}"
    if "delete" in what:
        await told.request("DELETE", path, status=204)
    else:
        await told.request("PATCH", path, {"is_enabled": False})
    await work(told.database_url)
    (row,) = await history(told)
    assert row["status"] == "skipped"
    assert row["error_message"].startswith("the ")
    assert row["channel_name"] == "hook"
    assert receiver.requests == []


async def test_a_closed_project_is_told_of_no_more(
    told: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await decide(conn)
    await told.request("DELETE", f"/api/projects/{told.project_id}", status=204)
    await work(told.database_url)
    assert receiver.requests == []
    rows = await fetch_all(conn, "SELECT status FROM alert_history")
    assert [row["status"] for row in rows] == ["skipped"]


async def test_history_is_forgotten_after_90_days_but_not_what_waits(
    told: Installation, conn: Connection
) -> None:
    await work(told.database_url)
    await prune(conn)
    assert await count(conn, "alert_history") == await count(conn, "alert_firings") == 1
    await conn.execute("UPDATE alert_history SET created_at = created_at - interval '91 days'")
    await conn.execute("UPDATE alert_firings SET told_at = told_at - interval '91 days'")
    await conn.execute("UPDATE alert_history SET status = 'pending'")
    await prune(conn)
    assert (await count(conn, "alert_history"), await count(conn, "alert_firings")) == (1, 0)
    await conn.execute("UPDATE alert_history SET status = 'failed'")
    await prune(conn)
    assert await count(conn, "alert_history") == 0
