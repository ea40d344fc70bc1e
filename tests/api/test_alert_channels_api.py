"""Channels as the API shows them: the original's shapes, masked secrets, a button that sends."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from rustrak.alerts.channels.config import MASK
from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_all
from tests.alerts.alerting import SETTINGS, add_channel
from tests.installation import Installation, open_installation, until
from tests.people import make_token, make_user
from tests.receivers import WebReceiver, web_receiver
from tests.refusals import refusal

CHANNELS = "/api/alert-channels"
WEBHOOK = {
    "name": "ops",
    "channel_type": "webhook",
    "config": {"url": "https://hooks.example.com/x", "secret": "s3cret"},
}


@pytest.fixture
async def installation(database_url: str) -> AsyncIterator[Installation]:
    """An installation that may send to this machine."""
    async with open_installation(database_url, SETTINGS) as opened:
        yield opened


@pytest.fixture
async def receiver() -> AsyncIterator[WebReceiver]:
    async with web_receiver() as opened:
        yield opened


async def test_a_channel_is_made_listed_changed_and_deleted(installation: Installation) -> None:
    made = await installation.request("POST", CHANNELS, WEBHOOK, 201)
    assert list(made) == [
        "id",
        "name",
        "channel_type",
        "config",
        "is_enabled",
        "failure_count",
        "last_failure_at",
        "last_failure_message",
        "last_success_at",
        "created_at",
        "updated_at",
    ]
    assert (made["name"], made["is_enabled"], made["failure_count"]) == ("ops", True, 0)
    assert (made["last_failure_at"], made["last_success_at"]) == (None, None)
    other = await installation.request(
        "POST", CHANNELS, {**WEBHOOK, "name": "dev", "is_enabled": False}, 201
    )
    assert [row["name"] for row in await installation.get(CHANNELS)] == ["dev", "ops"]
    assert await installation.get(f"{CHANNELS}/{made['id']}") == made
    path = f"{CHANNELS}/{other['id']}"
    changed = await installation.request("PATCH", path, {"name": "qa", "is_enabled": True})
    assert (changed["name"], changed["is_enabled"], changed["config"]) == (
        "qa",
        True,
        other["config"],
    )
    await installation.request("DELETE", path, status=204)
    assert (await refusal(installation, "GET", path, 404))[1].endswith(
        f"Channel {other['id']} not found"
    )


async def test_secrets_of_channels_are_masked_and_a_mask_keeps_them(
    installation: Installation, conn: Connection
) -> None:
    made = await installation.request("POST", CHANNELS, WEBHOOK, 201)
    assert made["config"]["secret"] == MASK
    path = f"{CHANNELS}/{made['id']}"
    await installation.request("PATCH", path, {"config": made["config"], "name": "new"})
    (row,) = await fetch_all(conn, "SELECT config, name FROM notification_channels")
    assert (row["config"]["secret"], row["name"]) == ("s3cret", "new")
    elsewhere = {**made["config"], "url": "https://evil.example.com/"}
    kind, _ = await refusal(installation, "PATCH", path, 400, {"config": elsewhere})
    assert kind == "ValidationError"
    assert "s3cret" not in str(await installation.get(CHANNELS))


async def test_a_name_is_taken_once(installation: Installation) -> None:
    made = await installation.request("POST", CHANNELS, WEBHOOK, 201)
    assert await refusal(installation, "POST", CHANNELS, 409, WEBHOOK) == (
        "Conflict",
        "Conflict: Channel 'ops' already exists",
    )
    await installation.request("POST", CHANNELS, {**WEBHOOK, "name": "dev"}, 201)
    _, message = await refusal(
        installation, "PATCH", f"{CHANNELS}/{made['id']}", 409, {"name": "dev"}
    )
    assert message == "Conflict: Channel name already exists"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**WEBHOOK, "name": " "},
        {**WEBHOOK, "name": "x" * 256},
        {**WEBHOOK, "name": "a\0b"},
        {**WEBHOOK, "channel_type": "pigeon"},
        {**WEBHOOK, "config": {}},
        {**WEBHOOK, "config": {"url": "ftp://example.com"}},
        {**WEBHOOK, "config": []},
        {**WEBHOOK, "config": {"url": "https://example.com/\0"}},
        {**WEBHOOK, "channel_type": "slack", "config": {"webhook_url": "https://evil.com/x"}},
        {
            **WEBHOOK,
            "channel_type": "slack",
            "config": {"webhook_url": "https://hooks.slack.com.evil.com/x"},
        },
        {
            **WEBHOOK,
            "channel_type": "slack",
            "config": {"webhook_url": "http://hooks.slack.com/x"},
        },
        {**WEBHOOK, "channel_type": "email", "config": {"recipients": []}},
    ],
)
async def test_a_wrong_channel_is_refused(installation: Installation, body: Any) -> None:
    await refusal(installation, "POST", CHANNELS, 400, body)
    assert await installation.get(CHANNELS) == []


async def test_the_test_button_really_sends_and_leaves_no_trace(
    installation: Installation, receiver: WebReceiver, conn: Connection
) -> None:
    channel = await add_channel(installation, receiver, is_enabled=False)
    path = f"{CHANNELS}/{channel}"
    assert await installation.request("POST", path + "/test") == {
        "success": True,
        "message": "Test notification sent successfully",
    }
    assert receiver.requests[0].json["alert_type"] == "test"
    receiver.says(500, "boom")
    answer = await installation.request("POST", path + "/test")
    assert answer["success"] is False
    assert "HTTP 500" in answer["message"]
    shown = await installation.get(path)
    assert (shown["failure_count"], shown["last_failure_at"]) == (0, None)
    assert await fetch_all(conn, "SELECT FROM alert_history") == []
    await refusal(installation, "POST", f"{CHANNELS}/4711/test", 404)


async def test_only_those_who_may_change_a_channel_see_where_it_leads(
    installation: Installation, conn: Connection
) -> None:
    made = await installation.request("POST", CHANNELS, WEBHOOK, 201)
    installation.token = await make_token(conn, await make_user(conn, "member@example.com"))
    (seen,) = await installation.get(CHANNELS)
    assert seen == {**made, "config": {}}
    assert await installation.get(f"{CHANNELS}/{made['id']}") == seen


async def test_newer_clients_call_channels_integrations(
    installation: Installation, receiver: WebReceiver
) -> None:
    path = "/api/integrations"
    body = {"name": "ops", "provider_type": "webhook", "credentials": {"url": receiver.url}}
    made = await installation.request("POST", path, body, 201)
    assert (made["provider_type"], made["credentials"]["url"]) == ("webhook", receiver.url)
    one = f"{path}/{made['id']}"
    assert await installation.get(one) == made
    assert [row["id"] for row in await installation.get(CHANNELS)] == [made["id"]]
    changed = await installation.request("PATCH", one, {"name": "dev", "is_enabled": False})
    assert (changed["name"], changed["is_enabled"]) == ("dev", False)
    assert await installation.get(path) == [changed]
    assert (await installation.request("POST", f"{one}/test"))["success"] is True
    await installation.request("DELETE", one, status=204)
    assert await installation.get(CHANNELS) == []


async def test_a_channel_this_installation_cannot_use_is_refused(database_url: str) -> None:
    body = {"name": "m", "channel_type": "email", "config": {"recipients": ["a@example.com"]}}
    async with open_installation(database_url, Settings()) as installation:
        _, message = await refusal(installation, "POST", CHANNELS, 400, body)
        assert "SMTP_HOST" in message


async def test_a_channel_deleted_under_a_change_is_not_found(
    installation: Installation, conn: Connection
) -> None:
    made = await installation.request("POST", CHANNELS, WEBHOOK, 201)
    place = f"{CHANNELS}/{made['id']}"
    async with conn.transaction():
        await conn.execute("DELETE FROM notification_channels")
        change = asyncio.create_task(refusal(installation, "PATCH", place, 404, {"name": "new"}))
        await until(lambda: _someone_waits(conn), what="the change waiting for the deletion")
    assert (await change)[0] == "NotFound"


async def _someone_waits(conn: Connection) -> bool:
    await conn.execute("SELECT pg_stat_clear_snapshot()")  # a transaction looks only once
    return bool(
        await fetch_all(
            conn,
            "SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
    )
