"""Login at an OpenID provider: whose account it opens, and in which browser."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from rustrak.database.pool import Connection, fetch_all
from tests.browser import PASSWORD, SESSION, Browser, give_password, logged_in
from tests.installation import Installation, open_installation
from tests.openid import OpenIdProvider, open_provider
from tests.people import make_user
from tests.sso import VERIFIED, begin, come_back, link, log_in, settings_for, way_back


@pytest.fixture
async def provider() -> AsyncIterator[OpenIdProvider]:
    async with open_provider() as opened:
        yield opened


@pytest.fixture
async def ours(database_url: str, provider: OpenIdProvider) -> AsyncIterator[Installation]:
    """An installation that makes accounts for whoever the provider vouches for."""
    async with open_installation(database_url, settings_for(provider)) as opened:
        yield opened


async def test_without_a_provider_there_is_no_single_sign_on(installation: Installation) -> None:
    browser = Browser(installation)
    assert await browser.get("/auth/sso/config") == {"enabled": False, "provider_name": None}
    await browser.get("/auth/sso/start", 404)
    await browser.get("/auth/sso/callback", 404)


async def test_a_login_asks_for_a_code_and_proves_who_asked(
    ours: Installation, provider: OpenIdProvider
) -> None:
    browser = Browser(ours)
    assert await browser.get("/auth/sso/config") == {"enabled": True, "provider_name": "Our login"}
    answer = await browser.call("GET", "/auth/sso/start", status=302)
    parts = urlsplit(answer.headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{provider.issuer}/authorize"
    assert asked["scope"] == "openid email profile"
    assert asked["redirect_uri"] == "http://localhost:8000/auth/sso/callback"
    cookie = answer.cookies["rustrak_sso"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "600")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], cookie.value}) == 4


async def test_a_new_person_gets_an_account_and_finds_it_again(
    ours: Installation, provider: OpenIdProvider, conn: Connection
) -> None:
    browser = Browser(ours)
    url = await begin(browser, "/auth/sso/start?next=/projects/1%3Ftab%3Dissues")
    answer = await come_back(browser, provider, url, **VERIFIED)
    assert answer.headers["Location"] == "/projects/1?tab=issues"
    assert list(browser.cookies) == [SESSION]
    user = await browser.get("/auth/me")
    assert (user["email"], user["is_admin"]) == ("ada@example.com", False)
    again = await log_in(ours, provider, email="new.name@example.com", email_verified=True)
    assert await again.get("/auth/me") == user, "the subject counts, not the address"
    rows = await fetch_all(conn, "SELECT issuer, subject, user_id FROM identities")
    assert rows == [{"issuer": provider.issuer, "subject": "ada", "user_id": user["id"]}]
    assert (await Browser(ours).log_in("ada@example.com", "")).status == 401
    assert provider.asked.count("discovery") == provider.asked.count("keys") == 1


async def test_a_way_back_works_once_in_the_browser_that_left_and_for_ten_minutes(
    ours: Installation, provider: OpenIdProvider, conn: Connection
) -> None:
    browser = Browser(ours)
    url = await begin(browser)
    left = dict(browser.cookies)
    path = way_back(url, provider.grant(url, **VERIFIED))
    for stranger in (Browser(ours), Browser(ours, {"rustrak_sso": "x"})):
        await stranger.get(path, 401)
    await browser.call("GET", path, status=302)
    await Browser(ours, left).get(path, 401)
    url = await begin(browser)
    again = way_back(url, provider.grant(url, **VERIFIED))
    await conn.execute("UPDATE sso_logins SET expires_at = now()")
    await browser.get(again, 401)
    for broken in ("", "?state=", "?state=x&code=y", "?state=%00", "?state=%ED%A0%80&code=x"):
        await browser.get(f"/auth/sso/callback{broken}", 401)


async def test_a_login_begun_by_somebody_else_does_not_end_in_this_browser(
    ours: Installation, provider: OpenIdProvider
) -> None:
    evil, victim = Browser(ours), Browser(ours)
    await begin(victim)
    url = await begin(evil)
    await victim.get(way_back(url, provider.grant(url, sub="evil", **VERIFIED)), 401)
    assert SESSION not in victim.cookies


async def test_what_the_provider_refuses_is_said(
    ours: Installation, provider: OpenIdProvider
) -> None:
    browser = Browser(ours)
    state = parse_qs(urlsplit(await begin(browser)).query)["state"][0]
    path = "/auth/sso/callback?" + urlencode({"state": state, "error": "access_denied\n\x1b"})
    answer = await browser.call("GET", path, status=401)
    assert answer.message == "Unauthorized: the login provider refused: access_denied"
    url = await begin(browser)
    await browser.get(way_back(url, "a code of nobody"), 401)
    url = await begin(browser)
    state = parse_qs(urlsplit(url).query)["state"][0]
    await browser.get(f"/auth/sso/callback?state={state}", 400)
    url = await begin(browser)
    mixed_up = way_back(url, provider.grant(url, **VERIFIED), iss="https://evil.example")
    await browser.get(mixed_up, 401)


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "evil",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x",
        "/é",
        "javascript:alert(1)",
        "/" + "x" * 2000,
    ],
)
async def test_the_way_on_leads_nowhere_else(
    ours: Installation, conn: Connection, path: str
) -> None:
    browser = Browser(ours)
    await browser.get("/auth/sso/start?" + urlencode({"next": path}), 400)
    user = await logged_in(ours, conn, await make_user(conn, "ada@example.com"))
    await user.call("POST", "/auth/sso/link", {"next": path}, 400)


async def test_an_account_is_not_taken_over_by_its_address(
    ours: Installation, provider: OpenIdProvider, conn: Connection
) -> None:
    user = await make_user(conn, "Ada@example.com", is_admin=True)
    browser = await log_in(ours, provider, 409, **VERIFIED)
    assert SESSION not in browser.cookies
    assert await fetch_all(conn, "SELECT FROM identities") == []
    hers = await logged_in(ours, conn, user)
    await link(hers, provider)
    assert (await (await log_in(ours, provider)).get("/auth/me"))["id"] == user
    await log_in(ours, provider, 409, sub="another person", **VERIFIED)


async def test_linking_is_for_who_is_logged_in_and_stays_so(
    ours: Installation, provider: OpenIdProvider, conn: Connection
) -> None:
    ada, bob = [await make_user(conn, f"{name}@example.com") for name in ("ada", "bob")]
    hers, his = [await logged_in(ours, conn, user) for user in (ada, bob)]
    await Browser(ours).call("POST", "/auth/sso/link", {}, 401)
    await hers.call("POST", "/auth/sso/link", {}, 403, Origin="https://evil.example")
    begun = (await hers.call("POST", "/auth/sso/link", {}, 200)).body["url"]
    hers.cookies[SESSION], kept = his.cookies[SESSION], hers.cookies[SESSION]
    await come_back(hers, provider, begun, 401)
    hers.cookies[SESSION] = kept
    begun = (await hers.call("POST", "/auth/sso/link", {}, 200)).body["url"]
    await conn.execute("UPDATE sessions SET expires_at = now() WHERE user_id = %(a)s", {"a": ada})
    await come_back(hers, provider, begun, 401)
    assert await fetch_all(conn, "SELECT FROM identities") == []
    assert (await link(his, provider)).headers["Location"] == "/profile"
    await link(his, provider)
    other = await logged_in(ours, conn, ada)
    await link(other, provider, 409)
    assert await fetch_all(conn, "SELECT user_id FROM identities") == [{"user_id": bob}]


async def test_linking_takes_the_password_of_whoever_has_one(
    ours: Installation, provider: OpenIdProvider, conn: Connection
) -> None:
    user = await make_user(conn, "ada@example.com")
    await give_password(conn, user)
    hers = await logged_in(ours, conn, user)
    missing = await hers.call("POST", "/auth/sso/link", {}, 400)
    assert "current_password" in missing.message
    await hers.call("POST", "/auth/sso/link", {"current_password": "wrong"}, 401)
    answer = await hers.call("POST", "/auth/sso/link", {"current_password": PASSWORD}, 200)
    await come_back(hers, provider, answer.body["url"])
    assert await fetch_all(conn, "SELECT user_id FROM identities") == [{"user_id": user}]


async def test_nobody_gets_an_account_whom_the_settings_keep_out(
    database_url: str, provider: OpenIdProvider, conn: Connection
) -> None:
    settings = settings_for(provider, OIDC_ALLOWED_DOMAINS="example.com, Example.org")
    async with open_installation(database_url, settings) as ours:
        for claims in (
            {},
            {"email": "ada@example.com"},
            {"email": "ada@example.com", "email_verified": False},
            {"email": "ada@example.com", "email_verified": 1},
            {"email": "ada@evil.example", "email_verified": True},
            {"email": "ada@example.com.evil.example", "email_verified": True},
            {"email": "ada@example.com@evil.example", "email_verified": True},
        ):
            browser = Browser(ours)
            answer = await come_back(browser, provider, await begin(browser), 403, **claims)
            assert answer.body["error"]["type"] == "Forbidden"
        await log_in(ours, provider, email="ada@EXAMPLE.org", email_verified="true")
    assert len(await fetch_all(conn, "SELECT FROM identities")) == 1


async def test_without_provisioning_an_invitation_lets_somebody_in(
    database_url: str, provider: OpenIdProvider, conn: Connection
) -> None:
    settings = settings_for(provider, OIDC_AUTO_PROVISION="false")
    async with open_installation(database_url, settings) as ours:
        await log_in(ours, provider, 403, **VERIFIED)
        body = {"email": "guest@example.com", "is_admin": True}
        url = (await ours.request("POST", "/api/invitations", body, 201))["url"]
        path = f"/auth/sso/start?invitation={url.rpartition('/')[2]}"
        guest = Browser(ours)
        await come_back(guest, provider, await begin(guest, path))
        user = await guest.get("/auth/me")
        assert (user["email"], user["is_admin"]) == ("guest@example.com", True)
        late = Browser(ours)
        await come_back(late, provider, await begin(late, path), 404, sub="late")
        assert await (await log_in(ours, provider)).get("/auth/me") == user


async def test_an_invitation_to_an_address_with_an_account_does_not_open_it(
    ours: Installation, provider: OpenIdProvider, conn: Connection
) -> None:
    await make_user(conn, "ada@example.com")
    url = (await ours.request("POST", "/api/invitations", {"email": "ada@example.com"}, 201))["url"]
    browser = Browser(ours)
    begun = await begin(browser, f"/auth/sso/start?invitation={url.rpartition('/')[2]}")
    await come_back(browser, provider, begun, 409)
    assert SESSION not in browser.cookies


async def test_a_disabled_user_stays_out(
    ours: Installation, provider: OpenIdProvider, conn: Connection
) -> None:
    await log_in(ours, provider, **VERIFIED)
    await conn.execute("UPDATE users SET is_active = false WHERE email = 'ada@example.com'")
    browser = Browser(ours)
    answer = await come_back(browser, provider, await begin(browser), 401)
    assert answer.message == "Unauthorized: Account is disabled"


async def test_a_login_is_listed_and_unlinked_unless_it_is_the_last_way_in(
    ours: Installation, provider: OpenIdProvider, conn: Connection
) -> None:
    browser = await log_in(ours, provider, **VERIFIED)
    (linked,) = await browser.get("/auth/sso/identities")
    assert (linked["issuer"], linked["subject"]) == (provider.issuer, "ada")
    place = f"/auth/sso/identities/{linked['id']}"
    refused = await browser.call("DELETE", place, status=409)
    assert "set a password first" in refused.body["error"]["message"]
    await browser.call("DELETE", "/auth/sso/identities/0", status=404)
    other = await make_user(conn, "bo@example.com")

    stranger = await logged_in(ours, conn, other)
    await stranger.call("DELETE", place, status=404)
    user = await browser.get("/auth/me")
    await give_password(conn, user["id"])  # which ends all sessions
    again = await logged_in(ours, conn, user["id"])
    await again.call("DELETE", place, status=204)
    assert await again.get("/auth/sso/identities") == []


async def test_nobody_begins_logins_without_end(ours: Installation) -> None:
    browser = Browser(ours)
    for _ in range(100):
        await browser.call("GET", "/auth/sso/start", status=302)
    slow = await browser.call("GET", "/auth/sso/start", status=429)
    assert int(slow.headers["Retry-After"]) > 0
