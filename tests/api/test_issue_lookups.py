"""Issues by their short id, events by what people have at hand, and what belongs to an issue."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from rustrak.accounts.access import Role
from rustrak.database.pool import Connection
from rustrak.grouping import LATEST
from tests.api.deciding import become, opened, path_of
from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.refusals import refusal


async def test_an_issue_is_found_by_its_short_id(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    await digested(installation, error("Theirs"), project=1)
    for name in ("OURS-1", "ours-1", "Ours-01"):
        assert await installation.get(f"/api/issues/{name}") == issue
    assert (await installation.get("/api/issues/THEIRS-1"))["title"] == "Theirs: no"
    await become(installation, conn, "viewer@example.com", Role.VIEWER)
    assert await installation.get("/api/issues/OURS-1") == issue
    hostile = ("THEIRS-1", "OURS-2", "OURS", "-1", "OURS-", "OURS--1", "OURS-٣", "%00-1", "%27-1")
    for name in (*hostile, "OURS-" + "9" * 5000, "OURS-2147483648", "x" * 5000 + "-1"):
        kind, _ = await refusal(installation, "GET", f"/api/issues/{name}", 404)
        assert kind == "NotFound"
    await become(installation, conn, "stranger@example.com", None)
    await refusal(installation, "GET", "/api/issues/OURS-1", 404)


async def test_the_issues_of_a_deleted_project_are_not_found(installation: Installation) -> None:
    issue = await opened(installation)
    project = f"/api/projects/{installation.project_id}"
    await installation.request("DELETE", project, status=204)
    await refusal(installation, "GET", "/api/issues/OURS-1", 404)
    for body in ({"ids": [issue["id"]], "priority": "high"}, {"ids": [issue["id"]]}):
        await refusal(installation, "PUT", project + "/issues", 404, body)
    await refusal(installation, "DELETE", project + "/issues", 404, {"ids": [issue["id"]]})
    await refusal(installation, "POST", path_of(issue) + "/comments", 404, {"text": "x"})


async def test_the_groupings_of_an_issue_are_told(installation: Installation) -> None:
    issue = await opened(installation)
    (found,) = await installation.get(path_of(issue) + "/hashes")
    assert (found["id"], found["version"]) == (issue["id"], LATEST)
    assert len(bytes.fromhex(found["hash"])) == 32


async def report(installation: Installation, event_id: str, email: str, text: str) -> None:
    payload = {"event_id": event_id, "email": email, "name": "x", "comments": text}
    item = ({"type": "user_report"}, json.dumps(payload).encode())
    response = await installation.post_envelope(envelope({"event_id": event_id}, item))
    assert response.status == 200
    await installation.digest()


async def test_user_reports_are_those_of_the_issues_events(installation: Installation) -> None:
    ours, other = await digested(installation, error(), error("Other"))
    _, issue = await installation.issues()
    for number in range(3):
        await report(installation, ours, f"{number}@example.com", f"it broke {number}")
    await report(installation, ours, "2@example.com", "it broke again")
    await report(installation, other, "a@example.com", "something else")
    page = await installation.get(path_of(issue) + "/user-reports?limit=3")
    assert [found["message"] for found in page["items"]] == ["it broke again", "it broke 1"]
    place = path_of(issue) + f"/user-reports?cursor={page['next_cursor']}"
    rest = await installation.get(place)
    assert [found["message"] for found in rest["items"]] == ["it broke 0"]
    assert {found["issue_short_id"] for found in page["items"]} == {issue["short_id"]}


async def test_an_event_is_found_by_the_id_its_sdk_told(installation: Installation) -> None:
    (event_id,) = await digested(installation, error())
    events = f"/api/projects/{installation.project_id}/events"
    found = await installation.get(f"{events}/sentry/{event_id}")
    assert found == await installation.get(f"{events}/{event_id}")
    for wrong in ("x", "0" * 32):
        await refusal(installation, "GET", f"{events}/sentry/{wrong}", 404)


async def look_up(installation: Installation, **query: str) -> Any:
    words = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    return await installation.get(f"/api/projects/{installation.project_id}/events/lookup?{words}")


async def test_events_are_found_by_user_and_by_request(installation: Installation) -> None:
    first, second, _ = await digested(
        installation,
        error(user={"id": "7"}, tags={"request_id": "req é&1"}),
        error("Other", user={"id": "7"}, tags={"request_id": "other"}),
        error(user={"email": "7@example.com"}),
    )
    await digested(installation, error(user={"id": "7"}), project=1)
    found = await look_up(installation, user_id="7")
    assert [event["id"].replace("-", "") for event in found["items"]] == [second, first]
    assert (found["has_more"], "next_cursor" in found) == (False, False)
    (event,) = (await look_up(installation, request_id="req é&1"))["items"]
    (listed,) = [
        event
        for issue in await installation.issues()
        for event in (await installation.get(path_of(issue) + "/events"))["items"]
        if event["id"].replace("-", "") == first
    ]
    assert event == listed
    for query in ({"user_id": "8"}, {"request_id": "req"}, {"user_id": "%"}):
        assert (await look_up(installation, **query))["items"] == []


async def test_a_look_up_goes_on_with_its_own_cursor_only(installation: Installation) -> None:
    user = {"id": "7"}
    sent = await digested(installation, *(error(user=user) for _ in range(21)))
    page = await look_up(installation, user_id="7")
    assert (len(page["items"]), page["has_more"]) == (20, True)
    cursor = page["next_cursor"]
    rest = await look_up(installation, user_id="7", cursor=cursor)
    found = [event["id"].replace("-", "") for event in [*page["items"], *rest["items"]]]
    assert found == sent[::-1]
    lookups = f"/api/projects/{installation.project_id}/events/lookup"
    foreign = f"/api/projects/{installation.projects[1]['id']}/events/lookup"
    for place in (f"{lookups}?user_id=8", f"{lookups}?request_id=7", f"{foreign}?user_id=7"):
        _, message = await refusal(installation, "GET", f"{place}&cursor={cursor}", 400)
        assert message == "Validation error: cursor: belongs to another search"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "user_id=",
        "user_id=1&request_id=1",
        "user_id=%20x",
        "user_id=x%0Ay",
        "request_id=a%00b",
        "request_id=a%7F",
        "user_id=" + "x" * 201,
        "user_id=" + "%C3%A9" * 101,
        "user_id=1&cursor=x",
        "user_id=1&cursor=W10",
        "user_id=1&cursor=MQ",
        "user_id=1&cursor=eyJwb3NpdGlvbiI6MSwiaXRlbSI6dHJ1ZX0",
    ],
)
async def test_a_look_up_by_nonsense_is_refused(installation: Installation, query: str) -> None:
    place = f"/api/projects/{installation.project_id}/events/lookup?{query}"
    assert (await refusal(installation, "GET", place, 400))[0] == "ValidationError"
