"""Reference §1.1, §1.5, §1.13 and the checklist's integration/auth."""

import re
from urllib.parse import unquote

import pytest

from rustrak.accounts.users import create_user
from rustrak.database.pool import Connection, fetch_all, fetch_one
from tests.contract.dashboard import Answer, Dashboard
from tests.contract.rules import LOGGED_IN, PROJECT, USER, numbered

EMAIL, PASSWORD = "ada@example.com", "correct horse"


@pytest.fixture
async def ada(conn: Connection) -> int:
    """The id of somebody who can log in."""
    return int((await create_user(conn, EMAIL, PASSWORD, is_admin=True))["id"])


async def log_in(dashboard: Dashboard, email: str = EMAIL, password: str = PASSWORD) -> Answer:
    body = {"email": email, "password": password}
    return await dashboard.answer("POST", "/auth/login", body)


def cookie_as_the_dashboard_reads_it(answer: Answer) -> tuple[str, dict[str, str]]:
    """The value, percent-decoded, and the attributes: split at semicolons, as it does."""
    pair, *attributes = answer.headers["Set-Cookie"].split(";")
    name, _, value = pair.partition("=")
    assert name == "rustrak_session"
    pairs = [attribute.strip().partition("=") for attribute in attributes]
    return unquote(value), {name.lower(): value for name, _, value in pairs}


async def test_login_is_200_and_the_user_and_sets_last_login(
    stranger: Dashboard, ada: int, conn: Connection
) -> None:
    answer = await log_in(stranger)
    assert answer.status == 200
    LOGGED_IN(answer.body, "login")
    assert answer.body["user"] == {"id": ada, "email": EMAIL, "is_admin": True}
    row = await fetch_one(conn, "SELECT last_login FROM users WHERE id = %(id)s", id=ada)
    assert row is not None
    assert row["last_login"] is not None


async def test_the_cookie_survives_the_dashboards_parser(stranger: Dashboard, ada: int) -> None:
    """It stores the decoded value and sends that: URL-safe characters only."""
    answer = await log_in(stranger)
    value, attributes = cookie_as_the_dashboard_reads_it(answer)
    assert re.fullmatch(r"[A-Za-z0-9_.-]{20,}", value)
    assert (attributes["path"], attributes["samesite"]) == ("/", "Lax")
    assert "httponly" in attributes
    assert int(attributes["max-age"]) > 0
    logged_in = Dashboard(stranger.installation, value)
    assert (await logged_in.get("/auth/me", USER))["email"] == EMAIL


async def test_wrong_password_and_unknown_user_are_401_alike(stranger: Dashboard, ada: int) -> None:
    for email, password in ((EMAIL, "wrong"), ("nobody@example.com", PASSWORD)):
        answer = await log_in(stranger, email, password)
        assert answer.status == 401
        assert answer.body["error"] == {
            "type": "Unauthorized",
            "message": "Unauthorized: Invalid credentials",
        }


async def test_an_inactive_user_is_401_after_the_right_password(
    stranger: Dashboard, ada: int, conn: Connection
) -> None:
    """The original says so before it looks at the password, and so tells whoever asks that the
    account exists."""
    await conn.execute("UPDATE users SET is_active = false WHERE id = %s", [ada])
    refused = await log_in(stranger)
    assert (refused.status, refused.body["error"]["message"]) == (
        401,
        "Unauthorized: Account is disabled",
    )
    refused = await log_in(stranger, password="wrong")
    assert refused.body["error"]["message"] == "Unauthorized: Invalid credentials"


async def test_an_upper_case_address_logs_in(stranger: Dashboard, ada: int) -> None:
    """401 in the snapshot, taken in by newer versions of the original and by us: nobody knows how
    they once wrote their address."""
    assert (await log_in(stranger, EMAIL.upper())).status == 200


async def test_logout_is_204_and_deletes_the_cookie(stranger: Dashboard, ada: int) -> None:
    value, _ = cookie_as_the_dashboard_reads_it(await log_in(stranger))
    logged_in = Dashboard(stranger.installation, value)
    answer = await logged_in.answer("POST", "/auth/logout")
    assert (answer.status, answer.body) == (204, None)
    deleted, attributes = cookie_as_the_dashboard_reads_it(answer)
    assert (deleted, attributes["max-age"]) == ("", "0")


async def test_after_logout_is_401(stranger: Dashboard, ada: int) -> None:
    """On the server too: in the original a copied cookie lives on."""
    value, _ = cookie_as_the_dashboard_reads_it(await log_in(stranger))
    logged_in = Dashboard(stranger.installation, value)
    await logged_in.ask("POST", "/auth/logout", None, status=204)
    for path in ("/auth/me", "/api/projects"):
        assert (await logged_in.refusal("GET", path, 401))[0] == "Unauthorized"


async def test_logout_works_without_a_session(stranger: Dashboard) -> None:
    answer = await stranger.answer("POST", "/auth/logout")
    assert answer.status == 204
    assert "Set-Cookie" not in answer.headers


async def test_me_without_session_is_401(stranger: Dashboard) -> None:
    assert await stranger.refusal("GET", "/auth/me", 401) == (
        "Unauthorized",
        "Unauthorized: Not authenticated",
    )


async def test_me_with_cookie_is_the_user_not_wrapped(dashboard: Dashboard) -> None:
    user = await dashboard.get("/auth/me", USER)
    assert list(user) == ["id", "email", "is_admin"]


async def test_a_session_survives_several_requests(dashboard: Dashboard) -> None:
    for _ in range(3):
        await dashboard.get("/api/projects", numbered(PROJECT))


async def test_the_cookie_alone_works_on_all_management_routes(dashboard: Dashboard) -> None:
    """The dashboard's server sends `Cookie: rustrak_session=…` and no Origin, also for changes."""
    made = await dashboard.ask("POST", "/api/projects", PROJECT, {"name": "Made"}, status=201)
    path = f"/api/projects/{made['id']}"
    await dashboard.ask("PATCH", path, PROJECT, {"name": "Renamed"})
    await dashboard.ask("DELETE", path, None, status=204)


async def test_bearer_is_accepted_everywhere(dashboard: Dashboard, stranger: Dashboard) -> None:
    """The client's documentation promises it; the snapshot's server does not keep the promise."""
    headers = {"Authorization": f"Bearer {dashboard.installation.token}"}
    for path in ("/api/projects", "/api/tokens", dashboard.project, "/auth/me"):
        assert (await stranger.answer("GET", path, headers=headers)).status == 200


async def test_the_guard_lets_nobody_in_without_session(stranger: Dashboard) -> None:
    for path in ("/api/projects", "/api/tokens", "/api/projects/1/issues"):
        assert await stranger.refusal("GET", path, 401) == (
            "Unauthorized",
            "Unauthorized: Not authenticated",
        )


async def test_passwords_are_stored_as_argon2_with_different_salts(conn: Connection) -> None:
    for name in ("a", "b"):
        await create_user(conn, f"{name}@example.com", PASSWORD, is_admin=False)
    rows = await fetch_all(conn, "SELECT password_hash FROM users")
    hashes = {row["password_hash"] for row in rows}
    assert len(hashes) == 2
    assert all(found.startswith("$argon2id$") for found in hashes)
