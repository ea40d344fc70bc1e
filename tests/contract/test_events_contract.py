"""Reference §1.8 and the checklist's integration/events_api."""

import base64
from typing import Any
from uuid import uuid4

from tests.contract.dashboard import Dashboard
from tests.contract.rules import EVENT, EVENT_DETAIL, ISSUE, by_cursor, numbered
from tests.made_events import digested, error

EVENTS = by_cursor(EVENT)


async def issue_path(dashboard: Dashboard, project: str | None = None) -> str:
    place = f"{project or dashboard.project}/issues"
    page = await dashboard.get(place, numbered(ISSUE))
    return f"{place}/{page['items'][-1]['id']}"


async def test_list_empty_never_happens_but_an_unknown_issue_is_404(dashboard: Dashboard) -> None:
    """An issue has an event, because it is made of events; deleting takes both."""
    path = f"{dashboard.project}/issues/{uuid4()}/events"
    assert (await dashboard.refusal("GET", path, 404))[0] == "NotFound"


async def test_list_two(dashboard: Dashboard) -> None:
    sent = await digested(dashboard.installation, error(), error())
    page = await dashboard.get(f"{await issue_path(dashboard)}/events", EVENTS)
    assert [event["event_id"].replace("-", "") for event in page["items"]] == sent[::-1]
    assert not page["has_more"]


async def test_unauthenticated_is_401(dashboard: Dashboard, stranger: Dashboard) -> None:
    (event,) = await digested(dashboard.installation, error())
    path = f"{await issue_path(dashboard)}/events"
    for place in (path, f"{path}/{event}"):
        assert (await stranger.refusal("GET", place, 401))[0] == "Unauthorized"


async def test_other_project_is_404(dashboard: Dashboard) -> None:
    (event,) = await digested(dashboard.installation, error())
    theirs = f"/api/projects/{dashboard.installation.projects[1]['id']}"
    path = (await issue_path(dashboard)).replace(dashboard.project, theirs)
    for place in (f"{path}/events", f"{path}/events/{event}"):
        assert (await dashboard.refusal("GET", place, 404))[0] == "NotFound"


async def test_desc_and_asc_order(dashboard: Dashboard) -> None:
    sent = await digested(dashboard.installation, *(error() for _ in range(3)))
    path = f"{await issue_path(dashboard)}/events"
    for order, expected in (("desc", sent[::-1]), ("asc", sent)):
        page = await dashboard.get(f"{path}?order={order}", EVENTS)
        assert [event["id"].replace("-", "") for event in page["items"]] == expected


async def test_get_has_the_full_data(dashboard: Dashboard) -> None:
    """`id` is the SDK's `event_id`: one id less to confuse, and the route takes it as the
    dashboard does."""
    event = error(
        breadcrumbs={"values": [{"message": "clicked", "timestamp": 1767225600.5}]},
        tags={"region": "eu"},
        contexts={"os": {"name": "Linux"}},
        release="shop@1",
        environment="production",
        server_name="web-1",
        sdk={"name": "sentry.python", "version": "2.0.0"},
    )
    (sent,) = await digested(dashboard.installation, event)
    shown = await dashboard.get(f"{await issue_path(dashboard)}/events/{sent}", EVENT_DETAIL)
    assert shown["id"] == shown["event_id"]
    assert shown["id"].replace("-", "") == sent
    assert shown["data"]["exception"] == event["exception"]
    assert shown["data"]["breadcrumbs"] == event["breadcrumbs"]
    assert shown["data"]["tags"] == event["tags"]
    assert {name: shown[name] for name in ("release", "environment", "server_name")} == {
        "release": "shop@1",
        "environment": "production",
        "server_name": "web-1",
    }
    assert (shown["sdk_name"], shown["sdk_version"]) == ("sentry.python", "2.0.0")


async def test_strings_are_never_null(dashboard: Dashboard) -> None:
    (sent,) = await digested(dashboard.installation, {"message": "hello"})
    shown = await dashboard.get(f"{await issue_path(dashboard)}/events/{sent}", EVENT_DETAIL)
    for name in ("release", "server_name", "sdk_name", "sdk_version"):
        assert shown[name] == ""
    assert shown["level"] == "error"


async def test_get_unknown_is_404(dashboard: Dashboard) -> None:
    await digested(dashboard.installation, error())
    path = await issue_path(dashboard)
    for event in (uuid4(), "x"):
        assert (await dashboard.refusal("GET", f"{path}/events/{event}", 404))[0] == "NotFound"


async def test_other_issue_is_404(dashboard: Dashboard) -> None:
    _, second = await digested(dashboard.installation, error(), error("KeyError"))
    place = f"{await issue_path(dashboard)}/events/{second}"
    assert (await dashboard.refusal("GET", place, 404))[0] == "NotFound"


async def test_paging_is_by_20(dashboard: Dashboard) -> None:
    sent = await digested(dashboard.installation, *(error() for _ in range(41)))
    path = f"{await issue_path(dashboard)}/events"
    seen: list[str] = []
    query, pages = "", []
    while True:
        page: dict[str, Any] = await dashboard.get(path + query, EVENTS)
        pages.append(len(page["items"]))
        seen += [event["id"].replace("-", "") for event in page["items"]]
        if not page["has_more"]:
            break
        query = f"?cursor={page['next_cursor']}"
    assert (pages, seen) == ([20, 20, 1], sent[::-1])


async def test_a_bad_cursor_is_400(dashboard: Dashboard) -> None:
    await digested(dashboard.installation, error())
    path = f"{await issue_path(dashboard)}/events"
    for cursor, words in (
        ("!", "encoding"),
        ("x", "encoding"),
        (base64.urlsafe_b64encode(b"not json").decode().rstrip("="), "format"),
        (base64.urlsafe_b64encode(b"{}").decode().rstrip("="), "format"),
    ):
        assert await dashboard.refusal("GET", f"{path}?cursor={cursor}", 400) == (
            "ValidationError",
            f"Validation error: Invalid cursor {words}",
        )


async def test_a_cursor_of_the_original_is_read(dashboard: Dashboard) -> None:
    """The example of the contract: `{"order":"desc","last_digest_order":42}`."""
    await digested(dashboard.installation, error())
    cursor = "eyJvcmRlciI6ImRlc2MiLCJsYXN0X2RpZ2VzdF9vcmRlciI6NDJ9"
    page = await dashboard.get(f"{await issue_path(dashboard)}/events?cursor={cursor}", EVENTS)
    assert len(page["items"]) == 1


async def test_an_id_of_no_uuid_version_is_shown_as_it_came(dashboard: Dashboard) -> None:
    """32 random digits pass for an id, and break the strict client of the snapshot; nobody can
    change the id. All official SDKs send version 4."""
    event_id = "0123456789ab0def0123456789abcdef"
    await digested(dashboard.installation, error(event_id=event_id))
    answer = await dashboard.answer("GET", f"{await issue_path(dashboard)}/events/{event_id}")
    assert answer.body["event_id"].replace("-", "") == event_id
