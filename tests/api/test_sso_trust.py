"""What is believed of an OpenID provider: only what it proves, for us, now."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from joserfc.jwk import OctKey

from rustrak.accounts.oidc.id_token import Identity
from rustrak.accounts.oidc.provider import KEPT, PAUSE, Provider
from rustrak.config import load_settings
from rustrak.database.pool import Connection, fetch_all
from rustrak.errors import ConfigurationError
from tests import openid
from tests.browser import SESSION, Browser
from tests.installation import Installation, open_installation
from tests.openid import CLIENT_ID, OpenIdProvider, Sign, open_provider
from tests.sso import VERIFIED, log_in, settings_for


@pytest.fixture
async def provider() -> AsyncIterator[OpenIdProvider]:
    async with open_provider() as opened:
        yield opened


@pytest.fixture
async def ours(database_url: str, provider: OpenIdProvider) -> AsyncIterator[Installation]:
    """An installation that makes accounts for whoever the provider vouches for."""
    async with open_installation(database_url, settings_for(provider)) as opened:
        yield opened


@pytest.mark.parametrize("sign", [openid.with_elliptic_curve, None])
async def test_signatures_by_either_kind_of_key_are_good(
    ours: Installation, provider: OpenIdProvider, sign: Sign | None
) -> None:
    provider.sign = sign
    await (await log_in(ours, provider, **VERIFIED)).get("/auth/me")


@pytest.mark.parametrize(
    "sign",
    [
        openid.without_signature,
        openid.with_the_public_key_as_secret,
        openid.with_another_key("rsa-1"),
        openid.with_another_key("unknown"),
        openid.changed_afterwards,
        lambda *_: "no.token",
        lambda *_: "",
        lambda *_: "a.b.c",
        lambda *_: "x" * 40_000,
    ],
)
async def test_a_token_that_is_not_signed_by_the_provider_is_refused(
    ours: Installation, provider: OpenIdProvider, conn: Connection, sign: Sign
) -> None:
    provider.sign = sign
    browser = await log_in(ours, provider, 401, **VERIFIED)
    assert SESSION not in browser.cookies
    assert await fetch_all(conn, "SELECT FROM identities") == []


async def test_a_shared_secret_among_the_keys_signs_nothing(
    ours: Installation, provider: OpenIdProvider
) -> None:
    secret = OctKey.generate_key(256, {"kid": "secret"})
    provider.extra_keys = [secret.as_dict(), {"kty": "RSA", "kid": "broken"}, {"kid": "none"}]
    for kid, alg, key in (("secret", "HS256", secret), ("broken", "RS256", provider.rsa)):
        header = {"alg": alg, "kid": kid}
        provider.sign = lambda _, claims, h=header, k=key: openid.jwt.encode(h, claims, k)  # type: ignore[misc]
        await log_in(ours, provider, 401, **VERIFIED)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["x"]},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": None},
        {"aud": ["another client"]},
        {"aud": [CLIENT_ID, "another client"]},
        {"aud": [CLIENT_ID, "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"iat": 4_000_000_000},
        {"iat": None},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "a\0b"},
    ],
)
async def test_a_token_that_is_not_for_us_and_now_is_refused(
    ours: Installation, provider: OpenIdProvider, conn: Connection, claims: dict[str, Any]
) -> None:
    browser = await log_in(ours, provider, 401, **{**VERIFIED, **claims})
    assert SESSION not in browser.cookies
    assert await fetch_all(conn, "SELECT FROM identities") == []


async def test_a_token_for_several_that_names_us_is_good(
    ours: Installation, provider: OpenIdProvider
) -> None:
    await log_in(ours, provider, aud=[CLIENT_ID, "other"], azp=CLIENT_ID, **VERIFIED)


async def test_a_client_proves_itself_as_the_provider_wants(
    database_url: str, provider: OpenIdProvider
) -> None:
    provider.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    async with open_installation(database_url, settings_for(provider)) as ours:
        await log_in(ours, provider, **VERIFIED)
    assert "token by post" in provider.asked
    assert "token by basic" not in provider.asked


@pytest.mark.parametrize(
    ("discovery", "status"),
    [
        ({"issuer": "https://evil.example"}, 401),
        ({"token_endpoint": 7}, 503),
        ({"jwks_uri": "ftp://127.0.0.1/keys"}, 401),
        ({"junk": "x" * 600_000}, 503),
    ],
)
async def test_a_provider_that_says_nonsense_about_itself_is_not_asked(
    ours: Installation, provider: OpenIdProvider, discovery: dict[str, Any], status: int
) -> None:
    provider.discovery = discovery
    await Browser(ours).get("/auth/sso/start", status)


async def test_a_redirect_of_the_provider_is_not_followed(
    ours: Installation, provider: OpenIdProvider
) -> None:
    provider.discovery = {"jwks_uri": f"{provider.issuer}/moved"}
    await log_in(ours, provider, 503, **VERIFIED)


async def test_a_provider_that_is_away_is_an_answer(database_url: str) -> None:
    async with open_provider() as gone:
        settings = settings_for(gone)
    async with open_installation(database_url, settings) as ours:
        answer = await Browser(ours).call("GET", "/auth/sso/start", status=503)
    assert answer.message.endswith(
        "the login provider does not answer as it should; try again soon"
    )


async def test_a_key_nobody_knows_is_looked_for_once_a_minute(
    ours: Installation, provider: OpenIdProvider
) -> None:
    await log_in(ours, provider, **VERIFIED)
    provider.rsa = openid.RSAKey.generate_key(2048, {"kid": "rsa-2"})
    provider.sign = lambda self, claims: openid.jwt.encode(
        {"alg": "RS256", "kid": "rsa-2"}, claims, self.rsa
    )
    for _ in range(3):
        await log_in(ours, provider, 401)
    assert provider.asked.count("keys") == 1


async def test_a_key_the_provider_changed_is_found(provider: OpenIdProvider) -> None:
    now = time.time()
    client = Provider(settings_for(provider), clock=lambda: now)

    async def identify() -> Identity:
        url = await client.login_url(state="s", nonce="n", code_verifier="v")
        code = provider.grant(url, iat=int(now), exp=int(now) + 300)
        return await client.identify(code=code, issuer=None, nonce="n", code_verifier="v")

    assert (await identify()).subject == "ada"
    provider.rsa = openid.RSAKey.generate_key(2048, {"kid": "rsa-2"})
    provider.sign = lambda self, claims: openid.jwt.encode(
        {"alg": "RS256", "kid": "rsa-2"}, claims, self.rsa
    )
    now += PAUSE + 1
    assert (await identify()).subject == "ada"
    now += KEPT + 1
    assert (await identify()).subject == "ada"
    assert (provider.asked.count("keys"), provider.asked.count("discovery")) == (3, 2)


async def test_settings_of_a_provider_are_checked_at_the_start() -> None:
    for given, message in (
        ({"OIDC_ISSUER": "https://login.example.com"}, "OIDC_CLIENT_ID: must be set"),
        ({"OIDC_ISSUER": "http://login.example.com", "OIDC_CLIENT_ID": "x"}, "OIDC_ISSUER: must"),
        ({"OIDC_ISSUER": "login.example.com", "OIDC_CLIENT_ID": "x"}, "OIDC_ISSUER: must look"),
        ({"OIDC_SCOPES": "email"}, "OIDC_SCOPES: must hold the scope openid"),
        ({"RUSTRAK_REGISTRATION": "maybe"}, "RUSTRAK_REGISTRATION: "),
    ):
        with pytest.raises(ConfigurationError, match=message):
            load_settings(given)
