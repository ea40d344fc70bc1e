"""What rules hear of, and what they leave alone."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rustrak.alerts.outbox import note_occasions, of_changes
from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.mutes import end_mutes
from rustrak.ledger.decisions import DecisionKind
from rustrak.projections.changes import Change, ChangeKind
from rustrak.projections.decide import decide as append
from tests.alerts.alerting import (
    add_channel,
    add_rule,
    count,
    decide,
    firings,
    history,
    work,
)
from tests.checked_in import HOURLY, check_in, watch
from tests.installation import Installation
from tests.made_events import digested, error
from tests.receivers import WebReceiver, web_receiver


@pytest.fixture
async def receiver() -> AsyncIterator[WebReceiver]:
    async with web_receiver() as opened:
        yield opened


def later(**delta: float) -> datetime:
    return datetime.now(UTC) + timedelta(**delta)


async def test_a_new_issue_is_told_once_to_every_channel_with_all_there_is_to_say(
    installation: Installation, receiver: WebReceiver
) -> None:
    channels = [await add_channel(installation, receiver, name) for name in ("one", "two")]
    rule = await add_rule(installation, *channels)
    (event,) = await digested(
        installation, error(environment="production", release="shop@1", level="fatal")
    )
    await digested(installation, error())  # the same issue again
    await work(installation.database_url)
    assert len(receiver.requests) == 2
    (issue,) = await installation.issues()
    told = receiver.requests[0].json
    assert told == receiver.requests[1].json
    assert (told["alert_type"], told["actor"]) == ("new_issue", "Rustrak")
    assert told["project"] == {"id": installation.project_id, "name": "Ours", "slug": "ours"}
    assert told["issue"]["id"] == issue["id"]
    assert told["issue"]["short_id"] == "OURS-1"
    assert told["issue"]["title"] == "ValueError: no"
    assert (told["issue"]["level"], told["issue"]["environment"]) == ("fatal", "production")
    assert told["issue"]["release"] == "shop@1"
    assert told["issue_url"].endswith(f"/projects/{installation.project_id}/issues/{issue['id']}")
    rows = await history(installation)
    assert [(row["status"], row["attempt_count"]) for row in rows] == [("sent", 1)] * 2
    assert {row["channel_name"] for row in rows} == {"one", "two"}
    assert {row["alert_rule_id"] for row in rows} == {rule["id"]}
    assert {row["issue_id"] for row in rows} == {issue["id"]}
    assert all(row["http_status_code"] == 200 and row["sent_at"] for row in rows)
    shown = await installation.get(f"/api/projects/{installation.project_id}/alert-rules")
    assert shown[0]["last_triggered_at"] is not None
    assert event


async def test_a_project_without_rules_leaves_no_trace(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await add_rule(installation, await add_channel(installation, receiver), project=1)
    await conn.execute("DELETE FROM procrastinate_jobs")
    await digested(installation, error())
    assert await count(conn, "alert_occasions") == 0
    assert await fetch_all(conn, "SELECT FROM procrastinate_jobs WHERE queue_name = 'alerts'") == []


async def test_of_two_projects_each_hears_its_own(
    installation: Installation, receiver: WebReceiver
) -> None:
    async with web_receiver() as other:
        for project, heard in enumerate((receiver, other)):
            channel = await add_channel(installation, heard, f"channel {project}")
            await add_rule(installation, channel, project=project)
        await digested(installation, error("Mine"))
        await digested(installation, error("Yours"), project=1)
        await work(installation.database_url)
        assert [r.json["issue"]["title"] for r in receiver.requests] == ["Mine: no"]
        assert [r.json["issue"]["title"] for r in other.requests] == ["Yours: no"]
    assert len(await history(installation)) == len(await history(installation, 1)) == 1


async def test_a_regression_is_told_and_a_second_event_is_not(
    installation: Installation, receiver: WebReceiver
) -> None:
    channel = await add_channel(installation, receiver)
    await add_rule(installation, channel, alert_type="regression")
    await digested(installation, error())
    (issue,) = await installation.issues()
    path = f"/api/projects/{installation.project_id}/issues/{issue['id']}"
    await installation.request("PATCH", path, {"is_resolved": True})
    await digested(installation, error(), error())
    await digested(installation, error())
    await work(installation.database_url)
    assert [r.json["alert_type"] for r in receiver.requests] == ["regression"]


async def test_a_disabled_rule_hears_nothing(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    channel = await add_channel(installation, receiver)
    rule = await add_rule(installation, channel, is_enabled=False)
    assert rule["is_enabled"] is False
    await digested(installation, error())
    assert await count(conn, "alert_occasions") == 0
    await work(installation.database_url)
    assert receiver.requests == []


@pytest.mark.parametrize(
    ("filters", "meets", "misses"),
    [
        ({"environments": ["production", "eu"]}, {"environment": "eu"}, {"environment": "qa"}),
        ({"min_level": "error"}, {"level": "fatal"}, {"level": "warning"}),
        ({"levels": ["info", "debug"]}, {"level": "info"}, {"level": "error"}),
        ({"releases": ["shop@1.*"]}, {"release": "shop@1.2"}, {"release": "shop@2"}),
        ({"releases": ["a_c%"]}, {"release": "a_c%"}, {"release": "abcd"}),
        ({"tags": {"tier": "gold"}}, {"tags": {"tier": "gold", "x": "y"}}, {"tags": {"tier": "g"}}),
        (
            {"environments": ["eu"], "min_level": "error"},
            {"environment": "eu", "level": "error"},
            {"environment": "eu", "level": "info"},
        ),
    ],
)
async def test_filters(
    installation: Installation, conn: Connection, filters: Any, meets: Any, misses: Any
) -> None:
    rule = await add_rule(installation, filters=filters)
    await digested(installation, error("Misses", **misses), error("Meets", **meets))
    await decide(conn)
    (firing,) = await firings(conn, rule["id"])
    issues = {issue["title"]: issue["id"] for issue in await installation.issues()}
    assert str(firing[0]) == issues["Meets: no"]


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("shop@1.*", "shop@1.2", True),
        ("*@1.*", "shop@1.2", True),
        ("shop@1.*", "SHOP@1.2", False),
        ("a_c%", "abcd", False),
        ("a\\*", "a\\b", True),
        ("a\\*", "a*", False),
        ("", "", True),
        ("*" * 200, "x" * 250, True),
        ("*a" * 100, "a" * 249 + "b", False),
    ],
)
async def test_stars_stand_for_any_text_and_nothing_else_is_special(
    conn: Connection, pattern: str, text: str, matches: bool
) -> None:
    (row,) = await fetch_all(
        conn,
        "SELECT alert_pattern_matches(jsonb_build_array(%(pattern)s::text), %(text)s) AS so",
        pattern=pattern,
        text=text,
    )
    assert row["so"] is matches


async def test_a_muted_or_deleted_issue_is_not_told_of(
    installation: Installation, conn: Connection
) -> None:
    rule = await add_rule(installation)
    await digested(installation, error("Muted"), error("Deleted"), error("Told"))
    issues = {issue["title"]: issue["id"] for issue in await installation.issues()}
    path = f"/api/projects/{installation.project_id}/issues/"
    await installation.request("PATCH", path + issues["Muted: no"], {"is_muted": True})
    await installation.request("DELETE", path + issues["Deleted: no"], status=204)
    await decide(conn)
    found = await firings(conn, rule["id"])
    assert [str(issue) for issue, _ in found] == [issues["Told: no"]]
    assert await count(conn, "alert_occasions") == 0


async def test_a_monitor_that_is_missed_is_told_and_one_that_fails_only_if_asked(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    channel = await add_channel(installation, receiver)
    missed = await add_rule(
        installation, channel, alert_type="monitor_missed", filters={"environments": ["eu"]}
    )
    assert missed["conditions"] == {"statuses": ["missed"]}
    failed = await add_rule(
        installation,
        alert_type="monitor_missed",
        conditions={"statuses": ["error"], "monitors": ["hour*"]},
    )
    await check_in(installation, slug="hourly", config=HOURLY, environment="eu")
    await check_in(installation, "error", slug="hourly", environment="us")
    await check_in(installation, "error", slug="other")
    await watch(installation, conn)
    await watch(installation, conn, later(minutes=62))
    await work(installation.database_url)
    (request,) = receiver.requests
    told = request.json
    assert told["monitor"] == {"slug": "hourly", "environment": "eu", "status": "missed"}
    assert told["issue"]["title"].startswith("Monitor hourly missed its check-in")
    assert len(await firings(conn, missed["id"])) == 1
    assert len(await firings(conn, failed["id"])) == 1


async def test_the_end_of_a_mute_is_told_by_its_event_or_without_one(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    channel = await add_channel(installation, receiver)
    filters = {"environments": ["eu"]}
    await add_rule(installation, channel, alert_type="unmute", filters=filters)
    (event,) = await digested(installation, error(environment="eu"))
    await digested(installation, error("Other", environment="us"))
    ended = [
        Change(issue["project_id"], uuid.UUID(issue["id"]), ChangeKind.UNMUTED, "error", "", "")
        for issue in await installation.issues()
    ]
    other, first = ended
    for changes in (ended, [replace(first, event_id=event)]):
        async with conn.transaction():
            await note_occasions(conn, of_changes(changes))
    await work(installation.database_url)
    assert other.issue_id != first.issue_id
    assert [request.json["issue"]["title"] for request in receiver.requests] == ["ValueError: no"]
    assert await count(conn, "alert_firings") == 2
    assert receiver.requests[0].json["reason"] == "it is no longer muted"


async def test_a_mute_whose_time_is_up_is_told_and_found_by_a_back_test(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await add_rule(installation, await add_channel(installation, receiver), alert_type="unmute")
    await digested(installation, error())
    (issue,) = await installation.issues()
    async with conn.transaction():
        await append(
            conn,
            project_id=installation.project_id,
            kind=DecisionKind.MUTE,
            actor="user:1",
            issues={uuid.UUID(issue["id"]): {"until": later(days=1).isoformat()}},
        )
    await end_mutes(conn, later(days=2))
    await work(installation.database_url)
    assert [request.json["alert_type"] for request in receiver.requests] == ["unmute"]
    path = f"/api/projects/{installation.project_id}/alert-rules/preview"
    trial = await installation.request("POST", path, {"alert_type": "unmute"})
    assert (trial["times"], trial["firings"][0]["issue_id"]) == (1, issue["id"])
