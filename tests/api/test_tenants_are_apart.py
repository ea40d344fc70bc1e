"""One project never sees or changes another's things, and nobody gets in without credentials.

Walks the route table: a new route without a case here fails.
"""

import re
from typing import Any

import pytest
from aiohttp import web

from rustrak.accounts.access import Role
from rustrak.accounts.members import put_member
from rustrak.api.routes import api_routes
from rustrak.database.pool import Connection, connect, fetch_all
from tests.alerts.alerting import add_rule
from tests.checked_in import check_in
from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.people import make_user
from tests.refusals import refusal
from tests.telemetry import line, send_lines

PROJECT = "/api/projects/{project_id}"
ISSUE = PROJECT + "/issues/{issue_id}"

CHANNELS = ("alert-channels", "integrations")

WITH_FOREIGN_IDS: dict[tuple[str, str], Any] = {
    ("GET", ISSUE): None,
    ("PATCH", ISSUE): {"is_resolved": True},
    ("DELETE", ISSUE): None,
    ("GET", ISSUE + "/activity"): None,
    ("GET", ISSUE + "/comments"): None,
    ("POST", ISSUE + "/comments"): {"text": "x"},
    ("PATCH", ISSUE + "/comments/{comment_id}"): {"text": "x"},
    ("DELETE", ISSUE + "/comments/{comment_id}"): None,
    ("GET", ISSUE + "/hashes"): None,
    ("GET", ISSUE + "/user-reports"): None,
    ("GET", PROJECT + "/events/sentry/{event_id}"): None,
    ("GET", ISSUE + "/events"): None,
    ("GET", ISSUE + "/events/{event_id}"): None,
    ("GET", PROJECT + "/events/{event_id}"): None,
    ("GET", PROJECT + "/events/{event_id}/grouping"): None,
    ("GET", PROJECT + "/events/{event_id}/neighbours"): None,
    ("POST", PROJECT + "/grouping/{change_id}/undo"): None,
    ("GET", ISSUE + "/groupings"): None,
    ("POST", ISSUE + "/merge"): {"issues": ["00000000-0000-4000-8000-000000000000"]},
    ("POST", ISSUE + "/split"): {"groupings": ["00000000-0000-4000-8000-000000000000"]},
    ("POST", PROJECT + "/decisions/{decision_id}/undo"): None,
    ("GET", PROJECT + "/regroupings/{regrouping_id}"): None,
    ("DELETE", PROJECT + "/regroupings/{regrouping_id}"): None,
    ("POST", PROJECT + "/regroupings/{regrouping_id}/apply"): None,
    ("POST", PROJECT + "/regroupings/{regrouping_id}/undo"): None,
    ("GET", PROJECT + "/where/{event_id}"): None,
    ("GET", PROJECT + "/events/{event_id}/attachments"): None,
    ("GET", PROJECT + "/events/{event_id}/feedback"): None,
    ("GET", PROJECT + "/attachments/{attachment_id}/download"): None,
    ("GET", PROJECT + "/releases/{version}/health"): None,
    ("GET", PROJECT + "/monitors/{slug}/check-ins"): None,
    ("GET", PROJECT + "/logs/{log_id}"): None,
    ("GET", PROJECT + "/alert-rules/{rule_id}"): None,
    ("PATCH", PROJECT + "/alert-rules/{rule_id}"): {"name": "x"},
    ("DELETE", PROJECT + "/alert-rules/{rule_id}"): None,
    ("POST", PROJECT + "/alert-rules/{rule_id}/test"): None,
    ("DELETE", PROJECT + "/members/{user_id}"): None,
    ("GET", PROJECT + "/releases/{version}/new-issues"): None,
    ("GET", ISSUE + "/tags"): None,
    ("GET", ISSUE + "/tags/{key}"): None,
    ("GET", ISSUE + "/aggregates"): None,
    ("GET", ISSUE + "/stats"): None,
    ("PATCH", PROJECT + "/keys/{key_id}"): {"label": "x"},
    ("DELETE", PROJECT + "/keys/{key_id}"): None,
}
"""Routes that name something below a project, with a body that would change it."""

