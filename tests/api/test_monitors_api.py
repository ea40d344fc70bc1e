"""Monitors and their check-ins, as the API shows them."""

from typing import Any

import pytest

from tests.checked_in import HOURLY, check_in, check_ins, monitors, post
from tests.installation import Installation
from tests.refusals import refusal

ID = "83a7c03ed0a04e1b97e2e3b18d38f244"
PLACE = "/api/projects/{}/monitors"


async def test_a_run_of_two_check_ins_is_shown_as_one(installation: Installation) -> None:
    config = {**HOURLY, "timezone": "Europe/Berlin"}
    await check_in(installation, "in_progress", check_in_id=ID, config=config, release="jobs@1")
    await check_in(installation, "ok", check_in_id=ID, duration=12.5)
    await installation.digest()
    (monitor,) = await monitors(installation)
    assert monitor["slug"] == "nightly"
    assert monitor["config"] == {
        "schedule": HOURLY["schedule"],
        "checkin_margin": 1,
        "max_runtime": 10,
        "timezone": "Europe/Berlin",
        "failure_issue_threshold": 1,
        "recovery_threshold": 1,
    }
    (environment,) = monitor["environments"]
    assert (environment["environment"], environment["status"]) == ("production", "ok")
    assert environment["last_check_in"].endswith("Z")
    assert environment["next_expected"] > environment["last_check_in"]
    (run,) = await check_ins(installation)
    assert run["check_in_id"].replace("-", "") == ID
    assert (run["status"], run["duration"], run["release"]) == ("ok", 12.5, "jobs@1")
    assert run["started_at"] < run["finished_at"]
    assert (await installation.books())[installation.project_id].is_even


async def test_a_check_in_sent_twice_counts_once(installation: Installation) -> None:
    for _ in range(2):
        await check_in(installation, "ok", check_in_id=ID)
        await installation.digest()
    await check_in(installation, "error", check_in_id=ID)
    await installation.digest()
    (run,) = await check_ins(installation)
    assert run["status"] == "ok"
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.duplicate) == (3, 1, 2)
    assert books.is_even


async def test_the_newest_configuration_is_shown_and_one_is_not_needed(
    installation: Installation,
) -> None:
    await check_in(installation)
    await installation.digest()
    (monitor,) = await monitors(installation)
    assert monitor["config"] is None
    assert monitor["environments"][0]["next_expected"] is None
    for minutes in (5, 7):
        await check_in(installation, config={**HOURLY, "max_runtime": minutes})
    await check_in(installation)
    await installation.digest()
    (monitor,) = await monitors(installation)
    assert monitor["config"]["max_runtime"] == 7


async def test_check_ins_without_an_id_find_each_other(installation: Installation) -> None:
    for status in ("in_progress", "ok", "in_progress", "in_progress", "error", "ok"):
        await check_in(installation, status, check_in_id="")
    await check_in(installation, "ok", check_in_id="", environment="qa")
    await installation.digest()
    runs = await check_ins(installation, environment="production")
    assert [run["status"] for run in runs] == ["ok", "error", "in_progress", "ok"]
    assert [run["started_at"] == run["finished_at"] for run in runs] == [True, False, False, False]
    assert {run["check_in_id"] for run in runs} == {None}
    assert len(await check_ins(installation)) == 5


async def test_both_halves_of_a_run_may_come_in_one_envelope(installation: Installation) -> None:
    halves: list[dict[str, Any]] = [
        {"monitor_slug": "nightly", "status": status, "check_in_id": ID}
        for status in ("in_progress", "error")
    ]
    await post(installation, *halves)
    await installation.digest()
    (run,) = await check_ins(installation)
    assert run["status"] == "error"
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.is_even) == (2, True)


async def test_two_projects_never_see_each_other(installation: Installation) -> None:
    await check_in(installation, "ok", check_in_id=ID)
    await check_in(installation, "error", check_in_id=ID, project=1, slug="theirs")
    await installation.digest()
    assert [monitor["slug"] for monitor in await monitors(installation)] == ["nightly"]
    assert [monitor["slug"] for monitor in await monitors(installation, 1)] == ["theirs"]
    place = PLACE.format(installation.project_id)
    await refusal(installation, "GET", f"{place}/theirs/check-ins", 404)


async def test_lists_come_in_pages(installation: Installation) -> None:
    slugs = [f"job-{number}" for number in range(5)]
    await post(installation, *({"monitor_slug": slug, "status": "ok"} for slug in slugs))
    await post(installation, *({"monitor_slug": "job-0", "status": "ok"} for _ in range(4)))
    await check_in(installation, slug="job-00", project=1)
    await installation.digest()
    place = PLACE.format(installation.project_id)
    pages = await every_page(installation, place)
    assert [[monitor["slug"] for monitor in page] for page in pages] == [
        slugs[:2],
        slugs[2:4],
        slugs[4:],
    ]
    runs = await every_page(installation, f"{place}/job-0/check-ins")
    assert [len(page) for page in runs] == [2, 2, 1]
    assert [run for page in runs for run in page] == await check_ins(installation, "job-0")


async def every_page(installation: Installation, place: str) -> list[list[Any]]:
    pages, cursor = [], ""
    while True:
        page = await installation.get(f"{place}?limit=2{cursor}")
        pages.append(page["items"])
        assert page["has_more"] == ("next_cursor" in page)
        if not page["has_more"]:
            return pages
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=٣", "cursor=%", "cursor=W10", "cursor=e30"]
)
async def test_a_wrong_page_is_refused(installation: Installation, query: str) -> None:
    await check_in(installation)
    await installation.digest()
    place = PLACE.format(installation.project_id)
    for path in (place, f"{place}/nightly/check-ins"):
        kind, _ = await refusal(installation, "GET", f"{path}?{query}", 400)
        assert kind == "ValidationError"


async def test_an_unknown_monitor_is_not_found(installation: Installation) -> None:
    place = PLACE.format(installation.project_id)
    for slug in ("nobody", "%00", "%ED%A0%80", "x" * 5000):
        await refusal(installation, "GET", f"{place}/{slug}/check-ins", 404)


HOSTILE: list[Any] = [
    {"check_in_id": {"a": 1}, "status": ["ok"], "duration": "NaN", "environment": "a/b"},
    {"status": "ok", "duration": 1e308, "environment": "x" * 1000, "release": "\x00"},
    {"status": "ok", "monitor_slug": "\ud800x\x00", "environment": "\udfff"},
    {"status": "ok", "monitor_config": {"schedule": {"type": "crontab", "value": "* * * * * *"}}},
    {"status": "ok", "monitor_config": [[[]]], "contexts": "\x00"},
    {"status": "in_progress", "monitor_config": {**HOURLY, "timezone": "\x00", "max_runtime": 1e9}},
]


async def test_hostile_check_ins_harm_nothing_else(installation: Installation) -> None:
    await post(installation, *({"monitor_slug": "nightly", **payload} for payload in HOSTILE))
    await post(installation, 7, [], {}, {"monitor_slug": "///", "status": "ok"})
    await check_in(installation, slug="fine")
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.invalid) == (11, 7, 4)
    assert books.is_even
    shown = {monitor["slug"] for monitor in await monitors(installation)}
    assert {"fine", "nightly"} <= shown
    assert len(await check_ins(installation)) == len(HOSTILE) - 1
