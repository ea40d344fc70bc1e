"""A small OpenID provider on this machine, with real keys; it misbehaves when told to.

Nobody logs in at it: `grant` is what a person's consent would lead to.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import BasicAuth, web
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "rustrak at home", "s3cret:with/signs"

Claims = dict[str, Any]
Sign = Callable[["OpenIdProvider", Claims], str]


@dataclass
class OpenIdProvider:
    """What it knows, and how often it was asked."""

    issuer: str = ""
    rsa: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "rsa-1"}))
    ec: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "ec-1"}))
    discovery: Claims = field(default_factory=dict)
    """What the discovery document says beside, or instead of, the usual."""
    extra_keys: list[Claims] = field(default_factory=list)
    codes: dict[str, tuple[Claims, str]] = field(default_factory=dict)
    sign: Sign | None = None
    asked: list[str] = field(default_factory=list)

    def grant(self, login_url: str, **claims: Any) -> str:
        """The code for a person who consented; `claims` go into the ID token, None leaves out."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(login_url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        now = int(time.time())
        token = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "sub": "ada",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            **claims,
        }
        code = secrets.token_urlsafe()
        token = {name: value for name, value in token.items() if value is not None}
        self.codes[code] = token, asked["code_challenge"] + asked["redirect_uri"]
        return code

    def signed(self, claims: Claims) -> str:
        """An ID token."""
        if self.sign is not None:
            return self.sign(self, claims)
        return jwt.encode({"alg": "RS256", "kid": "rsa-1"}, claims, self.rsa)

    async def _discovery(self, _request: web.Request) -> web.Response:
        self.asked.append("discovery")
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        return web.json_response({**document, **self.discovery})

    async def _keys(self, _request: web.Request) -> web.Response:
        self.asked.append("keys")
        keys = [key.as_dict(private=False) for key in (self.rsa, self.ec)]
        return web.json_response({"keys": [*keys, *self.extra_keys]})

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        claims, asked_for = self.codes.pop(form["code"], ({}, ""))
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if asked_for != _base64(digest) + form["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        if not self._is_client(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"access_token": "x", "id_token": self.signed(claims)})

    def _is_client(self, request: web.Request, form: dict[str, str]) -> bool:
        if "Authorization" in request.headers:
            self.asked.append("token by basic")
            given = BasicAuth.decode(request.headers["Authorization"])
            return (given.login, given.password) == (
                "rustrak+at+home",
                "s3cret%3Awith%2Fsigns",
            )
        self.asked.append("token by post")
        return (form["client_id"], form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)


@asynccontextmanager
async def open_provider() -> AsyncIterator[OpenIdProvider]:
    """A provider on a free port."""
    provider = OpenIdProvider()
    app = web.Application()
    app.add_routes(
        [
            web.get("/.well-known/openid-configuration", provider._discovery),
            web.get("/keys", provider._keys),
            web.post("/token", provider._token),
            web.get("/moved", _moved),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    provider.issuer = site_address(runner)
    try:
        yield provider
    finally:
        await runner.cleanup()


def site_address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


async def _moved(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/keys")


def without_signature(_provider: OpenIdProvider, claims: Claims) -> str:
    """`alg: none`, as an attacker writes it."""
    parts = [b'{"alg":"none","kid":"rsa-1"}', _json(claims)]
    return ".".join(_base64(part) for part in parts) + "."


def with_the_public_key_as_secret(provider: OpenIdProvider, claims: Claims) -> str:
    """HS256 keyed with what everybody can read."""
    parts = [b'{"alg":"HS256","kid":"rsa-1"}', _json(claims)]
    signed = ".".join(_base64(part) for part in parts)
    mac = hmac.digest(provider.rsa.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{_base64(mac)}"


def with_another_key(kid: str) -> Sign:
    """Signed by somebody else under a key's name."""
    other = RSAKey.generate_key(2048)
    return lambda _, claims: jwt.encode({"alg": "RS256", "kid": kid}, claims, other)


def with_elliptic_curve(provider: OpenIdProvider, claims: Claims) -> str:
    """ES256, as well as any."""
    return jwt.encode({"alg": "ES256", "kid": "ec-1"}, claims, provider.ec)


def changed_afterwards(provider: OpenIdProvider, claims: Claims) -> str:
    """Somebody else's claims under a good signature."""
    header, _, signature = jwt.encode({"alg": "RS256", "kid": "rsa-1"}, claims, provider.rsa).split(
        "."
    )
    return f"{header}.{_base64(_json({**claims, 'sub': 'root'}))}.{signature}"


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _json(claims: Claims) -> bytes:
    return json.dumps(claims).encode()
