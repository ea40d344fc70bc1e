"""From stored envelopes to issues: grouping, counting once, and everybody else unharmed."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from psycopg.errors import UndefinedColumn

from rustrak.database.pool import connect, fetch_all
from rustrak.digest import claim
from rustrak.digest.digester import Digester
from rustrak.projections.apply_events import own_project
from tests.installation import Installation, envelope


def error(kind: str = "ValueError", function: str = "pay", **attributes: Any) -> dict[str, Any]:
    frames = [{"function": function, "module": "shop", "in_app": True, "lineno": 3}]
    exception = {"type": kind, "value": "no", "stacktrace": {"frames": frames}}
    return {"exception": {"values": [exception]}, "platform": "python", **attributes}


async def test_an_event_becomes_an_issue(installation: Installation) -> None:
    event_id = await installation.send(error(release="shop@1", environment="prod"))
    await installation.digest()
    (issue,) = await installation.issues()
    assert issue["title"] == "ValueError: no"
    assert issue["short_id"] == "OURS-1"
    assert issue["event_count"] == 1
    project = installation.project_id
    page = await installation.get(f"/api/projects/{project}/issues/{issue['id']}/events")
    (event,) = page["items"]
    assert event["event_id"].replace("-", "") == event_id
    assert event["release"] == "shop@1"
    assert event["environment"] == "prod"


async def test_equal_events_share_an_issue_and_are_counted(installation: Installation) -> None:
    for _ in range(3):
        await installation.send(error())
    await installation.send(error("KeyError"))
    await installation.digest()
    counts = {issue["title"]: issue["event_count"] for issue in await installation.issues()}
    assert counts == {"ValueError: no": 3, "KeyError: no": 1}


async def test_the_same_event_twice_is_counted_once(installation: Installation) -> None:
    event = error(event_id="9ec79c33ec9942ab8353589fcb2e04dc")
    for _ in range(3):
        await installation.send(event)
    await installation.digest()
    await installation.send(event)
    await installation.digest()
    (issue,) = await installation.issues()
    assert issue["event_count"] == 1
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.duplicate) == (4, 1, 3)
    assert books.is_even


async def test_numbers_are_allotted_in_order_of_arrival_without_gaps(
    installation: Installation,
) -> None:
    for number in range(10):
        await installation.send(error(f"Error{number}"))
    await installation.digest()
    await installation.send(error("Late"))
    await installation.digest()
    numbers = {issue["title"]: issue["short_id"] for issue in await installation.issues()}
    assert numbers["Error0: no"] == "OURS-1"
    assert numbers["Error9: no"] == "OURS-10"
    assert numbers["Late: no"] == "OURS-11"


async def test_one_event_id_in_two_projects_is_two_events(installation: Installation) -> None:
    event = error(event_id="9ec79c33ec9942ab8353589fcb2e04dc")
    await installation.send(event, project=0)
    await installation.send(event, project=1)
    await installation.digest()
    assert [issue["event_count"] for issue in await installation.issues(0)] == [1]
    assert [issue["event_count"] for issue in await installation.issues(1)] == [1]


async def test_an_event_that_is_not_json_is_invalid_and_its_neighbours_applied(
    installation: Installation,
) -> None:
    body = envelope(
        {"event_id": "9ec79c33ec9942ab8353589fcb2e04dc"},
        ({"type": "event"}, b"{not json"),
        ({"type": "hologram"}, b"hello"),
    )
    assert (await installation.post_envelope(body)).status == 200
    await installation.send(error())
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.invalid, books.unsupported) == (3, 1, 1, 1)
    assert books.is_even


async def test_an_unknown_item_is_kept_raw_and_counted(installation: Installation) -> None:
    body = envelope({}, ({"type": "hologram"}, json.dumps({"depth": 3}).encode()))
    assert (await installation.post_envelope(body)).status == 200
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.unsupported) == (1, 1)
    assert books.is_even


async def test_several_workers_share_the_work_without_counting_twice(
    installation: Installation,
) -> None:
    names = [f"Error{number % 7}" for number in range(300)]
    await asyncio.gather(*(installation.send(error(name)) for name in names))
    workers = [Digester(installation.database_url) for _ in range(4)]
    try:
        await asyncio.gather(*(worker.drain() for worker in workers))
    finally:
        for worker in workers:
            await worker.close()
    issues = await installation.issues()
    assert sum(issue["event_count"] for issue in issues) == 300
    assert sorted(issue["short_id"] for issue in issues) == [f"OURS-{n}" for n in range(1, 8)]
    assert (await installation.books())[installation.project_id].is_even


async def test_events_of_a_deleted_project_are_discarded_and_counted(
    installation: Installation,
) -> None:
    await installation.send(error())
    await installation.request("DELETE", f"/api/projects/{installation.project_id}", status=204)
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.filtered) == (1, 1)
    assert books.is_even


async def test_a_flood_in_one_project_does_not_hold_up_another(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "MOST_ROWS", 10)
    for number in range(40):
        await installation.send(error(f"Flood{number}"), project=0)
    await installation.send(error("Alone"), project=1)
    async with (
        await connect(installation.database_url, application="test") as conn,
        conn.transaction(),
    ):
        projects = [stored.project_id for stored in await claim.claim_next(conn)]
    assert len(projects) <= 10
    assert projects.count(installation.projects[0]["id"]) >= 5
    assert projects.count(installation.projects[1]["id"]) == 1


async def test_workers_at_one_project_claim_different_rows(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "MOST_ROWS", 10)
    for number in range(30):
        await installation.send(error(f"Error{number}"))
    claimed: list[int] = []
    async with AsyncExitStack() as stack:
        for _ in range(4):
            conn = await stack.enter_async_context(
                await connect(installation.database_url, application="test")
            )
            await stack.enter_async_context(conn.transaction())
            claimed += [stored.position for stored in await claim.claim_next(conn)]
    assert len(claimed) == len(set(claimed)) == 30


async def test_nobody_waits_for_a_project_that_is_being_rearranged(
    installation: Installation,
) -> None:
    await installation.send(error(), project=0)
    await installation.send(error(), project=1)
    async with (
        await connect(installation.database_url, application="test") as other,
        asyncio.timeout(20),
    ):
        async with other.transaction():
            await own_project(other, installation.project_id)
            await installation.digest()
            assert await installation.issues(0) == []
            assert len(await installation.issues(1)) == 1
        await installation.digest()
    assert len(await installation.issues(0)) == 1


async def test_a_schema_that_changed_under_the_worker_parks_nothing(
    installation: Installation,
) -> None:
    await installation.send(error())
    digester = Digester(installation.database_url)
    async with await connect(installation.database_url, application="test") as conn:
        await conn.execute("ALTER TABLE issues RENAME COLUMN culprit TO culprit_of_tomorrow")
        with pytest.raises(UndefinedColumn):
            await digester.drain()
        await conn.execute("ALTER TABLE issues RENAME COLUMN culprit_of_tomorrow TO culprit")
        await digester.drain()
        await digester.close()
        (row,) = await fetch_all(
            conn,
            "SELECT (SELECT count(*) FROM parked) AS parked,"
            " (SELECT count(*) FROM digest_attempts) AS attempts",
        )
    assert row == {"parked": 0, "attempts": 0}
    (issue,) = await installation.issues()
    assert issue["event_count"] == 1


async def test_an_attempt_under_way_is_left_alone_and_one_left_behind_is_not(
    installation: Installation,
) -> None:
    await installation.send(error())
    async with (
        await connect(installation.database_url, application="test") as worker,
        await connect(installation.database_url, application="test") as other,
    ):
        async with worker.transaction():
            (stored,) = await claim.claim_next(worker)
            attempt = await claim.begin_attempt(other, [stored.position])
            await claim.hold_attempt(worker, attempt)
            assert await claim.unfinished_attempts(other) == []
        assert await claim.unfinished_attempts(other) == [attempt]
    await installation.digest()
    (issue,) = await installation.issues()
    assert issue["event_count"] == 1
