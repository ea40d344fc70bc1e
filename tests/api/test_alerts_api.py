"""Rules and history as the API shows them: the original's shapes, and who may do what."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from rustrak.accounts.access import Role
from rustrak.database.pool import Connection
from tests.alerts.alerting import SETTINGS, add_channel, add_rule, history, work
from tests.installation import Installation, open_installation
from tests.made_events import digested, error
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


def rules_of(installation: Installation) -> str:
    return f"/api/projects/{installation.project_id}/alert-rules"


async def test_the_test_button_of_a_rule_tells_all_its_channels(
    installation: Installation, receiver: WebReceiver
) -> None:
    rule = await add_rule(installation)
    path = f"{rules_of(installation)}/{rule['id']}"
    answer = await installation.request("POST", path + "/test")
    assert (answer["success"], "no channel" in answer["message"]) == (False, True)
    good = await add_channel(installation, receiver, "good")
    async with web_receiver() as broken:
        broken.says(404)
        bad = await add_channel(installation, broken, "bad")
        await installation.request("PATCH", path, {"channel_ids": [good, bad]})
        answer = await installation.request("POST", path + "/test")
    assert answer["success"] is False
    assert answer["message"].startswith("bad: HTTP 404")
    assert len(receiver.requests) == 1
    await installation.request("PATCH", path, {"channel_ids": [good]})
    assert (await installation.request("POST", path + "/test"))["success"] is True


async def test_a_rule_is_made_listed_changed_and_deleted(
    installation: Installation, receiver: WebReceiver
) -> None:
    one, two = [await add_channel(installation, receiver, name) for name in ("one", "two")]
    made = await installation.request(
        "POST",
        rules_of(installation),
        {
            "name": "New ones",
            "alert_type": "new_issue",
            "channel_ids": [one, one],
            "cooldown_minutes": 5,
        },
        201,
    )
    assert list(made) == [
        "id",
        "project_id",
        "name",
        "alert_type",
        "is_enabled",
        "conditions",
        "filters",
        "cooldown_minutes",
        "last_triggered_at",
        "created_at",
        "updated_at",
        "channel_ids",
    ]
    assert (made["conditions"], made["filters"]) == ({}, {})
    assert (made["is_enabled"], made["cooldown_minutes"]) == (True, 5)
    assert (made["channel_ids"], made["last_triggered_at"]) == ([one], None)
    path = f"{rules_of(installation)}/{made['id']}"
    changed = await installation.request(
        "PATCH",
        path,
        {
            "name": "x",
            "is_enabled": False,
            "conditions": {"min_level": "error"},
            "filters": {"environments": ["eu"], "releases": []},
            "cooldown_minutes": 0,
            "channel_ids": [two, one],
        },
    )
    assert (changed["name"], changed["is_enabled"], changed["cooldown_minutes"]) == ("x", False, 0)
    assert changed["conditions"] == {"min_level": "error"}
    assert changed["filters"] == {"environments": ["eu"]}
    assert changed["channel_ids"] == [one, two]
    assert (await installation.request("PATCH", path, {"channel_ids": [two]}))["channel_ids"] == [
        two
    ]
    await installation.request("DELETE", f"{CHANNELS}/{two}", status=204)
    assert (await installation.get(path))["channel_ids"] == []
    assert [row["id"] for row in await installation.get(rules_of(installation))] == [made["id"]]
    await installation.request("DELETE", path, status=204)
    _, message = await refusal(installation, "GET", path, 404)
    assert message.endswith(f"Alert rule {made['id']} not found")


async def test_a_second_rule_of_a_type_has_to_ask_something_else(
    installation: Installation,
) -> None:
    await add_rule(installation)
    body = {"name": "again", "alert_type": "new_issue"}
    kind, message = await refusal(installation, "POST", rules_of(installation), 409, body)
    assert kind == "Conflict"
    assert "Alert rule for type 'new_issue' already exists in this project" in message
    other = await add_rule(installation, filters={"environments": ["eu"]})
    await add_rule(installation, alert_type="regression")
    await add_rule(installation, project=1)
    path = f"{rules_of(installation)}/{other['id']}"
    await refusal(installation, "PATCH", path, 409, {"filters": {}})
    assert (await installation.get(path))["filters"] == {"environments": ["eu"]}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "name"),
        ({"name": " "}, "Name cannot be empty"),
        ({"name": "x" * 256}, "Name cannot exceed"),
        ({"alert_type": "digest"}, "alert_type must be one of"),
        ({"cooldown_minutes": -1}, "cooldown_minutes"),
        ({"cooldown_minutes": 2**40}, "cooldown_minutes"),
        ({"conditions": {"count": 5}}, "conditions.count"),
        ({"alert_type": "event_threshold"}, "conditions.count"),
        (
            {"alert_type": "event_threshold", "conditions": {"count": 0, "minutes": 5}},
            "conditions.count",
        ),
        (
            {"alert_type": "user_threshold", "conditions": {"count": 1, "minutes": 1441}},
            "conditions.minutes",
        ),
        (
            {"alert_type": "monitor_missed", "conditions": {"statuses": ["late"]}},
            "conditions.statuses.0",
        ),
        ({"filters": {"levels": ["loud"]}}, "filters.levels.0"),
        ({"filters": {"tags": {"a": 1}}}, "filters.tags.a"),
        ({"filters": {"releases": ["*"]}}, "filters.releases"),
        ({"filters": {"environments": ["a\0b"]}}, "filters.environments.0"),
        ({"filters": {"colour": "red"}}, "filters.colour"),
        ({"channel_ids": [0]}, "channel_ids.0"),
        ({"channel_ids": ["1"]}, "channel_ids.0"),
    ],
)
async def test_a_wrong_rule_is_refused_with_its_place(
    installation: Installation, body: Any, place: str
) -> None:
    given = {"name": "rule", "alert_type": "new_issue", **body} if body else {}
    _, message = await refusal(installation, "POST", rules_of(installation), 400, given)
    assert place in message
    assert await installation.get(rules_of(installation)) == []


async def test_an_unknown_channel_is_not_found_and_nothing_is_made(
    installation: Installation,
) -> None:
    body = {"name": "rule", "alert_type": "new_issue", "channel_ids": [4711]}
    _, message = await refusal(installation, "POST", rules_of(installation), 404, body)
    assert message.endswith("Channel 4711 not found")
    assert await installation.get(rules_of(installation)) == []


async def test_the_history_has_the_shape_of_the_original(
    installation: Installation, receiver: WebReceiver
) -> None:
    path = f"/api/projects/{installation.project_id}/alert-history"
    assert await installation.get(path) == []
    await add_rule(installation, await add_channel(installation, receiver))
    await digested(installation, error())
    await work(installation.database_url)
    (row,) = await installation.get(path)
    assert list(row) == [
        "id",
        "alert_rule_id",
        "channel_id",
        "issue_id",
        "project_id",
        "alert_type",
        "channel_type",
        "channel_name",
        "status",
        "attempt_count",
        "next_retry_at",
        "error_message",
        "http_status_code",
        "idempotency_key",
        "created_at",
        "sent_at",
    ]
    for limit in (-5, 0, 1, 100, 10**6):
        assert len(await installation.get(f"{path}?limit={limit}")) == 1
    await refusal(installation, "GET", f"{path}?limit=x", 400)
    assert await history(installation, 1) == []


async def test_who_may_do_what(installation: Installation, conn: Connection) -> None:
    channel = await installation.request("POST", CHANNELS, WEBHOOK, 201)
    rule = await add_rule(installation)
    project = installation.project_id
    one = f"{rules_of(installation)}/{rule['id']}"
    looks = [CHANNELS, f"{CHANNELS}/{channel['id']}", rules_of(installation), one]
    of_rules = [("PATCH", one), ("POST", f"{one}/test"), ("DELETE", one)]
    of_channels = [
        ("POST", CHANNELS),
        ("PATCH", f"{CHANNELS}/{channel['id']}"),
        ("POST", f"{CHANNELS}/{channel['id']}/test"),
        ("DELETE", f"{CHANNELS}/{channel['id']}"),
    ]
    for role in Role:
        user = await make_user(conn, f"{role}@project.example.com")
        installation.token = await make_token(conn, user, role=(project, role))
        for path in looks:
            await installation.get(path)
        await installation.request(
            "POST", f"{rules_of(installation)}/preview", {"alert_type": "new_issue"}
        )
        for method, path in of_channels:
            await refusal(installation, method, path, 403, WEBHOOK)
        if role is not Role.ADMIN:
            for method, path in of_rules:
                await refusal(installation, method, path, 403, {})
        else:
            await installation.request("PATCH", one, {"name": "mine"})
            await installation.request("DELETE", one, status=204)
    outsider = await make_user(conn, "outsider@example.com")
    installation.token = await make_token(conn, outsider)
    await refusal(installation, "GET", rules_of(installation), 404)


async def test_two_who_change_one_rule_or_channel_lose_nothing(
    installation: Installation, receiver: WebReceiver
) -> None:
    channel = await add_channel(installation, receiver)
    rule = f"{rules_of(installation)}/{(await add_rule(installation))['id']}"
    for turn in range(5):
        await asyncio.gather(
            installation.request("PATCH", rule, {"name": f"rule {turn}"}),
            installation.request("PATCH", rule, {"cooldown_minutes": turn}),
            installation.request("PATCH", f"{CHANNELS}/{channel}", {"name": f"hook {turn}"}),
            installation.request("PATCH", f"{CHANNELS}/{channel}", {"is_enabled": turn % 2 == 0}),
        )
        found = await installation.get(rule)
        assert (found["name"], found["cooldown_minutes"]) == (f"rule {turn}", turn)
        hook = await installation.get(f"{CHANNELS}/{channel}")
        assert (hook["name"], hook["is_enabled"]) == (f"hook {turn}", turn % 2 == 0)
