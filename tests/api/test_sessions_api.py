"""Sessions: where somebody is logged in, and ending that, here and elsewhere."""

import pytest

from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_all, fetch_one
from tests.browser import SESSION, Browser, give_password, logged_in
from tests.installation import Installation, open_installation
from tests.people import make_token, make_user


@pytest.fixture
async def ada(conn: Connection) -> int:
    return await make_user(conn, "ada@example.com")


async def test_a_session_is_listed_with_its_browser_and_address(
    installation: Installation, conn: Connection, ada: int
) -> None:
    await give_password(conn, ada)
    browser = Browser(installation)
    await browser.log_in("ada@example.com", User_Agent="Firefox\t1 \u00ad" + "x" * 300)
    await logged_in(installation, conn, ada)
    listed = await browser.get("/auth/sessions")
    assert [session["is_current"] for session in listed].count(True) == 1
    (own,) = [session for session in listed if session["is_current"]]
    assert own["user_agent"].startswith("Firefox 1 ")
    assert len(own["user_agent"]) == 200
    assert own["user_agent"].isprintable()
    assert own["remote_addr"] == "127.0.0.1"
    assert set(own) == {
        "id",
        "created_at",
        "last_seen_at",
        "expires_at",
        "user_agent",
        "remote_addr",
        "is_current",
    }


async def test_an_address_behind_a_proxy_is_the_clients(
    database_url: str, conn: Connection, ada: int
) -> None:
    await give_password(conn, ada)
    settings = Settings.model_validate({"RUSTRAK_TRUSTED_PROXIES": "127.0.0.1"})
    async with open_installation(database_url, settings) as installation:
        browser = Browser(installation)
        await browser.log_in("ada@example.com", X_Forwarded_For="6.6.6.6, 203.0.113.7")
        (session,) = await browser.get("/auth/sessions")
    assert session["remote_addr"] == "203.0.113.7"


async def test_use_is_noted_once_a_minute(
    installation: Installation, conn: Connection, ada: int
) -> None:
    browser = await logged_in(installation, conn, ada)
    seen = "SELECT last_seen_at, last_seen_at > now() - interval '1 minute' AS fresh FROM sessions"
    before = await fetch_one(conn, seen)
    await browser.get("/auth/me")
    assert await fetch_one(conn, seen) == before
    await conn.execute("UPDATE sessions SET last_seen_at = now() - interval '61 seconds'")
    await browser.get("/auth/me")
    after = await fetch_one(conn, seen)
    assert after is not None
    assert after["fresh"]


async def test_one_session_can_be_ended_from_another(
    installation: Installation, conn: Connection, ada: int
) -> None:
    here, there = [await logged_in(installation, conn, ada) for _ in range(2)]
    (other,) = [s for s in await here.get("/auth/sessions") if not s["is_current"]]
    answer = await here.call("DELETE", f"/auth/sessions/{other['id']}", status=204)
    assert SESSION not in answer.cookies
    await there.get("/auth/me", 401)
    (own,) = await here.get("/auth/sessions")
    await here.call("DELETE", f"/auth/sessions/{own['id']}", status=204)
    assert here.cookies == {}


async def test_logging_out_everywhere_is_here_too_and_leaves_tokens(
    installation: Installation, conn: Connection, ada: int
) -> None:
    browsers = [await logged_in(installation, conn, ada) for _ in range(3)]
    other = await logged_in(installation, conn, await make_user(conn, "bob@example.com"))
    token = await make_token(conn, ada)
    kept = [dict(browser.cookies) for browser in browsers]
    await browsers[0].call("DELETE", "/auth/sessions", status=204)
    assert browsers[0].cookies == {}
    for browser, cookies in zip(browsers, kept, strict=True):
        browser.cookies = cookies
        await browser.get("/auth/me", 401)
    await other.get("/auth/me")
    await Browser(installation).call("GET", "/auth/me", status=200, Authorization=f"Bearer {token}")


async def test_nobody_ends_or_sees_another_persons_session(
    installation: Installation, conn: Connection, ada: int
) -> None:
    hers = await logged_in(installation, conn, ada)
    his = await logged_in(installation, conn, await make_user(conn, "bob@example.com"))
    (session,) = await hers.get("/auth/sessions")
    for wrong in (session["id"], 4711, "x", 2**31, "-1"):
        await his.call("DELETE", f"/auth/sessions/{wrong}", status=404)
    assert len(await his.get("/auth/sessions")) == 1
    await hers.get("/auth/me")


async def test_a_new_login_in_one_browser_ends_the_session_before(
    installation: Installation, conn: Connection, ada: int
) -> None:
    await give_password(conn, ada)
    browser = await logged_in(installation, conn, ada)
    planted = browser.cookies[SESSION]
    await browser.log_in("ada@example.com")
    assert browser.cookies[SESSION] != planted
    await Browser(installation, {SESSION: planted}).get("/auth/me", 401)
    assert len(await fetch_all(conn, "SELECT FROM sessions")) == 1


async def test_a_page_of_another_site_ends_no_session(
    installation: Installation, conn: Connection, ada: int
) -> None:
    browser = await logged_in(installation, conn, ada)
    await browser.call("DELETE", "/auth/sessions", status=403, Origin="https://evil.example")
    await browser.get("/auth/me")
