"""Releases and their health: what events and sessions say of them, each session once."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from rustrak.database.pool import Connection, fetch_all
from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.refusals import refusal
from tests.sent_items import digest_item, fold_again, now, session


async def releases(installation: Installation, project: int = 0, query: str = "") -> Any:
    place = f"/api/projects/{installation.projects[project]['id']}/releases"
    return await installation.get(place + query)


async def health(
    installation: Installation, version: str = "shop@1", query: str = "", project: int = 0
) -> Any:
    place = f"/api/projects/{installation.projects[project]['id']}/releases"
    return await installation.get(f"{place}/{quote(version, safe='')}/health{query}")


async def test_an_update_becomes_a_session_of_its_release(installation: Installation) -> None:
    await digest_item(installation, "session", session("1", did="ada"))
    (release,) = (await releases(installation))["items"]
    assert release["version"] == "shop@1"
    assert (release["sessions"], release["crashed_sessions"], release["users"]) == (1, 0, 1)
    assert (release["crash_free_session_rate"], release["crash_free_user_rate"]) == (100.0, 100.0)
    assert (release["event_count"], release["new_issue_count"]) == (0, 0)
    assert release["first_seen"].endswith("Z")
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied) == (1, 1)
    assert books.is_even


async def test_the_updates_of_a_session_count_once_whatever_their_order(
    installation: Installation, conn: Connection
) -> None:
    ok = session("1", did="ada")
    crash = {**ok, "status": "crashed", "errors": 1}
    for update in (crash, ok, crash, ok):
        await digest_item(installation, "session", update)
    before = await health(installation)
    assert before["totals"] == {
        "sessions": 1,
        "healthy": 0,
        "errored": 1,
        "crashed": 1,
        "abnormal": 0,
        "users": 1,
        "crashed_users": 1,
        "crash_free_session_rate": 0.0,
        "crash_free_user_rate": 0.0,
    }
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.duplicate) == (4, 4, 0)
    assert books.is_even
    await fold_again(conn)
    assert await health(installation) == before


async def test_aggregates_are_added_up_and_digested_twice_count_once(
    installation: Installation, conn: Connection
) -> None:
    buckets = [
        {"started": now(), "did": "ada", "exited": 5, "errored": 2, "crashed": 1},
        {"started": now(), "did": "bob", "exited": 7, "abnormal": 1, "unhandled": 4},
    ]
    report = {"attrs": {"release": "shop@1"}, "aggregates": buckets}
    await digest_item(installation, "sessions", report)
    await fold_again(conn)
    totals = (await health(installation))["totals"]
    assert (totals["sessions"], totals["errored"], totals["healthy"]) == (20, 8, 12)
    assert (totals["crashed"], totals["abnormal"]) == (1, 1)
    assert (totals["users"], totals["crashed_users"]) == (2, 1)
    assert (totals["crash_free_session_rate"], totals["crash_free_user_rate"]) == (95.0, 50.0)


async def test_the_series_has_every_hour_and_the_totals_are_of_all_of_them(
    installation: Installation,
) -> None:
    await digest_item(installation, "session", session("1", did="ada"))
    shown = await health(installation, query="?hours=3")
    assert len(shown["series"]) == 3
    assert [hour["hour"] for hour in shown["series"]] == sorted(
        hour["hour"] for hour in shown["series"]
    )
    assert sum(hour["sessions"] for hour in shown["series"]) == 1
    quiet = shown["series"][0]
    assert (quiet["sessions"], quiet["crash_free_session_rate"]) == (0, None)
    assert quiet["crash_free_user_rate"] is None


async def test_health_of_one_environment_leaves_out_the_others(installation: Installation) -> None:
    await digest_item(installation, "session", session("1", environment="prod", did="ada"))
    await digest_item(
        installation, "session", session("2", environment="qa", status="crashed", did="bob")
    )
    assert (await health(installation))["totals"]["sessions"] == 2
    prod = await health(installation, query="?environment=prod")
    assert prod["environment"] == "prod"
    assert (prod["totals"]["sessions"], prod["totals"]["crashed"]) == (1, 0)
    assert (prod["totals"]["users"], prod["totals"]["crashed_users"]) == (1, 0)
    nowhere = await health(installation, query="?environment=nowhere")
    assert nowhere["totals"]["sessions"] == 0


async def test_events_and_issues_count_for_their_release(installation: Installation) -> None:
    await digested(
        installation,
        error("Old", release="shop@1"),
        error("Old", release="shop@2"),
        error("New", release="shop@2"),
        error("Nameless"),
    )
    found = {one["version"]: one for one in (await releases(installation))["items"]}
    assert set(found) == {"shop@1", "shop@2"}
    assert (found["shop@1"]["event_count"], found["shop@1"]["new_issue_count"]) == (1, 1)
    assert (found["shop@2"]["event_count"], found["shop@2"]["new_issue_count"]) == (2, 1)
    assert found["shop@1"]["crash_free_session_rate"] is None
    assert found["shop@1"]["crash_free_user_rate"] is None
    assert (await health(installation, "shop@2"))["totals"]["sessions"] == 0


async def test_two_projects_never_see_each_others_sessions(installation: Installation) -> None:
    update = session("1", did="ada")
    await digest_item(installation, "session", {**update, "status": "crashed"}, project=0)
    await digest_item(installation, "session", update, project=1)
    totals = [(await health(installation, project=number))["totals"] for number in (0, 1)]
    assert [one["sessions"] for one in totals] == [1, 1]
    assert [one["crashed"] for one in totals] == [1, 0]
    assert [one["crashed_users"] for one in totals] == [1, 0]
    for number in (0, 1):
        (release,) = (await releases(installation, number))["items"]
        assert (release["sessions"], release["users"]) == (1, 1)


async def test_pages_show_every_release_once_the_newest_first(installation: Installation) -> None:
    for number in range(5):
        update = session(str(number), release=f"shop@{number}")
        await digest_item(installation, "session", update)
    seen: list[str] = []
    query = "?limit=2"
    while True:
        page = await releases(installation, query=query)
        seen += [release["version"] for release in page["items"]]
        if not page["has_more"]:
            break
        query = f"?limit=2&cursor={page['next_cursor']}"
    assert "next_cursor" not in page
    assert seen == [f"shop@{number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("cursor", ["eA", "e30", "W10", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwgIngiXQ"])
async def test_a_broken_cursor_is_refused(installation: Installation, cursor: str) -> None:
    place = f"/api/projects/{installation.project_id}/releases?cursor={cursor}"
    kind, message = await refusal(installation, "GET", place, 400)
    assert (kind, message) == ("ValidationError", "Validation error: Invalid cursor format")


@pytest.mark.parametrize("hours", ["0", "-1", "721", "x", "9" * 5000])
async def test_hours_are_bounded(installation: Installation, hours: str) -> None:
    await digest_item(installation, "session", session("1"))
    place = f"/api/projects/{installation.project_id}/releases/shop@1/health?hours={hours}"
    await refusal(installation, "GET", place, 400)


@pytest.mark.parametrize("version", ["nobody@1", "%00", "%ff", "%2e%2e", "x" * 5000, "a%2Fb"])
async def test_an_unknown_release_is_not_found(installation: Installation, version: str) -> None:
    place = f"/api/projects/{installation.project_id}/releases/{version}/health"
    kind, _ = await refusal(installation, "GET", place, 404)
    assert kind == "NotFound"


@pytest.mark.parametrize(
    "version", ["köln 100%", "shop@${SHA}", "a+b&c=d?e#f", "'; DROP TABLE events --"]
)
async def test_a_release_with_an_odd_name_is_found(
    installation: Installation, version: str
) -> None:
    await digest_item(installation, "session", session("1", release=version))
    assert (await health(installation, version))["totals"]["sessions"] == 1


async def test_a_hostile_session_is_invalid_and_its_neighbours_are_applied(
    installation: Installation,
) -> None:
    huge = {"started": now(), "exited": 2**62, "crashed": 2**62, "did": "\0\ud800" * 900}
    payloads: list[tuple[str, Any]] = [
        ("session", "{not json"),
        ("session", []),
        ("session", session("1", started="0001-01-01T00:00:00Z")),
        ("session", session("1", release="")),
        ("sessions", {"attrs": None, "aggregates": []}),
        ("sessions", {"attrs": {"release": "shop@1"}, "aggregates": [huge] * 50}),
        ("session", session("2", environment="\0", did={"a": 1}, status=["crashed"], errors=-1)),
    ]
    for kind, payload in payloads:
        content = payload.encode() if isinstance(payload, str) else payload
        await digest_item(installation, kind, content)
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.invalid, books.parked) == (7, 2, 5, 0)
    assert books.is_even
    totals = (await health(installation))["totals"]
    assert totals["sessions"] == 100 * 10**9 + 1
    assert totals["crashed"] == 50 * 10**9


async def test_sums_larger_than_a_bigint_are_shown(
    installation: Installation, conn: Connection
) -> None:
    bucket = {"started": now(), "exited": 1}
    report = {"attrs": {"release": "shop@1"}, "aggregates": [bucket]}
    for _ in range(2):
        await digest_item(installation, "sessions", report)
    await conn.execute("UPDATE session_counts SET total = 9223372036854775807")
    assert (await health(installation))["totals"]["sessions"] == 2 * (2**63 - 1)
    (release,) = (await releases(installation))["items"]
    assert release["sessions"] == 2 * (2**63 - 1)


async def test_many_updates_of_a_session_in_one_envelope_are_one_session(
    installation: Installation, conn: Connection
) -> None:
    updates = [session("1", errors=number) for number in range(9)]
    updates.append({**updates[0], "status": "abnormal"})
    items = [({"type": "session"}, json.dumps(one).encode()) for one in updates]
    assert (await installation.post_envelope(envelope({}, *items))).status == 200
    await installation.digest()
    totals = (await health(installation))["totals"]
    assert (totals["sessions"], totals["errored"], totals["abnormal"]) == (1, 1, 1)
    (row,) = await fetch_all(conn, "SELECT item FROM session_counts")
    assert row["item"] == 0
    assert (await installation.books())[installation.project_id].is_even


async def test_a_list_of_some_environments(installation: Installation) -> None:
    await digested(
        installation,
        error(release="1.0", environment="prod"),
        error(release="1.0", environment="test"),
        error(release="1.1", environment="test"),
    )
    path = f"/api/projects/{installation.project_id}/releases?environment="
    for environments, counts in {
        "prod": {"1.0": 1},
        "test": {"1.1": 1, "1.0": 1},
        "prod,test": {"1.1": 1, "1.0": 2},
        "": {"1.1": 1, "1.0": 2},
    }.items():
        page = await installation.get(path + environments)
        assert {row["version"]: row["event_count"] for row in page["items"]} == counts
