"""Reference §1.11 and the checklist's integration/alerts_api and unit/notification."""

from typing import Any

import pytest

from tests.contract.dashboard import Dashboard
from tests.contract.rules import CHANNEL, HISTORY, RULE, array, record, text, yes_or_no

CHANNELS = "/api/alert-channels"
TESTED = record({"success": yes_or_no, "message": text})
WEBHOOK = {"url": "https://example.com/hook", "secret": "s3cret-words"}
SLACK = {"webhook_url": "https://hooks.slack.com/services/T0/B0/abc"}
EMAIL = {"recipients": ["ada@example.com"], "smtp_host": "mail.example.com"}


async def new_channel(
    dashboard: Dashboard, name: str = "Hook", kind: str = "webhook", **config: Any
) -> dict[str, Any]:
    body = {"name": name, "channel_type": kind, "config": config or WEBHOOK}
    made: dict[str, Any] = await dashboard.ask("POST", CHANNELS, CHANNEL, body, 201)
    return made


def rules_of(dashboard: Dashboard) -> str:
    return f"{dashboard.project}/alert-rules"


async def new_rule(dashboard: Dashboard, **more: Any) -> dict[str, Any]:
    body = {"name": "New ones", "alert_type": "new_issue", **more}
    made: dict[str, Any] = await dashboard.ask("POST", rules_of(dashboard), RULE, body, 201)
    return made


async def test_channels_rules_and_history_without_session_are_401(stranger: Dashboard) -> None:
    project = stranger.project
    for method, path in (
        ("GET", CHANNELS),
        ("POST", CHANNELS),
        ("GET", f"{CHANNELS}/1"),
        ("POST", f"{CHANNELS}/1/test"),
        ("GET", f"{project}/alert-rules"),
        ("POST", f"{project}/alert-rules"),
        ("GET", f"{project}/alert-history"),
    ):
        assert (await stranger.refusal(method, path, 401))[0] == "Unauthorized"


@pytest.mark.parametrize(
    ("kind", "config"), [("webhook", WEBHOOK), ("slack", SLACK), ("email", EMAIL)]
)
async def test_channel_create_and_get(
    dashboard: Dashboard, kind: str, config: dict[str, Any]
) -> None:
    made = await new_channel(dashboard, kind=kind, **config)
    assert (made["name"], made["channel_type"], made["is_enabled"]) == ("Hook", kind, True)
    assert (made["failure_count"], made["last_failure_at"], made["last_success_at"]) == (
        0,
        None,
        None,
    )
    assert await dashboard.get(f"{CHANNELS}/{made['id']}", CHANNEL) == made


async def test_secrets_of_a_channel_are_masked(dashboard: Dashboard) -> None:
    """In clear in the original, for everybody who is logged in."""
    made = await new_channel(dashboard)
    listed = await dashboard.get(CHANNELS, array(CHANNEL))
    assert WEBHOOK["secret"] not in f"{made}{listed}"
    kept = await dashboard.ask(
        "PATCH", f"{CHANNELS}/{made['id']}", CHANNEL, {"config": made["config"]}
    )
    assert kept["config"] == made["config"]


async def test_channel_list_is_newest_first(dashboard: Dashboard) -> None:
    assert await dashboard.get(CHANNELS, array(CHANNEL)) == []
    for name in ("A", "B"):
        await new_channel(dashboard, name)
    names = [channel["name"] for channel in await dashboard.get(CHANNELS, array(CHANNEL))]
    assert names == ["B", "A"]


async def test_channel_update(dashboard: Dashboard) -> None:
    """The type cannot change: it is ignored in the body."""
    made = await new_channel(dashboard)
    body = {"name": "Renamed", "is_enabled": False, "channel_type": "slack"}
    changed = await dashboard.ask("PATCH", f"{CHANNELS}/{made['id']}", CHANNEL, body)
    assert (changed["name"], changed["is_enabled"]) == ("Renamed", False)
    assert changed["channel_type"] == "webhook"
    same = await dashboard.ask("PATCH", f"{CHANNELS}/{made['id']}", CHANNEL, {})
    assert {**same, "updated_at": 0} == {**changed, "updated_at": 0}


