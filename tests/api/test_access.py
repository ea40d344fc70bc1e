"""Who may call which route: the whole table, tried by everybody.

A new route without a line in RULES fails, and so does one that lets in others than its line says.
"""

import re
from enum import Enum

import pytest

from rustrak.accounts.access import Role, Scope
from rustrak.accounts.sessions import open_session
from rustrak.api.routes import ROUTES
from rustrak.database.pool import Connection
from tests.browser import SESSION
from tests.installation import Installation
from tests.people import make_token, make_user

PROJECT = "/api/projects/{project_id}"
ISSUE = PROJECT + "/issues/{issue_id}"
EVENT = PROJECT + "/events/{event_id}"


class Rule(Enum):
    """Whom a route lets in."""

    EVERYBODY = "everybody"
    KNOWN = "whoever is logged in, and tokens with the scope read"
    KNOWN_TO_CHANGE = "the same, and tokens with the scope write"
    BROWSER = "whoever is logged in, without tokens"
    VIEWER = "viewer"
    EDITOR = "editor"
    PROJECT_ADMIN = "project admin"
    ADMIN = "installation admin"


RULES = {
    ("POST", "/auth/login"): Rule.EVERYBODY,
    ("POST", "/auth/logout"): Rule.EVERYBODY,
    ("POST", "/auth/register"): Rule.EVERYBODY,
    ("GET", "/auth/invitation/{token}"): Rule.EVERYBODY,
    ("POST", "/auth/accept-invitation"): Rule.EVERYBODY,
    ("GET", "/auth/sso/config"): Rule.EVERYBODY,
    ("GET", "/auth/sso/start"): Rule.EVERYBODY,
    ("GET", "/auth/sso/callback"): Rule.EVERYBODY,
    ("GET", "/api/openapi.json"): Rule.EVERYBODY,
    ("GET", "/api/docs"): Rule.EVERYBODY,
    ("GET", "/auth/me"): Rule.KNOWN,
    ("PATCH", "/auth/me"): Rule.BROWSER,
    ("POST", "/auth/me/password"): Rule.BROWSER,
    ("GET", "/auth/sessions"): Rule.BROWSER,
    ("DELETE", "/auth/sessions"): Rule.BROWSER,
    ("DELETE", "/auth/sessions/{session_id}"): Rule.BROWSER,
    ("POST", "/auth/sso/link"): Rule.BROWSER,
    ("GET", "/auth/sso/identities"): Rule.BROWSER,
    ("DELETE", "/auth/sso/identities/{identity}"): Rule.BROWSER,
    ("GET", "/api/tokens"): Rule.KNOWN,
    ("POST", "/api/tokens"): Rule.KNOWN_TO_CHANGE,
    ("GET", "/api/tokens/{token_id}"): Rule.KNOWN,
    ("DELETE", "/api/tokens/{token_id}"): Rule.KNOWN_TO_CHANGE,
    ("GET", "/api/team"): Rule.KNOWN,
    ("PATCH", "/api/team/{user_id}"): Rule.ADMIN,
    ("DELETE", "/api/team/{user_id}"): Rule.ADMIN,
    ("PATCH", "/api/team/{user_id}/role"): Rule.ADMIN,
    ("GET", "/api/invitations"): Rule.KNOWN,
    ("POST", "/api/invitations"): Rule.KNOWN_TO_CHANGE,
    ("DELETE", "/api/invitations/{invitation_id}"): Rule.KNOWN_TO_CHANGE,
    ("GET", PROJECT + "/members"): Rule.VIEWER,
    ("PUT", PROJECT + "/members"): Rule.PROJECT_ADMIN,
    ("DELETE", PROJECT + "/members/{user_id}"): Rule.PROJECT_ADMIN,
    ("GET", "/api/projects"): Rule.KNOWN,
    ("POST", "/api/projects"): Rule.KNOWN_TO_CHANGE,
    ("GET", PROJECT): Rule.VIEWER,
    ("PATCH", PROJECT): Rule.PROJECT_ADMIN,
    ("DELETE", PROJECT): Rule.PROJECT_ADMIN,
    ("GET", PROJECT + "/issues"): Rule.VIEWER,
    ("GET", ISSUE): Rule.VIEWER,
    ("PATCH", ISSUE): Rule.EDITOR,
    ("DELETE", ISSUE): Rule.EDITOR,
    ("GET", ISSUE + "/events"): Rule.VIEWER,
    ("GET", ISSUE + "/events/{event_id}"): Rule.VIEWER,
    ("GET", EVENT): Rule.VIEWER,
    ("GET", EVENT + "/attachments"): Rule.VIEWER,
    ("GET", PROJECT + "/attachments/{attachment_id}/download"): Rule.VIEWER,
    ("GET", EVENT + "/feedback"): Rule.VIEWER,
    ("GET", PROJECT + "/feedback"): Rule.VIEWER,
    ("GET", PROJECT + "/where/{event_id}"): Rule.VIEWER,
    ("GET", EVENT + "/grouping"): Rule.VIEWER,
    ("GET", EVENT + "/neighbours"): Rule.VIEWER,
    ("GET", ISSUE + "/groupings"): Rule.VIEWER,
    ("POST", ISSUE + "/merge"): Rule.EDITOR,
    ("POST", ISSUE + "/split"): Rule.EDITOR,
    ("POST", PROJECT + "/decisions/{decision_id}/undo"): Rule.EDITOR,
    ("GET", PROJECT + "/grouping/reach"): Rule.VIEWER,
    ("GET", PROJECT + "/regroupings"): Rule.VIEWER,
    ("POST", PROJECT + "/regroupings"): Rule.EDITOR,
    ("GET", PROJECT + "/regroupings/{regrouping_id}"): Rule.VIEWER,
    ("DELETE", PROJECT + "/regroupings/{regrouping_id}"): Rule.EDITOR,
    ("POST", PROJECT + "/regroupings/{regrouping_id}/apply"): Rule.EDITOR,
    ("POST", PROJECT + "/regroupings/{regrouping_id}/undo"): Rule.EDITOR,
    ("GET", PROJECT + "/grouping"): Rule.VIEWER,
    ("PUT", PROJECT + "/grouping"): Rule.EDITOR,
    ("POST", PROJECT + "/grouping/try"): Rule.VIEWER,
    ("POST", PROJECT + "/grouping/{change_id}/undo"): Rule.EDITOR,
    ("GET", PROJECT + "/settings"): Rule.VIEWER,
    ("PATCH", PROJECT + "/settings"): Rule.PROJECT_ADMIN,
    ("GET", "/api/settings"): Rule.KNOWN,
    ("PATCH", "/api/settings"): Rule.ADMIN,
    ("GET", PROJECT + "/releases"): Rule.VIEWER,
    ("GET", PROJECT + "/releases/{version}/health"): Rule.VIEWER,
    ("GET", PROJECT + "/outcomes"): Rule.VIEWER,
    ("GET", PROJECT + "/monitors"): Rule.VIEWER,
    ("GET", PROJECT + "/monitors/{slug}/check-ins"): Rule.VIEWER,
    ("GET", PROJECT + "/transactions"): Rule.VIEWER,
    ("GET", PROJECT + "/transactions/detail"): Rule.VIEWER,
    ("GET", PROJECT + "/logs"): Rule.VIEWER,
    ("GET", PROJECT + "/logs/{log_id}"): Rule.VIEWER,
    ("GET", "/api/alert-channels"): Rule.KNOWN,
    ("POST", "/api/alert-channels"): Rule.ADMIN,
    ("GET", "/api/alert-channels/{channel_id}"): Rule.KNOWN,
    ("PATCH", "/api/alert-channels/{channel_id}"): Rule.ADMIN,
    ("DELETE", "/api/alert-channels/{channel_id}"): Rule.ADMIN,
    ("POST", "/api/alert-channels/{channel_id}/test"): Rule.ADMIN,
    ("GET", "/api/integrations"): Rule.KNOWN,
    ("POST", "/api/integrations"): Rule.ADMIN,
    ("GET", "/api/integrations/{channel_id}"): Rule.KNOWN,
    ("PATCH", "/api/integrations/{channel_id}"): Rule.ADMIN,
    ("DELETE", "/api/integrations/{channel_id}"): Rule.ADMIN,
    ("POST", "/api/integrations/{channel_id}/test"): Rule.ADMIN,
    ("GET", PROJECT + "/alert-rules"): Rule.VIEWER,
    ("POST", PROJECT + "/alert-rules"): Rule.PROJECT_ADMIN,
    ("POST", PROJECT + "/alert-rules/preview"): Rule.VIEWER,
    ("GET", PROJECT + "/alert-rules/{rule_id}"): Rule.VIEWER,
    ("PATCH", PROJECT + "/alert-rules/{rule_id}"): Rule.PROJECT_ADMIN,
    ("DELETE", PROJECT + "/alert-rules/{rule_id}"): Rule.PROJECT_ADMIN,
    ("POST", PROJECT + "/alert-rules/{rule_id}/test"): Rule.PROJECT_ADMIN,
    ("GET", PROJECT + "/alert-history"): Rule.VIEWER,
    ("GET", PROJECT + "/environments"): Rule.VIEWER,
    ("GET", PROJECT + "/keys"): Rule.VIEWER,
    ("POST", PROJECT + "/keys"): Rule.PROJECT_ADMIN,
    ("PATCH", PROJECT + "/keys/{key_id}"): Rule.PROJECT_ADMIN,
    ("DELETE", PROJECT + "/keys/{key_id}"): Rule.PROJECT_ADMIN,
    ("GET", "/api/issues"): Rule.KNOWN,
    ("GET", "/api/searches"): Rule.KNOWN,
    ("PUT", "/api/searches"): Rule.KNOWN_TO_CHANGE,
    ("DELETE", "/api/searches/{name}"): Rule.KNOWN_TO_CHANGE,
    ("GET", "/api/tags"): Rule.KNOWN,
    ("GET", "/api/tags/{key}"): Rule.KNOWN,
    ("PUT", PROJECT + "/issues"): Rule.EDITOR,
    ("DELETE", PROJECT + "/issues"): Rule.EDITOR,
    ("GET", ISSUE + "/activity"): Rule.VIEWER,
    ("GET", ISSUE + "/comments"): Rule.VIEWER,
    ("POST", ISSUE + "/comments"): Rule.EDITOR,
    ("PATCH", ISSUE + "/comments/{comment_id}"): Rule.EDITOR,
    ("DELETE", ISSUE + "/comments/{comment_id}"): Rule.EDITOR,
    ("GET", ISSUE + "/hashes"): Rule.VIEWER,
    ("GET", ISSUE + "/user-reports"): Rule.VIEWER,
    ("GET", "/api/issues/{short_id}"): Rule.KNOWN,
    ("GET", ISSUE + "/tags"): Rule.VIEWER,
    ("GET", ISSUE + "/tags/{key}"): Rule.VIEWER,
    ("GET", ISSUE + "/aggregates"): Rule.VIEWER,
    ("GET", ISSUE + "/stats"): Rule.VIEWER,
    ("GET", PROJECT + "/stats"): Rule.VIEWER,
    ("GET", PROJECT + "/events/sentry/{event_id}"): Rule.VIEWER,
    ("GET", PROJECT + "/events/lookup"): Rule.VIEWER,
    ("GET", PROJECT + "/releases/{version}/new-issues"): Rule.VIEWER,
    ("GET", "/health/version"): Rule.KNOWN,
    ("GET", "/api/rate-limits"): Rule.KNOWN,
    ("GET", "/api/health"): Rule.ADMIN,
    ("GET", "/api/rebuilds"): Rule.ADMIN,
    ("POST", "/api/rebuilds"): Rule.ADMIN,
    ("GET", "/api/rebuilds/{rebuild_id}"): Rule.ADMIN,
    ("DELETE", "/api/rebuilds/{rebuild_id}"): Rule.ADMIN,
    ("GET", "/api/storage/summary"): Rule.ADMIN,
    ("GET", "/api/storage/projects"): Rule.ADMIN,
}

