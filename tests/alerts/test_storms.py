"""How often a rule speaks: cooldowns, and storms told in one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from rustrak.alerts.tasks import decide_alerts
from rustrak.database.pool import Connection, connect, fetch_all
from tests.alerts.alerting import (
    URL,
    add_channel,
    add_rule,
    decide,
    firings,
    history,
    work,
)
from tests.installation import Installation
from tests.made_events import digested, error
from tests.receivers import WebReceiver, web_receiver


@pytest.fixture
async def receiver() -> AsyncIterator[WebReceiver]:
    async with web_receiver() as opened:
        yield opened


async def test_a_cooldown_keeps_the_same_issue_quiet_and_no_other(
    installation: Installation, conn: Connection
) -> None:
    rule = await add_rule(installation, alert_type="regression", cooldown_minutes=60)
    for kind in ("One", "One", "Two"):
        await digested(installation, error(kind))
        for issue in await installation.issues():
            path = f"/api/projects/{installation.project_id}/issues/{issue['id']}"
            await installation.request("PATCH", path, {"is_resolved": True})
        await digested(installation, error(kind))
        await decide(conn)
    assert len({issue for issue, _ in await firings(conn, rule["id"])}) == 2
    assert len(await firings(conn, rule["id"])) == 2
    await conn.execute("UPDATE alert_firings SET occurred_at = occurred_at - interval '1 hour'")
    for issue in await installation.issues():
        path = f"/api/projects/{installation.project_id}/issues/{issue['id']}"
        await installation.request("PATCH", path, {"is_resolved": True})
    await digested(installation, error("One"))
    await decide(conn)
    assert len(await firings(conn, rule["id"])) == 3


async def test_a_storm_becomes_two_notices_the_first_at_once(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await add_rule(installation, await add_channel(installation, receiver))
    now = datetime.now(UTC)
    await digested(installation, error("First"))
    await decide(conn, now)
    for number in range(70):
        await digested(installation, error(f"Kind{number}"))
        if number % 30 == 0:
            await decide(conn, now + timedelta(seconds=number / 2))
    await decide(conn, now + timedelta(seconds=50))
    await work(installation.database_url)
    assert [r.json["alert_type"] for r in receiver.requests] == ["new_issue"]
    await decide(conn, now + timedelta(seconds=61))
    await work(installation.database_url)
    storm = receiver.requests[1].json
    assert storm["alert_type"] == "digest"
    assert storm["reason"] == "70 new issues: seen for the first time"
    assert (len(storm["others"]), storm["more"]) == (50, 19)
    assert storm["issue"]["title"] == "Kind0: no"
    await digested(installation, error("Late"))
    await decide(conn, now + timedelta(seconds=70))
    await work(installation.database_url)
    assert len(receiver.requests) == 2
    assert [row["alert_type"] for row in await history(installation)] == ["new_issue"] * 2


async def test_what_is_collected_is_told_by_a_job_of_its_own(
    installation: Installation, conn: Connection
) -> None:
    await add_rule(installation)
    for kind in ("One", "Two", "Three", "Four"):
        await digested(installation, error(kind))
        await work(installation.database_url)
    waiting = await fetch_all(
        conn,
        "SELECT scheduled_at FROM procrastinate_jobs"
        " WHERE task_name = 'decide_alerts' AND status = 'todo'",
    )
    (due,) = await fetch_all(
        conn, "SELECT DISTINCT due_at FROM alert_firings WHERE told_at IS NULL"
    )
    (job,) = waiting
    assert job["scheduled_at"] <= due["due_at"], "one that comes sooner sees to the next"


async def test_the_cooldown_of_a_rule_about_new_issues_is_how_long_others_are_collected(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await add_rule(installation, await add_channel(installation, receiver), cooldown_minutes=10)
    now = datetime.now(UTC)
    for minutes, kind in ((0, "One"), (2, "Two"), (5, "Three")):
        await digested(installation, error(kind))
        await decide(conn, now + timedelta(minutes=minutes))
    await work(installation.database_url)
    assert len(receiver.requests) == 1
    await decide(conn, now + timedelta(minutes=10))
    await work(installation.database_url)
    assert receiver.requests[1].json["reason"].startswith("2 new issues")


async def test_two_notices_of_events_received_in_one_moment_are_two(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await add_rule(installation, await add_channel(installation, receiver))
    now = datetime.now(UTC)
    (event,) = await digested(installation, error("Failing"))
    (issue,) = await installation.issues()
    await decide(conn, now)
    await conn.execute(  # as by a monitor that missed twice before anybody looked
        "INSERT INTO alert_occasions (project_id, alert_type, issue_id, event_id)"
        " VALUES (%s, 'new_issue', %s, %s)",
        (installation.project_id, issue["id"], event),
    )
    await digested(installation, error("Another"))
    await decide(conn, now + timedelta(seconds=61))
    await work(installation.database_url)
    assert len(receiver.requests) == 2
    assert receiver.requests[1].json["others"][0]["title"] == "Another: no"
    first, second = (request.json["alert_id"] for request in receiver.requests)
    assert first != second


async def test_a_rule_that_somebody_holds_is_not_asked_for_all_the_time(
    installation: Installation, conn: Connection
) -> None:
    await add_rule(installation)
    await digested(installation, error())
    await decide(conn)
    await conn.execute("UPDATE alert_firings SET told_at = NULL")
    await conn.execute("DELETE FROM procrastinate_jobs")
    async with (
        await connect(installation.database_url, application="test") as other,
        other.transaction(),
    ):
        await other.execute("SELECT FROM alert_rules FOR NO KEY UPDATE")
        for _ in range(2):
            await decide_alerts(conn, URL)
    (job,) = await fetch_all(conn, "SELECT scheduled_at > now() AS later FROM procrastinate_jobs")
    assert job["later"]
