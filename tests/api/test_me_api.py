"""One's own account: password and address, and who may not change them."""

import pytest

from rustrak.accounts.throttle import PAIR
from rustrak.database.pool import Connection, fetch_one
from tests.browser import PASSWORD, Browser, give_password, logged_in
from tests.installation import Installation
from tests.people import make_token, make_user

NEW = "battery staple"


@pytest.fixture
async def ada(conn: Connection) -> int:
    user = await make_user(conn, "ada@example.com")
    await give_password(conn, user)
    return user


async def test_a_changed_password_ends_every_session_and_keeps_this_browser_in(
    installation: Installation, conn: Connection, ada: int
) -> None:
    here, there = [await logged_in(installation, conn, ada) for _ in range(2)]
    stolen = Browser(installation, dict(here.cookies))
    token = await make_token(conn, ada)
    body = {"current_password": PASSWORD, "new_password": NEW}
    await here.call("POST", "/auth/me/password", body, 204)
    await here.get("/auth/me")
    await there.get("/auth/me", 401)
    await stolen.get("/auth/me", 401)
    await Browser(installation).call("GET", "/auth/me", status=200, Authorization=f"Bearer {token}")
    assert (await Browser(installation).log_in("ada@example.com", PASSWORD)).status == 401
    assert (await Browser(installation).log_in("ada@example.com", NEW)).status == 200


async def test_a_password_is_not_changed_without_the_old_one_or_to_a_bad_one(
    installation: Installation, conn: Connection, ada: int
) -> None:
    browser = await logged_in(installation, conn, ada)
    for current, new, status, message in (
        ("wrong", NEW, 401, "Unauthorized: Invalid credentials"),
        ("", NEW, 401, "Unauthorized: Invalid credentials"),
        (PASSWORD, "", 400, "Validation error: Password is required"),
        (PASSWORD, "1234567", 400, "Validation error: Password must have at least 8 characters"),
        (PASSWORD, "x" * 1001, 400, "Validation error: Password cannot exceed 1000 characters"),
    ):
        body = {"current_password": current, "new_password": new}
        answer = await browser.call("POST", "/auth/me/password", body, status)
        assert answer.message == message
    await browser.get("/auth/me")
    assert (await Browser(installation).log_in("ada@example.com")).status == 200


async def test_guessing_the_old_password_is_slowed_down_like_a_login(
    installation: Installation, conn: Connection, ada: int
) -> None:
    browser = await logged_in(installation, conn, ada)
    body = {"current_password": "wrong", "new_password": NEW}
    for _ in range(PAIR.free):
        await browser.call("POST", "/auth/me/password", body, 401)
    await conn.execute("UPDATE login_failures SET last_failed_at = now() + interval '1 hour'")
    await browser.call("POST", "/auth/me/password", {**body, "current_password": PASSWORD}, 429)


async def test_a_token_changes_neither_password_nor_address(
    installation: Installation, conn: Connection, ada: int
) -> None:
    token = await make_token(conn, ada)
    for method, path, body in (
        ("POST", "/auth/me/password", {"current_password": PASSWORD, "new_password": NEW}),
        ("PATCH", "/auth/me", {"email": "eve@example.com", "current_password": PASSWORD}),
    ):
        bearer = f"Bearer {token}"
        await Browser(installation).call(method, path, body, 403, Authorization=bearer)


async def test_an_address_changes_with_the_password(
    installation: Installation, conn: Connection, ada: int
) -> None:
    browser = await logged_in(installation, conn, ada)
    await make_user(conn, "bob@example.com")
    new = "ada.l@example.com"
    for body, status in (
        ({"email": new}, 400),
        ({"email": new, "current_password": "wrong"}, 401),
        ({"email": "nonsense", "current_password": PASSWORD}, 400),
        ({"email": "a\0b@example.com", "current_password": PASSWORD}, 400),
        ({"email": "x" * 60 + "@" + "y" * 250 + ".de", "current_password": PASSWORD}, 400),
        ({"email": "BOB@example.com", "current_password": PASSWORD}, 409),
    ):
        await browser.call("PATCH", "/auth/me", body, status)
    shown = {"id": ada, "email": "ada@example.com", "is_admin": False}
    assert (await browser.call("PATCH", "/auth/me", {}, 200)).body == shown
    body = {"email": new, "current_password": PASSWORD}
    assert (await browser.call("PATCH", "/auth/me", body, 200)).body == {**shown, "email": new}
    assert (await Browser(installation).log_in(new)).status == 200


async def test_who_has_no_password_cannot_set_one_with_a_session_alone(
    installation: Installation, conn: Connection
) -> None:
    user = await make_user(conn, "sso@example.com")
    browser = await logged_in(installation, conn, user)
    body = {"current_password": "", "new_password": NEW}
    await browser.call("POST", "/auth/me/password", body, 401)
    row = await fetch_one(conn, "SELECT password_hash FROM users WHERE id = %(id)s", id=user)
    assert row == {"password_hash": None}
