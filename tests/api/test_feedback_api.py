"""Feedback: what users write is shown as they typed it, with the issue it is about."""

import base64
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.refusals import refusal

EVENT = "9ec79c33ec9942ab8353589fcb2e04dc"
OWN = "83a7c03ed0a04e1b97e2e3b18d38f244"
FIELDS = [
    "id",
    "source",
    "event_id",
    "issue_id",
    "issue_short_id",
    "issue_title",
    "timestamp",
    "received_at",
    "name",
    "email",
    "message",
    "url",
]
JAVASCRIPT = b"""\
{"event_id":"83a7c03ed0a04e1b97e2e3b18d38f244","sent_at":"2026-01-05T12:00:01.000Z",\
"sdk":{"name":"sentry.javascript.browser","version":"10.32.1"}}
{"type":"feedback"}
{"type":"feedback","level":"info","event_id":"83a7c03ed0a04e1b97e2e3b18d38f244",\
"timestamp":1767614400.5,"platform":"javascript","environment":"production",\
"contexts":{"feedback":{"contact_email":"ada@example.org","name":"Ada",\
"message":"The cart is empty","url":"https://shop.example/cart","source":"widget",\
"associated_event_id":"9ec79c33ec9942ab8353589fcb2e04dc"}},\
"request":{"url":"https://shop.example/cart"}}
{"type":"attachment","length":3,"filename":"screenshot.png","content_type":"image/png"}
PNG
"""
"""By hand, as the widget of the JavaScript SDK writes it: no length but that of the screenshot."""


def report(comments: Any, email: Any = "ada@example.org", event_id: Any = EVENT) -> dict[str, Any]:
    return {"event_id": event_id, "name": "Ada", "email": email, "comments": comments}


async def send_reports(
    installation: Installation, *reports: Any, project: int = 0, kind: str = "user_report"
) -> None:
    """Each in an envelope of its own, as SDKs send them."""
    for payload in reports:
        body = envelope({"event_id": EVENT}, ({"type": kind}, json.dumps(payload).encode()))
        assert (await installation.post_envelope(body, project=project)).status == 200
    await installation.digest()


async def page(installation: Installation, query: str = "", project: int = 0) -> dict[str, Any]:
    number = installation.projects[project]["id"]
    found: dict[str, Any] = await installation.get(f"/api/projects/{number}/feedback{query}")
    return found


async def of_event(installation: Installation, event_id: str = EVENT) -> list[dict[str, Any]]:
    path = f"/api/projects/{installation.project_id}/events/{event_id}/feedback"
    found: list[dict[str, Any]] = await installation.get(path)
    return found


def messages(found: list[dict[str, Any]]) -> list[str]:
    return [feedback["message"] for feedback in found]


async def test_feedback_of_the_javascript_sdk_is_shown_with_its_issue_and_screenshot(
    installation: Installation,
) -> None:
    await digested(installation, error(event_id=EVENT))
    assert (await installation.post_envelope(JAVASCRIPT)).status == 200
    await installation.digest()
    (issue,) = await installation.issues()
    found = await page(installation)
    assert list(found) == ["items", "has_more"]
    (feedback,) = found["items"]
    assert list(feedback) == FIELDS
    assert (feedback["id"], feedback["source"]) == (str(UUID(OWN)), "feedback")
    assert feedback["event_id"] == str(UUID(EVENT))
    assert feedback["issue_id"] == issue["id"]
    assert feedback["issue_short_id"] == issue["short_id"] == "OURS-1"
    assert feedback["issue_title"] == issue["title"]
    assert feedback["timestamp"].endswith("Z")
    assert (feedback["name"], feedback["email"]) == ("Ada", "ada@example.org")
    assert feedback["message"] == "The cart is empty"
    assert feedback["url"] == "https://shop.example/cart"
    assert await of_event(installation) == await of_event(installation, OWN) == [feedback]
    path = f"/api/projects/{installation.project_id}/events/{OWN}/attachments"
    assert [file["filename"] for file in await installation.get(path)] == ["screenshot.png"]
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied) == (3, 3)
    assert books.is_even


async def test_feedback_opens_no_issue_and_is_no_event(installation: Installation) -> None:
    assert (await installation.post_envelope(JAVASCRIPT)).status == 200
    await installation.digest()
    assert await installation.issues() == []
    await refusal(installation, "GET", f"/api/projects/{installation.project_id}/events/{OWN}", 404)


async def test_a_report_before_its_event_finds_the_issue_later(installation: Installation) -> None:
    await send_reports(installation, report("It broke"))
    (found,) = await of_event(installation)
    assert (found["source"], found["issue_id"], found["issue_title"]) == ("user_report", None, None)
    await digested(installation, error(event_id=EVENT))
    (issue,) = await installation.issues()
    (found,) = await of_event(installation)
    assert (found["issue_id"], found["issue_short_id"]) == (issue["id"], issue["short_id"])
    shown = await installation.get(f"/api/projects/{installation.project_id}/events/{EVENT}")
    assert shown["issue_id"] == issue["id"]


async def test_an_event_without_feedback_has_an_empty_list(installation: Installation) -> None:
    await digested(installation, error(event_id=EVENT))
    assert await of_event(installation) == []


async def test_feedback_sent_twice_is_shown_once(installation: Installation) -> None:
    for _ in range(2):
        assert (await installation.post_envelope(JAVASCRIPT)).status == 200
        await installation.digest()
    assert (await installation.post_envelope(JAVASCRIPT)).status == 200
    await installation.digest()
    assert messages((await page(installation))["items"]) == ["The cart is empty"]
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.duplicate) == (6, 2, 4)
    assert books.is_even


