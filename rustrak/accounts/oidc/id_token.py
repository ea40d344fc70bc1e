"""What a provider says about somebody: reading an ID token, and believing nothing unproven.

Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725 (algorithms are chosen here, never by the
token).
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rustrak.errors import Unauthenticated
from rustrak.protocol.jsontext import clean_text

ALGORITHMS: Final = frozenset(
    f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)
)
"""Signatures by a key that only the provider has; `none` and shared secrets (HS…) are not here."""
LEEWAY: Final = 60  # seconds our clock and the provider's may differ
LONGEST_TOKEN: Final = 32 * 1024  # characters
_LONGEST_SUBJECT = 255  # characters, as the standard says

Key = Mapping[str, Any]
"""A public key as JWKS holds it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at a provider. Issuer and subject are the key; the address may change hands."""

    issuer: str
    subject: str
    email: str | None = None
    """Only if the provider vouches for it."""


class Untrusted(Unauthenticated):
    """An answer of the provider that proves nothing."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the login provider's answer cannot be trusted: {reason}")


def key_id(token: str) -> str | None:
    """Which key a token claims to be signed with, None if it does not say. Raises Untrusted."""
    from joserfc.errors import JoseError
    from joserfc.jws import extract_compact

    if len(token) > LONGEST_TOKEN:
        raise Untrusted("the token is too long")
    try:
        kid = extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError, TypeError, KeyError):
        raise Untrusted("the token cannot be read") from None
    return kid if isinstance(kid, str) else None


def verify(token: str, key: Key) -> Mapping[str, Any]:
    """The claims of a token signed with a key. Raises Untrusted."""
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key
    from joserfc.jws import JWSRegistry
    from joserfc.jwt import decode

    algorithms = ALGORITHMS & {key["alg"]} if "alg" in key else ALGORITHMS
    if not algorithms:
        raise Untrusted("the key is for an algorithm that is not allowed")
    registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
    try:
        found = decode(token, import_key(dict(key)), sorted(algorithms), registry)
    except (JoseError, ValueError, TypeError, KeyError):
        raise Untrusted("the signature is not valid") from None
    return found.claims


def read_claims(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: float
) -> Identity:
    """Who it is, if the claims are for us, for this login and for now. Raises Untrusted."""
    if claims.get("iss") != issuer:
        raise Untrusted("it is another issuer's")
    _check_audience(claims, client_id)
    _check_times(claims, now)
    stated = claims.get("nonce")
    if not isinstance(stated, str) or not hmac.compare_digest(stated.encode(), nonce.encode()):
        raise Untrusted("it belongs to another login")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise Untrusted("it names nobody")
    if clean_text(subject) != subject:
        raise Untrusted("the subject holds a character that cannot be stored")
    return Identity(issuer, subject, _email(claims))


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    names = audience if isinstance(audience, list) else [audience]
    authorized = claims.get("azp")
    if client_id not in names:
        raise Untrusted("it is meant for another client")
    if authorized != client_id and (authorized is not None or len(names) > 1):
        raise Untrusted("it was issued to another client")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    if _time(claims, "exp") <= now - LEEWAY:
        raise Untrusted("it has expired")
    if _time(claims, "iat") > now + LEEWAY:
        raise Untrusted("it was issued in the future")
    if "nbf" in claims and _time(claims, "nbf") > now + LEEWAY:
        raise Untrusted("it is not valid yet")


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Untrusted("it does not say when it is valid")
    return value


def _email(claims: Mapping[str, Any]) -> str | None:
    email, verified = claims.get("email"), claims.get("email_verified")
    is_verified = verified is True or verified == "true"  # as text by some providers
    return email if is_verified and isinstance(email, str) else None
