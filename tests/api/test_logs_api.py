"""Log lines as the API tells them: newest first, filtered, page by page, one with attributes."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from rustrak.database.pool import Connection
from tests.installation import Installation
from tests.refusals import refusal
from tests.telemetry import OTHER_TRACE, TRACE, line, send_item, send_lines

HOUR = 3600


def path(installation: Installation, query: str = "", project: int = 0) -> str:
    return f"/api/projects/{installation.projects[project]['id']}/logs?{query}"


async def bodies(installation: Installation, query: str = "", project: int = 0) -> list[str]:
    page = await installation.get(path(installation, query, project))
    return [item["body"] for item in page["items"]]


def ago(seconds: float) -> str:
    return quote((datetime.now(UTC) - timedelta(seconds=seconds)).isoformat())


async def test_lines_are_listed_newest_first(installation: Installation) -> None:
    await send_lines(installation, line("older", ago=9), line("oldest", ago=99), line("new", ago=1))
    await send_lines(installation, line("newest", ago=0, level="error", sentry_release="shop@1"))
    page = await installation.get(path(installation))
    assert [item["body"] for item in page["items"]] == ["newest", "new", "older", "oldest"]
    assert (page.get("next_cursor"), page["has_more"]) == (None, False)
    newest = page["items"][0]
    assert (newest["level"], newest["severity"], newest["trace_id"]) == ("error", 17, TRACE)
    assert (newest["span_id"], newest["release"], newest["environment"]) == (None, "shop@1", "")
    assert newest["timestamp"].endswith("Z")
    assert (await installation.books())[installation.project_id].is_even


async def test_pages_follow_each_other_without_gaps_even_at_one_time(
    installation: Installation,
) -> None:
    at_once = line("x", ago=5)
    for start in (0, 4):
        await send_lines(
            installation, *({**at_once, "body": str(start + number)} for number in range(4))
        )
    seen: list[str] = []
    query = "limit=3"
    while True:
        page = await installation.get(path(installation, query))
        seen += [item["body"] for item in page["items"]]
        assert page["has_more"] is ("next_cursor" in page)
        if not page["has_more"]:
            break
        # what arrives in between is newer and does not move the pages
        await send_lines(installation, line("late", ago=0))
        query = f"limit=3&cursor={page['next_cursor']}"
    assert seen == ["7", "6", "5", "4", "3", "2", "1", "0"]


async def test_a_level_means_that_level_and_above(installation: Installation) -> None:
    levels = ("trace", "debug", "info", "warning", "error", "critical", "odd")
    lines = [line(level, level=level, ago=number) for number, level in enumerate(levels)]
    await send_lines(installation, *lines)
    assert await bodies(installation, "level=warn") == ["warning", "error", "critical"]
    assert await bodies(installation, "level=trace") == list(levels[:6])
    assert await bodies(installation, "level=fatal") == ["critical"]
    assert await bodies(installation, "level=") == list(levels)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("DISK", ["disk 97% full", "a disk_name"]),
        ("97%", ["disk 97% full"]),
        ("7_", []),
        ("k_n", ["a disk_name"]),
        ("\\", ["C:\\temp"]),
        ("ÄRGER", ["ärger"]),
        ("'; --", []),
    ],
)
async def test_a_text_is_found_anywhere_and_means_itself(
    installation: Installation, text: str, found: list[str]
) -> None:
    written = ["disk 97% full", "a disk_name", "C:\\temp", "ärger"]
    await send_lines(installation, *(line(body, ago=n) for n, body in enumerate(written)))
    assert await bodies(installation, f"text={quote(text)}") == found


async def test_trace_release_and_environment_narrow_the_list(installation: Installation) -> None:
    await send_lines(
        installation,
        line("a", ago=1, sentry_release="shop@1", sentry_environment="prod"),
        {**line("b", ago=2, sentry_release="shop@2"), "trace_id": OTHER_TRACE},
        {**line("c", ago=3), "trace_id": None},
    )
    assert await bodies(installation, f"trace={OTHER_TRACE.upper()}") == ["b"]
    assert await bodies(installation, f"trace={OTHER_TRACE}&release=shop%401") == []
    assert await bodies(installation, "release=shop%401&environment=prod") == ["a"]
    page = await installation.get(path(installation, "limit=1&trace=" + TRACE))
    assert "next_cursor" not in page


async def test_a_list_is_of_the_last_day_unless_a_window_is_given(
    installation: Installation,
) -> None:
    await send_lines(installation, line("now", ago=0), line("old", ago=30 * HOUR))
    assert await bodies(installation) == ["now"]
    assert await bodies(installation, f"since={ago(40 * HOUR)}") == ["now", "old"]
    assert await bodies(installation, f"until={ago(10 * HOUR)}") == ["old"]
    assert await bodies(installation, f"since={ago(9 * HOUR)}&until={ago(8 * HOUR)}") == []
    assert await bodies(installation, f"since={ago(0)}&until={ago(8 * HOUR)}") == []


async def test_a_cursor_beyond_the_window_does_not_widen_it(installation: Installation) -> None:
    await send_lines(installation, line("now", ago=0), line("old", ago=10 * HOUR))
    newest = (await installation.get(path(installation)))["items"][0]["id"]
    assert await bodies(installation, f"until={ago(HOUR)}&cursor={newest}") == ["old"]


async def test_one_line_is_shown_with_its_attributes(installation: Installation) -> None:
    await send_lines(installation, line("first"), line("second", cart_items=3, user_name="Ada"))
    (found,) = (await installation.get(path(installation, "text=second")))["items"]
    shown = await installation.get(path(installation).rstrip("?") + f"/{found['id']}")
    assert shown["attributes"] == {"cart.items": "3", "user.name": "Ada"}
    assert {name: shown[name] for name in found} == found
    assert shown["received_at"].endswith("Z")


async def test_one_line_of_opentelemetry_is_shown_with_its_attributes(
    installation: Installation,
) -> None:
    record = {
        "body": {"stringValue": "no stock"},
        "attributes": [{"key": "shelf", "value": {"intValue": "7"}}],
    }
    request = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    await send_item(installation, "otlp_logs", request)
    await installation.digest()
    (found,) = (await installation.get(path(installation)))["items"]
    shown = await installation.get(path(installation).rstrip("?") + f"/{found['id']}")
    assert (shown["body"], shown["attributes"]) == ("no stock", {"shelf": "7"})


async def test_a_line_outlives_the_envelope_it_came_in(
    installation: Installation, conn: Connection
) -> None:
    await send_lines(installation, line("kept", cart_items=3))
    (found,) = (await installation.get(path(installation)))["items"]
    # its envelope is looked for where it is not, as after retention
    await conn.execute("UPDATE logs SET position = position + 1000")
    moved = await installation.get(path(installation))
    shown = await installation.get(path(installation).rstrip("?") + f"/{moved['items'][0]['id']}")
    assert (shown["body"], shown["attributes"]) == ("kept", None)
    assert moved["items"][0]["id"] != found["id"]


async def test_nobody_sees_the_lines_of_another_project(installation: Installation) -> None:
    await send_lines(installation, line("ours"))
    await send_lines(installation, line("theirs"), project=1)
    assert await bodies(installation) == ["ours"]
    assert await bodies(installation, project=1) == ["theirs"]
    assert await bodies(installation, f"trace={TRACE}") == ["ours"]
    assert await bodies(installation, "text=theirs") == []


@pytest.mark.parametrize(
    "query",
    [
        "level=loud",
        "text=%00",
        "text=" + "x" * 201,
        "trace=xyz",
        "since=yesterday",
        "since=1970-01-01T00:00:00Z",
        "until=0001-01-01T00:00:00Z",
        "until=" + "9" * 30,
        "cursor=x",
        "cursor=1-2-3",
        "cursor=-1-2-3-4",
        "cursor=1-9999999999999999999-3-4",
        "cursor=1-2-4294967296-4",
        "cursor=999999999999999999-2-3-4",
        "limit=0",
        "limit=1001",
    ],
)
async def test_what_cannot_be_asked_is_refused(installation: Installation, query: str) -> None:
    kind, message = await refusal(installation, "GET", path(installation, query), 400)
    assert kind == "ValidationError"
    assert query.partition("=")[0] in message


@pytest.mark.parametrize("log_id", ["x", "1-2-3", "1-2-3-4", "9" * 400, "1-2-3-4%00"])
async def test_an_id_of_no_line_is_not_found(installation: Installation, log_id: str) -> None:
    place = path(installation).rstrip("?") + f"/{log_id}"
    assert (await refusal(installation, "GET", place, 404))[0] == "NotFound"