OF_A_WHOLE_PROJECT = {
    ("GET", PROJECT),
    ("PATCH", PROJECT),
    ("DELETE", PROJECT),
    ("GET", PROJECT + "/issues"),
    ("PUT", PROJECT + "/issues"),
    ("DELETE", PROJECT + "/issues"),
    ("GET", PROJECT + "/events/lookup"),
    ("GET", PROJECT + "/settings"),
    ("PATCH", PROJECT + "/settings"),
    ("GET", PROJECT + "/grouping"),
    ("PUT", PROJECT + "/grouping"),
    ("POST", PROJECT + "/grouping/try"),
    ("GET", PROJECT + "/grouping/reach"),
    ("GET", PROJECT + "/regroupings"),
    ("POST", PROJECT + "/regroupings"),
    ("GET", PROJECT + "/feedback"),
    ("GET", PROJECT + "/releases"),
    ("GET", PROJECT + "/outcomes"),
    ("GET", PROJECT + "/monitors"),
    ("GET", PROJECT + "/transactions"),
    ("GET", PROJECT + "/transactions/detail"),
    ("GET", PROJECT + "/logs"),
    ("GET", PROJECT + "/alert-rules"),
    ("POST", PROJECT + "/alert-rules"),
    ("POST", PROJECT + "/alert-rules/preview"),
    ("GET", PROJECT + "/alert-history"),
    ("GET", PROJECT + "/members"),
    ("PUT", PROJECT + "/members"),
    ("GET", PROJECT + "/environments"),
    ("GET", PROJECT + "/stats"),
    ("GET", PROJECT + "/keys"),
    ("POST", PROJECT + "/keys"),
}
OF_NO_PROJECT = {
    ("GET", "/auth/me"),
    ("GET", "/api/projects"),
    ("POST", "/api/projects"),
    ("GET", "/api/settings"),
    ("GET", "/api/issues"),
    ("GET", "/api/searches"),
    ("PUT", "/api/searches"),
    ("DELETE", "/api/searches/{name}"),
    ("GET", "/api/tags"),
    ("GET", "/api/tags/{key}"),
    ("GET", "/api/issues/{short_id}"),
    ("GET", "/health/version"),
    ("GET", "/api/rate-limits"),
    ("GET", "/api/health"),
    ("GET", "/api/rebuilds"),
    ("POST", "/api/rebuilds"),
    ("GET", "/api/rebuilds/{rebuild_id}"),
    ("DELETE", "/api/rebuilds/{rebuild_id}"),
    ("GET", "/api/storage/summary"),
    ("GET", "/api/storage/projects"),
    ("PATCH", "/api/settings"),
    ("GET", "/api/tokens"),
    ("POST", "/api/tokens"),
    ("GET", "/api/tokens/{token_id}"),
    ("DELETE", "/api/tokens/{token_id}"),
    *((method, f"/api/{noun}") for method in ("GET", "POST") for noun in CHANNELS),
    *(
        (method, f"/api/{noun}/{{channel_id}}")
        for method in ("GET", "PATCH", "DELETE")
        for noun in CHANNELS
    ),
    *(("POST", f"/api/{noun}/{{channel_id}}/test") for noun in CHANNELS),
    ("PATCH", "/auth/me"),
    ("POST", "/auth/me/password"),
    ("GET", "/auth/sessions"),
    ("DELETE", "/auth/sessions"),
    ("DELETE", "/auth/sessions/{session_id}"),
    ("POST", "/auth/sso/link"),
    ("GET", "/auth/sso/identities"),
    ("DELETE", "/auth/sso/identities/{identity}"),
    ("GET", "/api/team"),
    ("PATCH", "/api/team/{user_id}"),
    ("DELETE", "/api/team/{user_id}"),
    ("PATCH", "/api/team/{user_id}/role"),
    ("GET", "/api/invitations"),
    ("POST", "/api/invitations"),
    ("DELETE", "/api/invitations/{invitation_id}"),
}
OPEN = {
    ("POST", "/auth/login"),
    ("POST", "/auth/logout"),
    ("POST", "/auth/register"),
    ("GET", "/auth/invitation/{token}"),
    ("POST", "/auth/accept-invitation"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/docs"),
    ("GET", "/auth/sso/config"),
    ("GET", "/auth/sso/start"),
    ("GET", "/auth/sso/callback"),
}
"""What needs no credentials."""

TABLES = (
    "projects",
    "decisions",
    "issues",
    "events",
    "groupings",
    "outcomes",
    "auth_tokens",
    "project_settings",
    "dsn_keys",
    "attachments",
    "feedback",
    "outcomes",
    "auth_tokens",
    "outcomes",
    "auth_tokens",
    "spans",
    "logs",
    "alert_rules",
    "notification_channels",
    "users",
    "project_members",
    "invitations",
    "issue_comments",
    "regroups",
)


def routes() -> set[tuple[str, str]]:
    found = [route for route in api_routes() if isinstance(route, web.RouteDef)]
    return {(route.method, route.path.replace(":[^/]+}", "}")) for route in found}


async def contents(conn: Connection) -> dict[str, list[Any]]:
    """Every row a request could have changed; when a token was used does not matter."""
    query = "SELECT to_jsonb(t) - 'last_used_at' AS row FROM {} t ORDER BY row"
    return {table: await fetch_all(conn, query.format(table)) for table in TABLES}


@pytest.fixture
async def ids(installation: Installation) -> list[dict[str, Any]]:
    """The ids of one thing of each kind in each of the two projects."""
    return [await filled(installation, number) for number in (0, 1)]


async def filled(installation: Installation, number: int) -> dict[str, Any]:
    version = f"shop@{number}"
    (event,) = await digested(
        installation, error(release=version, tags={f"key-{number}": "x"}), project=number
    )
    body = envelope({"event_id": event}, ({"type": "attachment"}, b"x"))
    assert (await installation.post_envelope(body, project=number)).status == 200
    await check_in(installation, slug=f"job-{number}", project=number)
    await send_lines(installation, line("hello"), project=number)
    await installation.digest()
    (issue,) = await installation.issues(number)
    project = installation.projects[number]["id"]
    path = f"/api/projects/{project}/events/{event}/attachments"
    (attachment,) = await installation.get(path)
    user = await member(installation, project)
    comments = f"/api/projects/{project}/issues/{issue['id']}/comments"
    comment = await installation.request("POST", comments, {"text": "ours"}, status=201)
    (log,) = (await installation.get(f"/api/projects/{project}/logs"))["items"]
    (key,) = await installation.get(f"/api/projects/{project}/keys")
    grouping = await installation.get(f"/api/projects/{project}/grouping")
    regroupings = f"/api/projects/{project}/regroupings"
    return {
        "decision_id": grouping["history"][0]["position"],
        "regrouping_id": (await installation.request("POST", regroupings, {}, status=201))["id"],
        "change_id": grouping["history"][0]["position"],
        "project_id": project,
        "issue_id": issue["id"],
        "event_id": event,
        "attachment_id": attachment["id"],
        "version": version,
        "key": f"key-{number}",
        "slug": f"job-{number}",
        "log_id": log["id"],
        "rule_id": (await add_rule(installation, project=number))["id"],
        "user_id": user,
        "comment_id": comment["id"],
        "key_id": key["id"],
    }


async def member(installation: Installation, project: int) -> int:
    """A new viewer of a project."""
    async with await connect(installation.database_url, application="test") as conn:
        user = await make_user(conn, f"viewer-of-{project}@example.com")
        await put_member(conn, project, user, Role.VIEWER)
    return user


def test_every_route_has_a_case() -> None:
    assert routes() == set(WITH_FOREIGN_IDS) | OF_A_WHOLE_PROJECT | OF_NO_PROJECT | OPEN


async def test_ids_of_another_project_are_not_found_and_nothing_changes(
    installation: Installation, conn: Connection, ids: list[dict[str, Any]]
) -> None:
    before = await contents(conn)
    ours, theirs = ids
    for (method, path), body in WITH_FOREIGN_IDS.items():
        named = set(re.findall(r"{(\w+)}", path)) - {"project_id"}
        mixtures = [{**ours, name: theirs[name]} for name in named]
        mixtures.append({**theirs, "project_id": ours["project_id"]})
        for mixture in mixtures:
            place = path.format(**mixture)
            kind, _ = await refusal(installation, method, place, 404, body)
            assert kind == "NotFound", (method, place)
    assert await contents(conn) == before


async def test_an_unknown_project_has_nothing(
    installation: Installation, conn: Connection, ids: list[dict[str, Any]]
) -> None:
    before = await contents(conn)
    for method, path in set(WITH_FOREIGN_IDS) | OF_A_WHOLE_PROJECT:
        place = path.format(**{**ids[0], "project_id": 4711})
        change = {"is_resolved": True, "name": "x", "user_id": 1, "role": "viewer"}
        change["alert_type"] = "new_issue"
        body = change if method in ("PATCH", "PUT", "POST") else None
        await refusal(installation, method, place, 404, body)
    assert await contents(conn) == before


async def test_a_list_holds_only_the_issues_of_its_project(
    installation: Installation, ids: list[dict[str, Any]]
) -> None:
    for number in (0, 1):
        assert [issue["id"] for issue in await installation.issues(number)] == [
            ids[number]["issue_id"]
        ]


async def test_one_event_id_in_two_projects_shows_each_its_own(
    installation: Installation,
) -> None:
    event_id = "9ec79c33ec9942ab8353589fcb2e04dc"
    for number, value in enumerate(("mine", "yours")):
        await digested(installation, error(value=value, event_id=event_id), project=number)
    for number, value in enumerate(("mine", "yours")):
        project = installation.projects[number]["id"]
        event = await installation.get(f"/api/projects/{project}/events/{event_id}")
        assert event["data"]["exception"]["values"][0]["value"] == value


async def test_deleting_a_project_leaves_the_other_as_it_was(
    installation: Installation, ids: list[dict[str, Any]]
) -> None:
    theirs = await installation.issues(1)
    await installation.request("DELETE", PROJECT.format(**ids[0]), status=204)
    assert await installation.issues(1) == theirs
    for (method, path), body in WITH_FOREIGN_IDS.items():
        await refusal(installation, method, path.format(**ids[0]), 404, body)


async def test_nobody_gets_in_without_credentials(
    installation: Installation, conn: Connection, ids: list[dict[str, Any]]
) -> None:
    before = await contents(conn)
    wrong: list[dict[str, str]] = [
        {},
        {"Authorization": f"Bearer {'0' * 40}"},
        {"Cookie": "rustrak_session=x"},
        {"X-Sentry-Auth": f"Sentry sentry_key={installation.key}"},
    ]
    for method, path in routes() - OPEN:
        others = {"token_id": 1, "session_id": 1, "invitation_id": 1, "short_id": "OURS-1"}
        others |= {"channel_id": 1, "rebuild_id": 1, "identity": "x", "name": "x"}
        url = installation.base_url + path.format(**ids[0], **others)
        for headers in wrong:
            async with installation.client.request(
                method, url, json={"name": "x"}, headers=headers
            ) as response:
                assert response.status == 401, (method, path, headers)
                assert (await response.json())["error"]["type"] == "Unauthorized"
    assert await contents(conn) == before