LET_IN = 200
"""Stands for any answer that is not about who asks."""

STATUSES = {
    Rule.EVERYBODY: (LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN),
    Rule.KNOWN: (401, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN),
    Rule.KNOWN_TO_CHANGE: (401, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, 403, LET_IN, LET_IN),
    Rule.BROWSER: (401, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, 403, 403, 403),
    Rule.VIEWER: (401, 404, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN, LET_IN),
    Rule.EDITOR: (401, 404, 403, LET_IN, LET_IN, LET_IN, 403, LET_IN, LET_IN),
    Rule.PROJECT_ADMIN: (401, 404, 403, 403, LET_IN, LET_IN, 403, 403, LET_IN),
    Rule.ADMIN: (401, 403, 403, 403, 403, LET_IN, 403, 403, LET_IN),
}
"""In the order of PERSONS."""
PERSONS = (
    "stranger", "outsider", "viewer", "editor", "project admin", "admin",
    "token to read", "token to write", "token for all",
)  # fmt: skip

IMPOSSIBLE = {
    "issue_id": "00000000-0000-4000-8000-000000000000",
    "event_id": "00000000-0000-4000-8000-000000000000",
    "attachment_id": "00000000-0000-4000-8000-000000000000",
    "version": "none",
    "slug": "none",
    "token": "none",
}
"""Ids nobody has; any other is a number nobody has."""

