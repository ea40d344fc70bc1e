"""Transactions as the API tells them: by name, hour by hour, and the slowest ones."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.installation import Installation
from tests.refusals import refusal
from tests.telemetry import OTHER_TRACE, TRACE, send_item, send_transactions, transaction

HOUR = 3600


def path(installation: Installation, query: str = "", project: int = 0, detail: str = "") -> str:
    return f"/api/projects/{installation.projects[project]['id']}/transactions{detail}?{query}"


async def listed(installation: Installation, query: str = "", project: int = 0) -> Any:
    return (await installation.get(path(installation, query, project)))["items"]


async def names(installation: Installation, query: str = "") -> list[str]:
    return [item["name"] for item in await listed(installation, query)]


async def detail(installation: Installation, name: str, query: str = "") -> Any:
    words = f"name={quote(name)}&{query}"
    return await installation.get(path(installation, words, detail="/detail"))


async def test_transactions_are_summed_up_by_name(installation: Installation) -> None:
    made = [
        transaction(ms=ms, status="internal_error" if ms > 250 else "ok")
        for ms in (100, 200, 300, 400)
    ]
    await send_transactions(installation, *made, transaction("POST /pay", ms=5, ago=30))

    cart, pay = await listed(installation, "hours=2")
    assert (cart["name"], cart["count"], cart["failure_rate"]) == ("GET /cart", 4, 0.5)
    assert cart["p50_ms"] == pytest.approx(250)
    assert cart["p95_ms"] == pytest.approx(385)
    assert cart["per_minute"] == pytest.approx(4 / 120)
    assert cart["last_seen"].endswith("Z")
    assert (pay["name"], pay["count"], pay["failure_rate"]) == ("POST /pay", 1, 0)
    assert pay["last_seen"] > cart["last_seen"]
    assert (await installation.books())[installation.project_id].is_even


async def test_a_list_is_sorted_as_asked(installation: Installation) -> None:
    await send_transactions(
        installation,
        transaction("a", ms=10, ago=50),
        transaction("a", ms=10, ago=50),
        transaction("b", ms=900, ago=40),
        transaction("c", ms=20, status="internal_error", ago=30),
        transaction("d", start_timestamp=None, ago=45),
    )
    assert await names(installation) == ["a", "b", "c", "d"]
    assert await names(installation, "sort=p95") == ["b", "c", "a", "d"]
    assert await names(installation, "sort=p50") == ["b", "c", "a", "d"]
    assert (await names(installation, "sort=failure_rate"))[0] == "c"
    assert await names(installation, "sort=last_seen") == ["c", "b", "d", "a"]
    assert await names(installation, "sort=name") == ["a", "b", "c", "d"]


async def test_a_short_list_says_how_many_names_there_are(installation: Installation) -> None:
    await send_transactions(installation, *(transaction(name) for name in "abc"))
    page = await installation.get(path(installation, "limit=2&sort=name"))
    assert [item["name"] for item in page["items"]] == ["a", "b"]
    assert page["total_count"] == 3


async def test_hours_environment_and_release_narrow_the_list(installation: Installation) -> None:
    await send_transactions(
        installation,
        transaction("a", environment="prod", release="shop@1"),
        transaction("b", environment="qa", release="shop@2"),
        transaction("old", ago=30 * HOUR),
    )
    assert await names(installation) == ["a", "b"]
    assert await names(installation, "hours=48") == ["a", "b", "old"]
    assert await names(installation, "environment=qa") == ["b"]
    assert await names(installation, "release=shop%401&environment=") == ["a"]
    assert await names(installation, "release=shop%401&environment=qa") == []


async def test_only_the_topmost_span_of_a_service_is_a_transaction(
    installation: Installation,
) -> None:
    spans = [{"name": "segment", "is_segment": True}, {"name": "child", "is_segment": False}]
    await send_item(installation, "span", {"items": spans})
    await installation.digest()
    assert await names(installation) == ["segment"]


async def test_runs_without_a_duration_are_counted(installation: Installation) -> None:
    await send_transactions(installation, transaction(start_timestamp=None))
    (found,) = await listed(installation)
    assert (found["count"], found["p50_ms"], found["p95_ms"]) == (1, None, None)
    assert (await detail(installation, "GET /cart"))["slowest"] == []


async def test_one_transaction_is_shown_by_the_hour(installation: Installation) -> None:
    await send_transactions(
        installation,
        transaction(ms=10, ago=5 * HOUR),
        transaction(ms=30, ago=5 * HOUR),
        transaction(ms=50, status="aborted", ago=60),
        transaction("GET /other", ago=60),
    )
    shown = await detail(installation, "GET /cart")
    assert shown["name"] == "GET /cart"
    earlier, later = shown["hours"]
    assert (earlier["count"], earlier["failure_rate"]) == (2, 0)
    assert earlier["p50_ms"] == pytest.approx(20)
    assert (later["count"], later["failure_rate"]) == (1, 1)
    assert earlier["hour"].endswith(":00:00Z")
    assert [
        one["count"] for one in (await detail(installation, "GET /cart", "hours=2"))["hours"]
    ] == [1]


async def test_the_slowest_runs_come_with_their_traces(installation: Installation) -> None:
    await send_transactions(
        installation,
        *(transaction(ms=number, span_id=f"{number:016x}") for number in range(1, 12)),
        transaction(ms=5000, trace_id=OTHER_TRACE, span_id="a" * 16, release="shop@1"),
        transaction(ms=4000, trace_id=""),
    )
    slowest = (await detail(installation, "GET /cart"))["slowest"]
    assert len(slowest) == 10
    assert (slowest[0]["trace_id"], slowest[0]["span_id"]) == (OTHER_TRACE, "a" * 16)
    assert slowest[0]["duration_ms"] == pytest.approx(5000)
    assert (slowest[0]["status"], slowest[0]["release"]) == ("ok", "shop@1")
    assert (slowest[1]["trace_id"], slowest[1]["span_id"]) == (None, None)
    assert slowest[2]["trace_id"] == TRACE
    assert [one["duration_ms"] for one in slowest[2:]] == pytest.approx(range(11, 3, -1))
    narrow = await detail(installation, "GET /cart", "release=shop%401")
    assert len(narrow["slowest"]) == 1


async def test_a_transaction_nobody_sent_is_empty(installation: Installation) -> None:
    shown = await detail(installation, "GET /nothing")
    assert shown == {"name": "GET /nothing", "hours": [], "slowest": []}


async def test_nobody_sees_the_transactions_of_another_project(
    installation: Installation,
) -> None:
    await send_transactions(installation, transaction("ours"))
    await send_transactions(installation, transaction("theirs"), project=1)
    assert await names(installation) == ["ours"]
    assert [item["name"] for item in await listed(installation, project=1)] == ["theirs"]
    assert (await detail(installation, "theirs"))["hours"] == []


@pytest.mark.parametrize(
    "query",
    [
        "hours=0",
        "hours=721",
        "hours=x",
        "sort=speed",
        "limit=0",
        "limit=1001",
        "release=%00",
        "environment=" + "x" * 201,
    ],
)
async def test_what_cannot_be_asked_is_refused(installation: Installation, query: str) -> None:
    kind, message = await refusal(installation, "GET", path(installation, query), 400)
    assert kind == "ValidationError"
    assert query.partition("=")[0] in message


async def test_a_detail_without_a_name_is_refused(installation: Installation) -> None:
    place = path(installation, detail="/detail")
    assert "name: is missing" in (await refusal(installation, "GET", place, 400))[1]
