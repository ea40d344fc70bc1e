"""Logging in and out by cookie, and what a page of another site cannot do with that cookie."""

from collections.abc import Mapping
from typing import Any

import pytest

from rustrak.accounts.users import create_user
from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_one
from tests.installation import Installation, open_installation

EMAIL, PASSWORD = "Ada@example.com", "correct horse"
COOKIE = "rustrak_session"


@pytest.fixture
async def user(conn: Connection) -> dict[str, Any]:
    """Somebody who can log in."""
    return await create_user(conn, EMAIL, PASSWORD, is_admin=True)


async def call(
    installation: Installation,
    method: str,
    path: str,
    body: Any = None,
    *,
    cookie: str | None = None,
    **headers: str,
) -> tuple[int, Any, Mapping[str, Any]]:
    """Status, JSON and cookies of an answer; header names are given with underscores."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if cookie is not None:
        given["Cookie"] = f"{COOKIE}={cookie}"
    url = installation.base_url + path
    async with installation.client.request(method, url, json=body, headers=given) as response:
        content = await response.json() if await response.read() else None
        return response.status, content, response.cookies


async def log_in(installation: Installation, **headers: str) -> str:
    body = {"email": EMAIL, "password": PASSWORD}
    status, _, cookies = await call(installation, "POST", "/auth/login", body, **headers)
    assert status == 200
    return str(cookies[COOKIE].value)


async def test_a_login_answers_with_the_user_and_a_cookie(
    installation: Installation, user: dict[str, Any], conn: Connection
) -> None:
    body = {"email": EMAIL, "password": PASSWORD}
    status, answer, cookies = await call(installation, "POST", "/auth/login", body)
    shown = {"id": user["id"], "email": EMAIL, "is_admin": True}
    assert (status, answer) == (200, {"user": shown})
    cookie = cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert not cookie["secure"]
    assert await call(installation, "GET", "/auth/me", cookie=cookie.value) == (200, shown, {})
    row = await fetch_one(
        conn, "SELECT last_login, password_hash FROM users WHERE email = %(email)s", email=EMAIL
    )
    assert row is not None
    assert row["last_login"] is not None
    assert row["password_hash"].startswith("$argon2id$")


async def test_a_cookie_is_secure_where_the_public_address_is(
    database_url: str, user: dict[str, Any]
) -> None:
    settings = Settings(public_url="https://errors.example.com")
    body = {"email": EMAIL, "password": PASSWORD}
    async with open_installation(database_url, settings) as installation:
        _, _, cookies = await call(installation, "POST", "/auth/login", body)
    assert cookies[COOKIE]["secure"]


async def test_an_address_is_compared_in_any_case(
    installation: Installation, user: dict[str, Any]
) -> None:
    body = {"email": EMAIL.upper(), "password": PASSWORD}
    assert (await call(installation, "POST", "/auth/login", body))[0] == 200


async def test_wrong_passwords_and_unknown_addresses_are_refused_alike(
    installation: Installation, user: dict[str, Any]
) -> None:
    for email, password in (
        (EMAIL, "wrong"),
        (EMAIL, ""),
        (EMAIL, "a\0b"),
        ("nobody@example.com", PASSWORD),
        ("", PASSWORD),
        ("ada\0@example.com", PASSWORD),
    ):
        body = {"email": email, "password": password}
        status, answer, cookies = await call(installation, "POST", "/auth/login", body)
        assert status == 401
        assert answer == {
            "error": {"type": "Unauthorized", "message": "Unauthorized: Invalid credentials"}
        }
        assert COOKIE not in cookies


async def test_a_login_that_is_none_is_refused(installation: Installation) -> None:
    wrong: list[Any] = [{}, [], None, {"email": EMAIL}, {"email": 7, "password": "x"}]
    for body in wrong:
        status, answer, _ = await call(installation, "POST", "/auth/login", body)
        assert (status, answer["error"]["type"]) == (400, "ValidationError")


async def test_a_disabled_user_neither_logs_in_nor_stays_in(
    installation: Installation, user: dict[str, Any], conn: Connection
) -> None:
    cookie = await log_in(installation)
    await conn.execute("UPDATE users SET is_active = false")
    body = {"email": EMAIL, "password": PASSWORD}
    status, answer, _ = await call(installation, "POST", "/auth/login", body)
    assert (status, answer["error"]["message"]) == (401, "Unauthorized: Account is disabled")
    assert (await call(installation, "GET", "/auth/me", cookie=cookie))[0] == 401


async def test_a_session_opens_the_api_and_ends_on_the_server(
    installation: Installation, user: dict[str, Any], conn: Connection
) -> None:
    cookie = await log_in(installation)
    for _ in range(2):
        assert (await call(installation, "GET", "/api/projects", cookie=cookie))[0] == 200
    row = await fetch_one(conn, "SELECT encode(token_hash, 'escape') AS kept FROM sessions")
    assert row is not None
    assert row["kept"] != cookie
    status, _, cookies = await call(installation, "POST", "/auth/logout", cookie=cookie)
    assert (status, cookies[COOKIE].value, cookies[COOKIE]["max-age"]) == (204, "", "0")
    assert (await call(installation, "GET", "/api/projects", cookie=cookie))[0] == 401


async def test_two_logins_are_two_sessions(
    installation: Installation, user: dict[str, Any]
) -> None:
    first, second = await log_in(installation), await log_in(installation)
    assert first != second
    await call(installation, "POST", "/auth/logout", cookie=first)
    assert (await call(installation, "GET", "/auth/me", cookie=second))[0] == 200


async def test_an_expired_session_opens_nothing(
    installation: Installation, user: dict[str, Any], conn: Connection
) -> None:
    cookie = await log_in(installation)
    await conn.execute("UPDATE sessions SET expires_at = now()")
    assert (await call(installation, "GET", "/auth/me", cookie=cookie))[0] == 401


async def test_logging_out_needs_no_session(installation: Installation) -> None:
    assert await call(installation, "POST", "/auth/logout") == (204, None, {})
    assert await call(installation, "POST", "/auth/logout", cookie="x") == (204, None, {})


async def test_who_am_i_needs_a_session(installation: Installation) -> None:
    for cookie in (None, "", "x", "é", "x" * 4000):
        status, answer, _ = await call(installation, "GET", "/auth/me", cookie=cookie)
        assert (status, answer["error"]["message"]) == (401, "Unauthorized: Not authenticated")


async def test_a_page_of_another_site_changes_nothing_with_a_cookie(
    installation: Installation, user: dict[str, Any]
) -> None:
    cookie = await log_in(installation)
    for foreign in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": installation.base_url},
    ):
        for path, body in (
            ("/api/projects", {"name": "Stolen"}),
            ("/auth/login", {"email": EMAIL, "password": PASSWORD}),
            ("/auth/logout", None),
        ):
            status, answer, _ = await call(
                installation, "POST", path, body, cookie=cookie, **foreign
            )
            assert (status, answer["error"]["type"]) == (403, "Forbidden"), (path, foreign)
        assert (await call(installation, "GET", "/auth/me", cookie=cookie, **foreign))[0] == 200
    assert (await installation.get("/api/projects"))["total_count"] == 2


async def test_our_own_pages_and_programs_change_things_with_a_cookie(
    installation: Installation, user: dict[str, Any]
) -> None:
    cookie = await log_in(installation, Sec_Fetch_Site="same-origin")
    own: list[dict[str, str]] = [
        {},
        {"Origin": installation.base_url},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
    ]
    for number, headers in enumerate(own):
        body = {"name": f"Project {number}"}
        status, _, _ = await call(
            installation, "POST", "/api/projects", body, cookie=cookie, **headers
        )
        assert status == 201


async def test_a_bearer_token_wins_over_a_cookie_and_needs_no_origin(
    installation: Installation, user: dict[str, Any]
) -> None:
    cookie = await log_in(installation)
    headers = {"Origin": "https://elsewhere.example", "Sec_Fetch_Site": "cross-site"}
    good, bad = f"Bearer {installation.token}", "Bearer wrong"
    for authorization, expected in ((good, 201), (bad, 401)):
        status, _, _ = await call(
            installation,
            "POST",
            "/api/projects",
            {"name": "Mine"},
            cookie=cookie,
            Authorization=authorization,
            **headers,
        )
        assert status == expected
