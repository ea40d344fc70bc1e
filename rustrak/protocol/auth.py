"""Credentials of an ingestion request, wherever the SDK has put them.

For ingest, before the body is read (headers, query) or after its first line (envelope `dsn`).
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rustrak.errors import Malformed, Unauthenticated
from rustrak.protocol.dsn import parse_dsn
from rustrak.protocol.jsontext import clean_text

MAX_PROTOCOL_VERSION: Final = 7
"""The newest `sentry_version`; older ones differ in payload shapes only."""
MAX_CLIENT_CHARS: Final = 200
"""Characters kept of the client's name, as of everything that may be indexed."""

_KEY = re.compile(r"[0-9a-f]{32}")
_REMEMBERED = 1024  # header values; an SDK repeats its own for the life of its process


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who sends: the key as 32 lower-case hex digits, the protocol version, the client's name.

    `version` is None when it is missing or unreadable, `client` the User-Agent when not given.
    """

    key: str
    version: int | None
    client: str


def credentials(
    headers: Mapping[str, str],
    query: Mapping[str, str],
    envelope_dsn: object = None,
    *,
    path_key: str = "",
) -> Credentials:
    """Finds the credentials: headers win over the query, the query over the path's key, that over
    the envelope's `dsn`.

    `headers` must look names up in any case. `envelope_dsn` is that header as parsed, any JSON.
    Raises Unauthenticated when there are none or they are misshapen, Malformed for a protocol
    version of the future. Source: Sentry protocol, authentication.
    """
    found = _from_headers(headers) or _from_query(query)
    if found is None and path_key:
        found = _credentials(path_key, "", "")
    found = found or _from_dsn(envelope_dsn)
    if found is None:
        raise Unauthenticated(
            "missing authorization information: send X-Sentry-Auth, ?sentry_key= or an envelope dsn"
        )
    if found.client:
        return found
    return Credentials(found.key, found.version, _client(headers.get("User-Agent", "")))


def _from_headers(headers: Mapping[str, str]) -> Credentials | None:
    if value := headers.get("X-Sentry-Auth"):
        return _from_pairs(value)
    value = headers.get("Authorization", "")
    scheme, _, rest = value.partition(" ")
    if scheme.lower() == "sentry":
        return _from_pairs(value)
    return _from_basic(rest) if scheme.lower() == "basic" else None


@lru_cache(maxsize=_REMEMBERED)
def _from_pairs(value: str) -> Credentials:
    scheme, _, pairs = value.strip().partition(" ")
    if scheme.lower() != "sentry":
        raise Unauthenticated("bad x-sentry-auth header: it starts with the word Sentry")
    fields: dict[str, str] = {}
    for pair in pairs.split(","):
        name, _, text = pair.partition("=")
        fields[name.strip()] = text.strip()
    if "sentry_key" not in fields:
        raise Unauthenticated("bad x-sentry-auth header: sentry_key is missing")
    return _credentials(
        fields["sentry_key"], fields.get("sentry_version", ""), fields.get("sentry_client", "")
    )


def _from_basic(encoded: str) -> Credentials | None:
    """Reads the key from the user name; any other user name is meant for a proxy, not for us."""
    try:
        user, _, _ = base64.b64decode(encoded, validate=True).decode().partition(":")
        return _credentials(user, "", "")
    except (ValueError, Unauthenticated):
        return None


def _from_query(query: Mapping[str, str]) -> Credentials | None:
    key = query.get("sentry_key")
    if not key:
        return None
    return _credentials(key, query.get("sentry_version", ""), query.get("sentry_client", ""))


def _from_dsn(dsn: object) -> Credentials | None:
    if not isinstance(dsn, str):
        return None
    try:
        return _credentials(parse_dsn(dsn).public_key, "", "")
    except Malformed as error:
        raise Unauthenticated(f"bad envelope authentication header: {error}") from None


@lru_cache(maxsize=_REMEMBERED)
def _credentials(key: str, version: str, client: str) -> Credentials:
    return Credentials(_public_key(key), _version(version), _client(client))


def _public_key(text: str) -> str:
    """Drops the ".flag" suffixes and dashes that some clients send."""
    key = text.partition(".")[0].replace("-", "").lower()
    if not _KEY.fullmatch(key):
        raise Unauthenticated("bad sentry DSN public key: it has 32 hexadecimal digits")
    return key


def _version(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) > 9 or int(text) > MAX_PROTOCOL_VERSION:
        raise Malformed(f"unsupported protocol version ({text[:9]})")
    return int(text)


def _client(text: str) -> str:
    return clean_text(text[:MAX_CLIENT_CHARS])