async def test_what_an_address_reports_later_on_an_event_replaces_what_it_said(
    installation: Installation,
) -> None:
    other = uuid4().hex
    await send_reports(
        installation,
        report("It brok"),
        report("It broke", "bob@example.org"),
        report("Something else", event_id=other),
        report("It broke twice"),
        report("It broke twice"),
    )
    assert messages(await of_event(installation)) == ["It broke twice", "It broke"]
    assert messages((await page(installation))["items"]) == [
        "It broke twice",
        "Something else",
        "It broke",
    ]
    assert (await installation.books())[installation.project_id].is_even


async def test_a_page_is_shorter_where_reports_were_replaced(installation: Installation) -> None:
    await send_reports(installation, *(report(str(n)) for n in range(5)))
    await send_reports(installation, report("new", "bob@example.org"))
    seen, query = [], "?limit=2"
    while query:
        found = await page(installation, query)
        seen.append(messages(found["items"]))
        query = f"?limit=2&cursor={found['next_cursor']}" if found["has_more"] else ""
    assert seen == [["new", "4"], [], []]


async def test_a_report_replaces_no_feedback_event(installation: Installation) -> None:
    assert (await installation.post_envelope(JAVASCRIPT)).status == 200
    await send_reports(installation, report("It broke"))
    assert messages(await of_event(installation)) == ["It broke", "The cart is empty"]


async def test_feedback_comes_in_pages_newest_first(installation: Installation) -> None:
    several = [
        ({"type": "user_report"}, json.dumps(report(str(n), f"{n}@x.org")).encode())
        for n in range(7)
    ]
    assert (await installation.post_envelope(envelope({}, *several))).status == 200
    await send_reports(installation, *(report(str(n), f"{n}@x.org") for n in range(7, 10)))
    seen, sizes, query = [], [], "?limit=4"
    while query:
        found = await page(installation, query)
        seen += messages(found["items"])
        sizes.append(len(found["items"]))
        assert ("next_cursor" in found) == found["has_more"]
        query = f"?limit=4&cursor={found['next_cursor']}" if found["has_more"] else ""
    assert seen == [str(n) for n in range(9, -1, -1)]
    assert sizes == [4, 4, 2]
    assert not (await page(installation, "?limit=10"))["has_more"]
    assert len((await page(installation))["items"]) == 10


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1e3", "9" * 99])
async def test_a_limit_that_is_none_is_refused(installation: Installation, limit: str) -> None:
    path = f"/api/projects/{installation.project_id}/feedback?limit={limit}"
    kind, message = await refusal(installation, "GET", path, 400)
    assert kind == "ValidationError"
    assert message.startswith("Validation error: limit: must be ")


async def test_a_broken_cursor_is_refused(installation: Installation) -> None:
    path = f"/api/projects/{installation.project_id}/feedback?cursor="
    numbers = ("-1", "1.5", "true", "null", "9223372036854775808", '"1"')
    texts = [f'{{"position":1,"item":{number}}}' for number in numbers]
    texts += ['{"position":1}', "[1,2]", "null", "{"]
    cursors = [base64.urlsafe_b64encode(text.encode()).decode() for text in texts]
    for cursor in ("!", "a", "%00", *cursors):
        assert (await refusal(installation, "GET", path + cursor, 400))[0] == "ValidationError"
    largest = base64.urlsafe_b64encode(
        b'{"position":9223372036854775807,"item":9223372036854775807}'
    )
    assert (await page(installation, f"?cursor={largest.decode().rstrip('=')}"))["items"] == []


async def test_hostile_words_are_kept_as_typed_and_harm_nobody(installation: Installation) -> None:
    typed = "<script>alert('x')</script> '; DROP TABLE feedback; -- \u202e"
    await send_reports(
        installation,
        {"comments": typed, "name": {"a": 1}, "email": ["x"], "event_id": "../../etc/passwd"},
        report("nul \x00 and \ud800", "a@b.c\r\nBcc: x"),
        report("x" * 100_000, "long@example.org"),
        report(""),
        [],
        None,
        "no object",
        report("a healthy one", "healthy@example.org"),
    )
    found = await of_event(installation)
    assert messages(found) == ["a healthy one", "x" * 4093 + "...", "nul \ufffd and \ufffd", typed]
    assert (found[-1]["name"], found[-1]["email"]) == ("", "")
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.invalid, books.parked) == (8, 4, 0)
    assert books.is_even


async def test_two_projects_never_see_each_others_feedback(installation: Installation) -> None:
    await digested(installation, error(event_id=EVENT), project=1)
    await send_reports(installation, report("mine"))
    await send_reports(installation, report("theirs"), project=1)
    assert messages((await page(installation))["items"]) == ["mine"]
    assert messages((await page(installation, project=1))["items"]) == ["theirs"]
    (mine,) = await of_event(installation)
    assert (mine["message"], mine["issue_id"]) == ("mine", None)


async def test_what_does_not_exist_is_not_found(installation: Installation) -> None:
    project = f"/api/projects/{installation.project_id}"
    for path in (
        f"{project}/events/{uuid4()}/feedback",
        f"{project}/events/x/feedback",
        f"/api/projects/4711/events/{EVENT}/feedback",
        "/api/projects/4711/feedback",
    ):
        assert (await refusal(installation, "GET", path, 404))[0] == "NotFound", path