async def test_channel_delete(dashboard: Dashboard) -> None:
    made = await new_channel(dashboard)
    path = f"{CHANNELS}/{made['id']}"
    await dashboard.ask("DELETE", path, None, status=204)
    for method in ("GET", "PATCH", "DELETE"):
        assert await dashboard.refusal(method, path, 404, {} if method == "PATCH" else None) == (
            "NotFound",
            f"Resource not found: Channel {made['id']} not found",
        )


async def test_a_duplicate_name_already_exists(dashboard: Dashboard) -> None:
    await new_channel(dashboard, "A")
    second = await new_channel(dashboard, "B")
    body = {"name": "A", "channel_type": "webhook", "config": WEBHOOK}
    assert await dashboard.refusal("POST", CHANNELS, 409, body) == (
        "Conflict",
        "Conflict: Channel 'A' already exists",
    )
    assert await dashboard.refusal("PATCH", f"{CHANNELS}/{second['id']}", 409, {"name": "A"}) == (
        "Conflict",
        "Conflict: Channel name already exists",
    )


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("webhook", {}),
        ("webhook", {"url": "no address"}),
        ("webhook", {"url": "ftp://example.com"}),
        ("slack", {}),
        ("slack", {"webhook_url": "https://example.com/services/T0/B0/abc"}),
        ("slack", {"webhook_url": "https://hooks.slack.com.evil.com/services/T0/B0/abc"}),
        ("slack", {"webhook_url": "http://hooks.slack.com/services/T0/B0/abc"}),
        ("email", {"recipients": [], "smtp_host": "mail.example.com"}),
        ("email", {"recipients": ["nobody"], "smtp_host": "mail.example.com"}),
        ("pigeon", {}),
    ],
)
async def test_a_config_that_cannot_work_is_400(
    dashboard: Dashboard, kind: str, config: dict[str, Any]
) -> None:
    body = {"name": "Wrong", "channel_type": kind, "config": config}
    assert (await dashboard.refusal("POST", CHANNELS, 400, body))[0] == "ValidationError"
    if kind == "webhook":
        made = await new_channel(dashboard)
        path = f"{CHANNELS}/{made['id']}"
        assert (await dashboard.refusal("PATCH", path, 400, {"config": config}))[0] == (
            "ValidationError"
        )


async def test_the_test_endpoint_is_always_200(dashboard: Dashboard) -> None:
    """It touches neither counters nor history. Nothing listens on port 1, and an address of this
    machine is refused where private addresses are."""
    made = await new_channel(dashboard, url="http://127.0.0.1:1/hook")
    path = f"{CHANNELS}/{made['id']}"
    answer = await dashboard.ask("POST", f"{path}/test", TESTED)
    assert not answer["success"]
    assert answer["message"]
    assert (await dashboard.get(path, CHANNEL))["failure_count"] == 0
    assert await dashboard.get(f"{dashboard.project}/alert-history", array(HISTORY)) == []
    assert (await dashboard.refusal("POST", f"{CHANNELS}/4711/test", 404))[0] == "NotFound"


async def test_rule_create_list_and_get(dashboard: Dashboard) -> None:
    channel = await new_channel(dashboard)
    made = await new_rule(dashboard, cooldown_minutes=5, channel_ids=[channel["id"]])
    assert (made["is_enabled"], made["cooldown_minutes"]) == (True, 5)
    assert (made["channel_ids"], made["conditions"]) == ([channel["id"]], {})
    assert (made["project_id"], made["last_triggered_at"]) == (
        dashboard.installation.project_id,
        None,
    )
    assert await dashboard.get(rules_of(dashboard), array(RULE)) == [made]
    assert await dashboard.get(f"{rules_of(dashboard)}/{made['id']}", RULE) == made


async def test_rule_defaults(dashboard: Dashboard) -> None:
    made = await new_rule(dashboard)
    assert (made["channel_ids"], made["conditions"], made["cooldown_minutes"]) == ([], {}, 0)


async def test_is_enabled_is_heeded_on_create(dashboard: Dashboard) -> None:
    """Ignored in the original, although its own dashboard sends it."""
    assert not (await new_rule(dashboard, is_enabled=False))["is_enabled"]


