"""The provider: where it is, which keys it signs with, and what it says about whoever comes back.

Discovery and keys are kept in memory for an hour; a key nobody knows is looked for again, at most
once a minute, because providers change keys when they like.
"""

import asyncio
import base64
import hashlib
import time
from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rustrak.accounts.oidc.fetch import Unavailable, fetch_json
from rustrak.accounts.oidc.id_token import Identity, Key, Untrusted, key_id, read_claims, verify
from rustrak.config import Settings
from rustrak.errors import Unauthenticated

KEPT: Final = 3600.0  # seconds discovery and keys are believed
PAUSE: Final = 60.0  # seconds between two looks for a key that is not there
MOST_KEYS: Final = 100

Url = Annotated[str, Field(max_length=2000)]


class Metadata(BaseModel):
    """What we read of a discovery document (OpenID Connect Discovery 1.0, section 3)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    issuer: Url
    authorization_endpoint: Url
    token_endpoint: Url
    jwks_uri: Url
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """One provider and our registration with it."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        assert settings.oidc_issuer is not None
        assert settings.oidc_client_id is not None
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret is not None else None
        self._scopes = settings.oidc_scopes
        self._redirect_uri = f"{settings.url}/auth/sso/callback"
        self._clock = clock
        self._lock = asyncio.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, list[Key]] | None = None

    async def login_url(self, *, state: str, nonce: str, code_verifier: str) -> str:
        """Where to send the browser. Raises Unavailable."""
        metadata = await self._discover()
        challenge = hashlib.sha256(code_verifier.encode()).digest()
        parameters = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(parameters)}"

    async def identify(
        self, *, code: str, issuer: str | None, nonce: str, code_verifier: str
    ) -> Identity:
        """Who came back with a code. `issuer` is what the callback names, if it does (RFC 9207).

        Raises Unavailable, and Unauthenticated where the provider or a proof says no.
        """
        metadata = await self._discover()
        must_name = metadata.authorization_response_iss_parameter_supported
        if (must_name or issuer is not None) and issuer != metadata.issuer:
            raise Untrusted("it is another issuer's")
        token = await self._exchange(metadata, code, code_verifier)
        claims = verify(token, await self._key(metadata, key_id(token)))
        return read_claims(
            claims,
            issuer=metadata.issuer,
            client_id=self._client_id,
            nonce=nonce,
            now=self._clock(),
        )

    async def _exchange(self, metadata: Metadata, code: str, code_verifier: str) -> str:
        """The ID token for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": code_verifier,
        }
        headers = {}
        if self._secret is None:
            form["client_id"] = self._client_id
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(self._client_id)}:{quote_plus(self._secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self._client_id, "client_secret": self._secret}
        status, answer = await fetch_json(
            metadata.token_endpoint, form=form, headers=headers, refusals=(400, 401)
        )
        if status != 200:
            raise Unauthenticated("the login provider refused the code; log in again")
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Untrusted("there is no ID token")
        return token

    async def _discover(self) -> Metadata:
        async with self._lock:
            if self._metadata is None or self._clock() - self._metadata[0] > KEPT:
                url = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
                _, answer = await fetch_json(url)
                self._metadata = (self._clock(), self._checked(answer))
            return self._metadata[1]

    def _checked(self, answer: dict[str, Any]) -> Metadata:
        try:
            metadata = Metadata.model_validate(answer)
        except ValidationError:
            raise Unavailable from None
        if metadata.issuer.rstrip("/") != self._issuer.rstrip("/"):
            raise Untrusted("its discovery document is another issuer's")
        schemes = {"https", urlsplit(self._issuer).scheme}  # http for a provider on this machine
        endpoints = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
        if any(urlsplit(url).scheme not in schemes for url in endpoints):
            raise Untrusted("its discovery document names an address without TLS")
        return metadata

    async def _key(self, metadata: Metadata, kid: str | None) -> Key:
        """The key with an id, or the only one there is where a token names none."""
        async with self._lock:
            for most in (KEPT, PAUSE):
                if self._keys is None or self._clock() - self._keys[0] > most:
                    _, answer = await fetch_json(metadata.jwks_uri)
                    self._keys = (self._clock(), _signing_keys(answer))
                keys = self._keys[1]
                found = [key for key in keys if kid is None or key.get("kid") == kid]
                if len(found) == 1:
                    return found[0]
        raise Untrusted("it is signed with a key the provider does not publish")


def _signing_keys(answer: dict[str, Any]) -> list[Key]:
    """The public keys a signature may be of; secrets and keys for other uses are left out."""
    keys = answer.get("keys")
    return [
        key
        for key in (keys[:MOST_KEYS] if isinstance(keys, list) else [])
        if isinstance(key, dict)
        and key.get("kty") in ("RSA", "EC")
        and key.get("use", "sig") == "sig"
    ]
