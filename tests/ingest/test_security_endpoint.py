"""Reports that browsers send on their own: each becomes an event, whatever delivered it."""

import gzip
import json
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.ingest.kept import kept, kept_items
from tests.installation import Installation, envelope

CSP = {
    "csp-report": {
        "document-uri": "https://shop.example/pay",
        "blocked-uri": "https://evil.example/x.js",
        "violated-directive": "script-src 'self'",
        "effective-directive": "script-src",
        "original-policy": "script-src 'self'",
    }
}
TITLE = "Blocked 'script' from 'evil.example'"


def network_error(host: str, **more: Any) -> dict[str, Any]:
    body = {"type": "tcp.timed_out", "phase": "connection"}
    return {"type": "network-error", "url": f"https://{host}/", "age": 0, "body": body, **more}


async def report(
    installation: Installation,
    body: Any,
    *,
    path: str = "security/",
    query: str = "",
    content_type: str = "application/csp-report",
    project: int = 0,
    **headers: str,
) -> ClientResponse:
    """POST as a browser does: the key in the query, no header of ours."""
    known = installation.projects[project]
    url = f"{installation.base_url}/api/{known['id']}/{path}?sentry_key={known['sentry_key'].hex}"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Content-Type": content_type, **headers}
    return await installation.client.post(url + query, data=data, headers=given)


async def test_a_report_becomes_an_issue(installation: Installation) -> None:
    response = await report(
        installation,
        CSP,
        query="&sentry_release=shop%401&sentry_environment=prod",
        Origin="https://shop.example",
        **{"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/130.0"},
    )
    assert (response.status, await response.read()) == (200, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    await installation.digest()
    (issue,) = await installation.issues()
    assert (issue["title"], issue["event_count"]) == (TITLE, 1)
    project = f"/api/projects/{installation.project_id}"
    page = await installation.get(f"{project}/issues/{issue['id']}/events")
    event = await installation.get(f"{project}/events/{page['items'][0]['event_id']}")
    assert (event["release"], event["environment"]) == ("shop@1", "prod")
    assert event["data"] == CSP
    assert "127.0.0.1" in event["user"]
    assert (await installation.books())[installation.project_id].is_even


async def test_the_bytes_of_a_single_report_are_kept(installation: Installation) -> None:
    body = json.dumps(CSP, indent=3).encode() + b"\n"
    assert (await report(installation, body, path="csp-report")).status == 200
    (item,) = await kept_items(installation)
    assert (item.type, item.payload) == ("security", body)


async def test_several_reports_in_one_delivery_are_several_events(
    installation: Installation,
) -> None:
    hosts = ("a.example", "b.example", "a.example")
    reports = [network_error(host) for host in hosts]
    response = await report(
        installation, reports, path="nel/", content_type="application/reports+json; charset=utf-8"
    )
    assert response.status == 200
    await installation.digest()
    counts = {issue["title"]: issue["event_count"] for issue in await installation.issues()}
    assert counts == {
        "Network error: tcp.timed_out on a.example": 2,
        "Network error: tcp.timed_out on b.example": 1,
    }
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.duplicate) == (3, 3, 0)
    assert books.is_even


async def test_a_report_among_others_that_are_none_is_applied(installation: Installation) -> None:
    response = await report(installation, [7, {}, network_error("a.example"), {"x": 1}, None])
    assert response.status == 200
    await installation.digest()
    (issue,) = await installation.issues()
    assert issue["event_count"] == 1
    assert (await installation.books())[installation.project_id].is_even


async def test_an_item_in_an_envelope_is_read_the_same(installation: Installation) -> None:
    hostile: dict[str, Any] = {
        "sentry_release": ["x"],
        "sentry_environment": {"a": 1},
        "user_agent": 7,
        "remote_addr": "not an address",
    }
    event_id = "9ec79c33ec9942ab8353589fcb2e04dc"
    body = envelope(
        {"event_id": event_id},
        ({"type": "security", **hostile}, json.dumps(CSP).encode()),
        ({"type": "security"}, json.dumps([network_error("a.example")]).encode()),
        ({"type": "security"}, b'{"no": "report"}'),
        ({"type": "security"}, b"\xff{"),
    )
    for _ in range(2):
        response = await installation.post_envelope(body)
        assert await response.json() == {"id": event_id}
        await installation.digest()
    assert sorted(issue["event_count"] for issue in await installation.issues()) == [1, 1]
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.duplicate) == (8, 2, 2)
    assert books.is_even
    event = await installation.get(f"/api/projects/{installation.project_id}/events/{event_id}")
    assert event["release"] in (None, "")
    assert event["data"] == CSP
    issues = await installation.issues()
    listed = next(issue for issue in issues if "Network" in issue["title"])
    path = f"/api/projects/{installation.project_id}"
    page = await installation.get(f"{path}/issues/{listed['id']}/events")
    found = await installation.get(f"{path}/events/{page['items'][0]['event_id']}")
    assert found["data"] == {"reports": [network_error("a.example")]}


async def test_two_projects_never_see_each_others_reports(installation: Installation) -> None:
    assert (await report(installation, CSP, project=0)).status == 200
    await installation.digest()
    assert [issue["title"] for issue in await installation.issues(0)] == [TITLE]
    assert await installation.issues(1) == []


@pytest.mark.parametrize("content_type", ["text/html", "application/xml", "multipart/form-data"])
async def test_another_media_type_is_refused(installation: Installation, content_type: str) -> None:
    response = await report(installation, CSP, content_type=content_type)
    assert response.status == 415
    assert response.headers["X-Sentry-Error"] == (await response.json())["detail"]
    assert await kept(installation) == []


async def test_what_holds_no_report_is_refused(installation: Installation) -> None:
    bodies = (b"", b"{", b"[]", b"7", b"null", b'"x"', b"{}", b'[{"a": 1}]', b'{"csp-report": 7}')
    for body in bodies:
        response = await report(installation, body)
        assert response.status == 400, body
    many = [network_error("a.example")] * 1001
    assert (await report(installation, many)).status == 413
    large = gzip.compress(b'{"csp-report":"' + b"x" * 1024 * 1024)
    assert (await report(installation, large, **{"Content-Encoding": "gzip"})).status == 413
    assert await kept(installation) == []