@pytest.mark.parametrize("kind", ["new_issue", "regression", "unmute"])
async def test_every_type_of_the_contract_is_taken(dashboard: Dashboard, kind: str) -> None:
    assert (await new_rule(dashboard, alert_type=kind))["alert_type"] == kind


async def test_an_unknown_type_is_400(dashboard: Dashboard) -> None:
    body = {"name": "x", "alert_type": "full_moon"}
    assert (await dashboard.refusal("POST", rules_of(dashboard), 400, body))[0] == (
        "ValidationError"
    )


async def test_a_duplicate_type_already_exists(dashboard: Dashboard) -> None:
    """Where it asks the same; with other conditions a project may have several of a type."""
    await new_rule(dashboard)
    body = {"name": "Again", "alert_type": "new_issue"}
    kind, message = await dashboard.refusal("POST", rules_of(dashboard), 409, body)
    assert kind == "Conflict"
    assert message.startswith(
        "Conflict: Alert rule for type 'new_issue' already exists in this project"
    )


async def test_an_unknown_channel_is_404(dashboard: Dashboard) -> None:
    body = {"name": "x", "alert_type": "new_issue", "channel_ids": [4711]}
    assert await dashboard.refusal("POST", rules_of(dashboard), 404, body) == (
        "NotFound",
        "Resource not found: Channel 4711 not found",
    )


async def test_a_repeated_channel_counts_once(dashboard: Dashboard) -> None:
    """500 in the original."""
    channel = (await new_channel(dashboard))["id"]
    assert (await new_rule(dashboard, channel_ids=[channel, channel]))["channel_ids"] == [channel]


async def test_rule_update_replaces_the_set_of_channels(dashboard: Dashboard) -> None:
    first, second = [(await new_channel(dashboard, name))["id"] for name in "AB"]
    made = await new_rule(dashboard, channel_ids=[first])
    path = f"{rules_of(dashboard)}/{made['id']}"
    for channels in ([first, second], [second], []):
        changed = await dashboard.ask("PATCH", path, RULE, {"channel_ids": channels})
        assert sorted(changed["channel_ids"]) == channels
    body = {"name": "Renamed", "is_enabled": False, "cooldown_minutes": 9}
    changed = await dashboard.ask("PATCH", path, RULE, body)
    assert {name: changed[name] for name in body} == body


async def test_deleting_a_channel_unlinks_it(dashboard: Dashboard) -> None:
    first, second = [(await new_channel(dashboard, name))["id"] for name in "AB"]
    made = await new_rule(dashboard, channel_ids=[first, second])
    await dashboard.ask("DELETE", f"{CHANNELS}/{first}", None, status=204)
    path = f"{rules_of(dashboard)}/{made['id']}"
    assert (await dashboard.get(path, RULE))["channel_ids"] == [second]


async def test_rule_delete(dashboard: Dashboard) -> None:
    made = await new_rule(dashboard)
    path = f"{rules_of(dashboard)}/{made['id']}"
    await dashboard.ask("DELETE", path, None, status=204)
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert await dashboard.refusal(method, path, 404, body) == (
            "NotFound",
            f"Resource not found: Alert rule {made['id']} not found",
        )


async def test_a_rule_of_another_project_is_404(dashboard: Dashboard) -> None:
    made = await new_rule(dashboard)
    theirs = f"/api/projects/{dashboard.installation.projects[1]['id']}/alert-rules"
    assert (await dashboard.refusal("GET", f"{theirs}/{made['id']}", 404))[0] == "NotFound"


async def test_history_is_empty_at_first(dashboard: Dashboard) -> None:
    """`limit` is clamped to 1 to 100."""
    for query in ("", "?limit=50", "?limit=0", "?limit=1000"):
        path = f"{dashboard.project}/alert-history{query}"
        assert await dashboard.get(path, array(HISTORY)) == []


async def test_an_unknown_project_is_404(dashboard: Dashboard) -> None:
    for path in ("alert-rules", "alert-history"):
        kind, _ = await dashboard.refusal("GET", f"/api/projects/4711/{path}", 404)
        assert kind == "NotFound"
