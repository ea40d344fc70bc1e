"""Making an account for oneself: closed unless the operator opens it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_all, fetch_one
from tests.browser import SESSION, Browser
from tests.installation import Installation, open_installation

BODY = {"email": "ada@example.com", "password": "password123"}


@pytest.fixture
async def opened(database_url: str) -> AsyncIterator[Installation]:
    async with open_installation(database_url, Settings(registration="open")) as opened:
        yield opened


async def test_registration_is_closed_unless_opened(
    installation: Installation, conn: Connection
) -> None:
    answer = await Browser(installation).call("POST", "/auth/register", BODY, 403)
    assert answer.message == (
        "Forbidden: registration is closed; ask an administrator for an invitation"
    )
    assert len(await fetch_all(conn, "SELECT FROM users")) == 1


async def test_a_registration_answers_with_a_member_who_is_logged_in(
    opened: Installation, conn: Connection
) -> None:
    browser = Browser(opened)
    answer = await browser.call("POST", "/auth/register", BODY, 201)
    user = answer.body["user"]
    assert user == {"id": user["id"], "email": "ada@example.com", "is_admin": False}
    assert await browser.get("/auth/me") == user
    assert (await browser.get("/api/projects"))["items"] == []
    row = await fetch_one(
        conn, "SELECT is_active, password_hash FROM users WHERE id = %(id)s", id=user["id"]
    )
    assert row is not None
    assert row["is_active"]
    assert row["password_hash"].startswith("$argon2id$")


async def test_bad_addresses_and_passwords_are_refused_with_the_originals_words(
    opened: Installation, conn: Connection
) -> None:
    await Browser(opened).call("POST", "/auth/register", BODY, 201)
    for email, password, message in (
        ("nonsense", "password123", "Invalid email format"),
        ("a@b", "password123", "Invalid email format"),
        ("a@b.c", "password123", "Invalid email format"),
        ("a b@example.com", "password123", "Invalid email format"),
        ("x" * 65 + "@example.com", "password123", "Invalid email format"),
        ("x@" + "y" * 256 + ".com", "password123", "Invalid email format"),
        ("x@.example.com", "password123", "Invalid email format"),
        ("new@example.com", "", "Password is required"),
        ("new@example.com", "short", "Password must have at least 8 characters"),
        ("ADA@example.com", "password123", "Email already exists"),
    ):
        browser = Browser(opened)
        body = {"email": email, "password": password}
        answer = await browser.call("POST", "/auth/register", body, 400)
        assert answer.body == {
            "error": {"type": "ValidationError", "message": f"Validation error: {message}"}
        }
        assert SESSION not in browser.cookies
    assert len(await fetch_all(conn, "SELECT FROM users")) == 2


async def test_of_two_registrations_of_one_address_one_wins(opened: Installation) -> None:
    answers = await asyncio.gather(
        *(Browser(opened).call("POST", "/auth/register", BODY) for _ in range(2))
    )
    assert sorted(answer.status for answer in answers) == [201, 400]


async def test_a_page_of_another_site_registers_nobody(opened: Installation) -> None:
    site = {"Sec_Fetch_Site": "cross-site"}
    await Browser(opened).call("POST", "/auth/register", BODY, 403, **site)
