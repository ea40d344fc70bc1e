"""Monitors that fail become issues, and recover; times are given, never waited for."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.crons import capture_checkin, monitor

from rustrak.database.pool import Connection, fetch_all, open_pool
from rustrak.digest.monitors import watch_monitors
from rustrak.digest.tasks import new_worker_jobs
from tests.checked_in import HOURLY, check_in, check_ins, monitors, post, watch
from tests.installation import Installation

UNHAPPY = {**HOURLY, "failure_issue_threshold": 2, "recovery_threshold": 2}


def later(**delta: float) -> datetime:
    return datetime.now(UTC) + timedelta(**delta)


async def events(installation: Installation, issue: Any) -> list[Any]:
    """The events of an issue with their payload, newest first."""
    place = f"/api/projects/{issue['project_id']}/issues/{issue['id']}/events"
    found = (await installation.get(place))["items"]
    return [await installation.get(f"{place}/{event['event_id']}") for event in found]


async def test_a_missed_check_in_becomes_one_issue_however_often_it_is_looked_for(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, config=HOURLY, environment="eu")
    assert (await watch(installation, conn)).told == 0
    assert [(await watch(installation, conn, later(minutes=62))).told for _ in "123"] == [1, 0, 0]
    (issue,) = await installation.issues()
    assert issue["title"].startswith("Monitor nightly missed its check-in at ")
    assert (issue["level"], issue["event_count"], issue["is_resolved"]) == ("error", 1, False)
    (event,) = await events(installation, issue)
    assert event["environment"] == "eu"
    assert event["tags"]["monitor.slug"] == "nightly"
    assert event["data"]["contexts"]["monitor"]["status"] == "missed"
    assert event["data"]["contexts"]["monitor"]["schedule"] == HOURLY["schedule"]
    assert (await installation.books())[installation.project_id].is_even


async def test_each_missed_check_in_is_an_event_of_the_same_issue(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, config=HOURLY)
    for hours in (1, 2, 3):
        await watch(installation, conn, later(hours=hours, minutes=2))
    (issue,) = await installation.issues()
    assert issue["event_count"] == 3


async def test_several_workers_tell_of_a_failure_once(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, config=HOURLY)
    await installation.digest()
    for _ in range(3):  # nobody has digested what the others appended
        await watch_monitors(conn, later(minutes=62))
    await installation.digest()
    (issue,) = await installation.issues()
    assert issue["event_count"] == 1
    assert (await installation.books())[installation.project_id].is_even


async def test_a_run_that_does_not_end_times_out(
    installation: Installation, conn: Connection
) -> None:
    run = await check_in(installation, "in_progress", config=HOURLY)
    assert (await watch(installation, conn, later(minutes=9))).told == 0
    assert (await watch(installation, conn, later(minutes=11))).told == 1
    (issue,) = await installation.issues()
    assert issue["title"] == "Monitor nightly did not finish within 10 minutes"
    (event,) = await events(installation, issue)
    assert event["data"]["contexts"]["monitor"]["check_in_id"] == run


async def test_a_failed_check_in_becomes_an_issue_also_without_a_schedule(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, "error", release="jobs@2")
    assert (await watch(installation, conn)).told == 1
    (issue,) = await installation.issues()
    assert issue["title"] == "Monitor nightly reported a failure"
    assert (await events(installation, issue))[0]["release"] == "jobs@2"
    assert (await watch(installation, conn, later(days=90))).told == 0


async def test_a_monitor_that_recovers_resolves_its_issue_by_a_decision(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, "error", config=HOURLY)
    await watch(installation, conn)
    await check_in(installation, config=HOURLY)
    assert (await watch(installation, conn)).resolved == 1
    (issue,) = await installation.issues()
    assert issue["is_resolved"]
    assert await fetch_all(
        conn, "SELECT kind, actor FROM decisions WHERE issue_id IS NOT NULL"
    ) == [{"kind": "resolve", "actor": "monitor"}]
    assert (await watch(installation, conn)).resolved == 0
    await check_in(installation, "error", config=HOURLY)
    await watch(installation, conn)
    (issue,) = await installation.issues()
    assert (issue["is_resolved"], issue["event_count"]) == (False, 2)


async def test_a_failure_that_is_over_before_anybody_looks_is_told_and_resolved(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, "error")
    await check_in(installation, "ok")
    assert (await watch(installation, conn)).told == 1
    assert (await watch(installation, conn)).resolved == 1
    (issue,) = await installation.issues()
    assert issue["is_resolved"]


async def test_the_thresholds_of_a_monitor_are_obeyed(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, "error", config=UNHAPPY)
    assert (await watch(installation, conn)).told == 0
    await check_in(installation, "error", config=UNHAPPY)
    assert (await watch(installation, conn)).told == 1
    await check_in(installation, "ok", config=UNHAPPY)
    assert (await watch(installation, conn)).resolved == 0
    await check_in(installation, "ok", config=UNHAPPY)
    assert (await watch(installation, conn)).resolved == 1


async def test_environments_fail_and_recover_each_for_itself(
    installation: Installation, conn: Connection
) -> None:
    for environment in ("eu", "us", "{{default}}"):
        await check_in(installation, "error", environment=environment)
    await watch(installation, conn)
    assert len(await installation.issues()) == 3
    await check_in(installation, environment="eu")
    await check_in(installation, environment="{{default}}")
    await watch(installation, conn)
    assert sorted(issue["is_resolved"] for issue in await installation.issues()) == [0, 1, 1]


async def test_what_people_decided_about_the_issue_stands(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, "error")
    await watch(installation, conn)
    (issue,) = await installation.issues()
    place = f"/api/projects/{installation.project_id}/issues/{issue['id']}"
    await installation.request("PATCH", place, {"is_muted": True})
    await check_in(installation)
    await watch(installation, conn)
    (issue,) = await installation.issues()
    assert (issue["is_muted"], issue["is_resolved"]) == (True, False)
    await installation.request("PATCH", place, {"is_muted": False})
    assert (await watch(installation, conn)).resolved == 0
    await installation.request("DELETE", place, status=204)
    await watch(installation, conn)
    assert await installation.issues() == []


async def test_what_waits_to_be_digested_makes_no_job_late(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, config=HOURLY)
    await installation.digest()
    await check_in(installation, config=HOURLY)
    assert (await watch_monitors(conn, later(hours=5))).told == 0


async def test_a_deleted_project_is_not_watched(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, "error")
    await installation.digest()
    await installation.request("DELETE", f"/api/projects/{installation.project_id}", status=204)
    assert (await watch(installation, conn)).told == 0


async def test_monitors_beyond_one_page_are_watched_each_in_its_project(
    installation: Installation, conn: Connection
) -> None:
    for project in (0, 1):
        failed = [{"monitor_slug": f"job-{n}", "status": "error"} for n in range(5)]
        await post(installation, *failed, project=project)
    await installation.digest()
    assert (await watch_monitors(conn, page=3)).told == 10
    await installation.digest()
    assert [len(await installation.issues(project)) for project in (0, 1)] == [5, 5]


async def test_the_worker_watches_once_a_minute_and_asks_for_a_digest(
    installation: Installation, conn: Connection
) -> None:
    await check_in(installation, "error")
    await installation.digest()
    waiting = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'digest'"
    await conn.execute("DELETE FROM procrastinate_jobs")
    async with open_pool(installation.database_url, application="test", size=2) as pool:
        jobs = new_worker_jobs(installation.digester, pool)
        async with jobs.open_async(pool):
            periodic = jobs.periodic_registry.periodic_tasks.values()
            (watched,) = [task for task in periodic if task.task.name == "watch_monitors"]
            assert watched.cron == "* * * * *"
            for _ in range(2):
                await watched.task.func(timestamp=0)
                await installation.digest()
    assert await fetch_all(conn, waiting) == [{"count": 1}]
    (issue,) = await installation.issues()
    assert issue["event_count"] == 1


@pytest.fixture
def sdk(installation: Installation) -> Any:
    """The real SDK, sending to this installation."""
    client = sentry_sdk.Client(
        dsn=installation.dsn(), default_integrations=False, release="jobs@1", environment="qa"
    )
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope() as scope:
        scope.set_client(client)
        yield client
    client.close(timeout=0)


async def test_jobs_watched_by_the_python_sdk(
    installation: Installation, conn: Connection, sdk: Any
) -> None:
    @monitor(monitor_slug="good", monitor_config=HOURLY)
    def good() -> None:
        pass

    @monitor(monitor_slug="bad", monitor_config=HOURLY)
    def bad() -> None:
        raise ValueError("no")

    good()
    with pytest.raises(ValueError, match="no"):
        bad()
    capture_checkin("slow", status="in_progress", monitor_config=HOURLY)
    await asyncio.to_thread(sdk.flush, 20)
    await watch(installation, conn)
    found = {shown["slug"]: shown for shown in await monitors(installation)}
    status = {slug: shown["environments"][0]["status"] for slug, shown in found.items()}
    assert status == {"good": "ok", "bad": "error", "slow": "in_progress"}
    assert found["good"]["config"]["max_runtime"] == 10
    assert found["good"]["environments"][0]["environment"] == "qa"
    (run,) = await check_ins(installation, "good")
    assert (run["status"], run["release"]) == ("ok", "jobs@1")
    assert run["duration"] is not None
    assert [issue["title"] for issue in await installation.issues()] == [
        "Monitor bad reported a failure"
    ]
    assert (await installation.books())[installation.project_id].is_even