LAST = [("DELETE", "/auth/sessions"), ("POST", "/auth/logout")]
"""What would leave the routes before it nothing to try."""


def named(path: str) -> str:
    """A path without the patterns of its variables."""
    return re.sub(r":[^{}]+}", "}", path)


@pytest.fixture
async def persons(installation: Installation, conn: Connection) -> dict[str, dict[str, str]]:
    """Everybody who tries, as the headers they send."""
    ours, theirs = (int(project["id"]) for project in installation.projects)
    admin = await make_user(conn, "root@example.com", is_admin=True)
    found: dict[str, dict[str, str]] = {"stranger": {}}
    for name, project, role in (
        ("outsider", theirs, Role.ADMIN),
        ("viewer", ours, Role.VIEWER),
        ("editor", ours, Role.EDITOR),
        ("project admin", ours, Role.ADMIN),
    ):
        user = await make_user(conn, f"{name.replace(' ', '-')}@example.com")
        await make_token(conn, user, role=(project, role))
        found[name] = {"Cookie": f"{SESSION}={await open_session(conn, user)}"}
    found["admin"] = {"Cookie": f"{SESSION}={await open_session(conn, admin)}"}
    for name, scope in zip(PERSONS[-3:], Scope, strict=True):
        found[name] = {"Authorization": f"Bearer {await make_token(conn, admin, scope)}"}
    return found


