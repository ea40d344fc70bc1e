"""Trying a rule on the past finds what the same rule fires for when it is there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rustrak.alerts.backtest import back_test, count_notices
from rustrak.alerts.rules import as_rule, get_rule
from rustrak.database.pool import Connection
from tests.alerts.alerting import add_rule, decide, firings
from tests.alerts.test_thresholds import age
from tests.checked_in import HOURLY, check_in, watch
from tests.installation import Installation
from tests.made_events import digested, error
from tests.refusals import refusal

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

RULES: list[dict[str, Any]] = [
    {"alert_type": "new_issue"},
    {"alert_type": "new_issue", "filters": {"environments": ["eu"], "min_level": "error"}},
    {"alert_type": "regression"},
    {"alert_type": "regression", "cooldown_minutes": 5, "filters": {"releases": ["shop@*"]}},
    {"alert_type": "event_threshold", "conditions": {"count": 3, "minutes": 10}},
    {"alert_type": "event_threshold", "conditions": {"count": 2, "minutes": 1},
     "cooldown_minutes": 9, "filters": {"tags": {"tier": "gold"}}},
    {"alert_type": "user_threshold", "conditions": {"count": 1, "minutes": 10}},
    {"alert_type": "monitor_missed"},
    {"alert_type": "monitor_missed", "conditions": {"statuses": ["error", "missed"]}},
]  # fmt: skip


def some_events() -> Iterator[dict[str, Any]]:
    """A little of everything."""
    for number in range(12):
        yield error(
            ("One", "Two", "Three")[number % 3],
            environment=("eu", "us")[number % 2],
            level=("error", "warning")[number // 6],
            release=("shop@1", "other@1")[number % 2],
            user={"id": f"{number % 4}"},
            tags={"tier": ("gold", "silver", "gold", "gold")[number % 4]},
        )


async def test_a_back_test_finds_what_rules_fired_for(
    installation: Installation, conn: Connection
) -> None:
    ids = [(await add_rule(installation, **rule))["id"] for rule in RULES]
    await age(conn)
    start = datetime.now(UTC) - MINUTE
    for number, event in enumerate(some_events()):
        await digested(installation, event)
        if number == 4:
            for issue in await installation.issues():
                path = f"/api/projects/{installation.project_id}/issues/{issue['id']}"
                await installation.request("PATCH", path, {"is_resolved": True})
        if number % 3 == 0:
            await decide(conn, datetime.now(UTC) + timedelta(seconds=10))
    await check_in(installation, config=HOURLY)
    await check_in(installation, "error", slug="other")
    await watch(installation, conn)
    await watch(installation, conn, datetime.now(UTC) + timedelta(minutes=62))
    now = datetime.now(UTC) + timedelta(seconds=10)
    await decide(conn, now)
    kinds = set()
    for rule_id in ids:
        rule = as_rule(await get_rule(conn, installation.project_id, rule_id))
        async with conn.transaction():
            found = await back_test(conn, rule, start, now)
        expected = await firings(conn, rule_id)
        assert [(f.issue_id, f.occurred_at) for f in found.firings] == expected, rule
        if expected:
            kinds.add(rule_id)
    assert kinds == set(ids)  # every rule had something to fire for


async def test_a_mute_that_ended_by_itself_is_found(
    installation: Installation, conn: Connection
) -> None:
    (event,) = await digested(installation, error())
    (issue,) = await installation.issues()
    for actor in ("user:1", "rustrak"):
        await conn.execute(
            "INSERT INTO decisions (project_id, issue_id, actor, kind, details)"
            " VALUES (%s, %s, %s, 'unmute', jsonb_build_object('event_id', %s::text))",
            (installation.project_id, issue["id"], actor, event),
        )
    path = f"/api/projects/{installation.project_id}/alert-rules/preview"
    trial = await installation.request("POST", path, {"alert_type": "unmute"})
    assert (trial["times"], trial["firings"][0]["event_id"].replace("-", "")) == (1, event)


async def test_a_resolution_that_somebody_took_back_makes_no_regression(
    installation: Installation, conn: Connection
) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    path = f"/api/projects/{installation.project_id}/issues/{issue['id']}"
    for is_resolved in (True, False):
        await installation.request("PATCH", path, {"is_resolved": is_resolved})
    await digested(installation, error())
    path = f"/api/projects/{installation.project_id}/alert-rules/preview"
    trial = await installation.request("POST", path, {"alert_type": "regression"})
    assert trial["times"] == 0


async def test_what_was_resolved_by_release_is_no_regression_in_an_older_one(
    installation: Installation,
) -> None:
    await digested(installation, error(release="shop@1.0"))
    (issue,) = await installation.issues()
    path = f"/api/projects/{installation.project_id}/issues/{issue['id']}"
    for details in ({"in_release": "shop@2.0"}, {"in_next_release": True}):
        body = {"status": "resolved", "status_details": details}
        await installation.request("PATCH", path, body)
        await digested(installation, error(release="shop@1.0"))
    preview = f"/api/projects/{installation.project_id}/alert-rules/preview"
    trial = await installation.request("POST", preview, {"alert_type": "regression"})
    assert trial["times"] == 0
    await digested(installation, error(release="shop@3.0"))
    trial = await installation.request("POST", preview, {"alert_type": "regression"})
    assert trial["times"] == 1


async def test_the_preview_counts_shows_and_looks_no_further_back_than_told(
    installation: Installation, conn: Connection
) -> None:
    path = f"/api/projects/{installation.project_id}/alert-rules/preview"
    await digested(installation, error("One"), error("Two"))
    await digested(installation, error("Theirs"), project=1)
    trial = await installation.request("POST", path, {"alert_type": "new_issue"})
    assert (trial["days"], trial["times"], trial["notices"]) == (30, 2, 2)
    newest = trial["firings"][0]
    assert newest["title"] in ("One: no", "Two: no")
    assert newest["short_id"].startswith("OURS-")
    for table, column in (("issues", "first_seen"), ("events", "received_at")):
        await conn.execute(f"UPDATE {table} SET {column} = {column} - interval '8 days'")  # type: ignore[arg-type]
    body = {"alert_type": "new_issue", "days": 7}
    assert (await installation.request("POST", path, body))["times"] == 0
    assert (await installation.request("POST", path, {**body, "days": 9}))["times"] == 2


async def test_the_preview_refuses_what_could_not_be_saved(installation: Installation) -> None:
    path = f"/api/projects/{installation.project_id}/alert-rules/preview"
    for body in (
        {},
        {"alert_type": "nonsense"},
        {"alert_type": "event_threshold"},
        {"alert_type": "new_issue", "days": 91},
        {"alert_type": "new_issue", "filters": {"environment": "eu"}},
    ):
        await refusal(installation, "POST", path, 400, body)


@pytest.mark.parametrize(
    ("minutes", "notices"),
    [
        ([], 0),
        ([0], 1),
        ([0, 0, 0], 1),
        ([0, 0.5], 2),
        ([0, 0.2, 0.5, 0.9], 2),
        ([0, 0.5, 1.5], 3),
        ([0, 1, 2], 3),
        ([0, 0.5, 3, 3.1, 3.2], 4),
    ],
)
def test_what_comes_soon_after_a_notice_is_told_in_one(minutes: list[float], notices: int) -> None:
    assert count_notices([NOON + minute * MINUTE for minute in minutes], MINUTE) == notices
