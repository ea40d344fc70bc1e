"""Logging in at the provider of `tests.openid`, step by step."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from rustrak.config import Settings
from tests.browser import Answer, Browser
from tests.installation import Installation
from tests.openid import CLIENT_ID, CLIENT_SECRET, OpenIdProvider

VERIFIED = {"email": "ada@example.com", "email_verified": True}


def settings_for(provider: OpenIdProvider, **more: str) -> Settings:
    return Settings.model_validate(
        {
            "OIDC_ISSUER": provider.issuer,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "OIDC_PROVIDER_NAME": "Our login",
            "OIDC_AUTO_PROVISION": "true",
            **more,
        }
    )


async def begin(browser: Browser, path: str = "/auth/sso/start") -> str:
    """The provider's address for a login."""
    answer = await browser.call("GET", path, status=302)
    return answer.headers["Location"]


def way_back(url: str, code: str, **more: str) -> str:
    state = parse_qs(urlsplit(url).query)["state"][0]
    return "/auth/sso/callback?" + urlencode({"state": state, "code": code, **more})


async def come_back(
    browser: Browser, provider: OpenIdProvider, url: str, status: int = 302, **claims: Any
) -> Answer:
    """Consent, and follow the provider's redirect."""
    code = provider.grant(url, **claims)
    return await browser.call("GET", way_back(url, code), status=status)


async def log_in(
    installation: Installation, provider: OpenIdProvider, status: int = 302, **claims: Any
) -> Browser:
    """A browser after a whole login."""
    browser = Browser(installation)
    await come_back(browser, provider, await begin(browser), status, **claims)
    return browser


async def link(
    browser: Browser, provider: OpenIdProvider, status: int = 302, **claims: Any
) -> Answer:
    """Link a login at the provider to the account of a browser."""
    answer = await browser.call("POST", "/auth/sso/link", {"next": "/profile"}, 200)
    return await come_back(browser, provider, answer.body["url"], status, **claims)