def test_every_route_has_a_rule() -> None:
    assert {(route.method, named(route.path)) for route in ROUTES} == set(RULES)


async def test_every_route_lets_in_whom_its_rule_says(
    installation: Installation, conn: Connection, persons: dict[str, dict[str, str]]
) -> None:
    wrong = []
    for route in [route for route in RULES if route not in LAST] + LAST:
        for person, expected in zip(PERSONS, STATUSES[RULES[route]], strict=True):
            status = await tried(installation, *route, persons[person])
            await conn.execute("UPDATE projects SET deleted_at = NULL")
            if status != expected:
                wrong.append(f"{route[0]} {route[1]}: {person} got {status}, not {expected}")
    assert not wrong, "\n".join(wrong)


async def tried(installation: Installation, method: str, path: str, headers: dict[str, str]) -> int:
    """The status if it is about who asks, else LET_IN; fails on a failure of ours."""
    names = re.findall(r"{(\w+)}", path)
    ids = {name: IMPOSSIBLE.get(name, "4711") for name in names}
    place = path.format(**{**ids, "project_id": installation.project_id})
    body = {} if method in ("POST", "PUT", "PATCH") else None
    async with installation.client.request(
        method, installation.base_url + place, json=body, headers=headers, allow_redirects=False
    ) as response:
        assert response.status < 500, (method, path, await response.text())
        if response.status not in (401, 403, 404):
            return LET_IN
        message = (await response.json())["error"]["message"]
    if response.status == 403:
        return LET_IN if "registration is closed" in message else 403
    about_the_caller = {
        401: "Unauthorized: Not authenticated",
        404: f"Resource not found: Project with id {installation.project_id} not found",
    }
    return response.status if message == about_the_caller[response.status] else LET_IN
