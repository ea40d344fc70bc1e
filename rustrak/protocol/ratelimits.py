"""Rate limits as SDKs read them: the `X-Sentry-Rate-Limits` and `Retry-After` headers.

For ingest. Written so that the strictest parser works: whole seconds, four parts, no blanks, one
line. Source: Sentry protocol, rate limits.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from rustrak.errors import Malformed

Scope = Literal["organization", "project", "key"]

MAX_SECONDS: Final = 300
"""Seconds announced at a time: clients come back and notice that a quota was raised."""
MAX_HEADER_CHARS: Final = 4096
"""Characters of the header; proxies hold all headers of an answer in 4 or 8 KiB."""
MAX_WORD_CHARS: Final = 64
"""Characters of a category or reason code."""

_ALSO: Final = {
    "error": ("default", "security"),  # the other kinds of event; SDKs know them apart
    "attachment_item": ("attachment",),
    "log_byte": ("log_item",),
    "trace_metric_byte": ("trace_metric",),
}
"""Categories to name beside one that SDKs do not know or do not count as we do."""

_SCOPES: Final[tuple[Scope, ...]] = ("organization", "project", "key")
_NOT_IN_WORDS = re.compile(r"[^A-Za-z0-9_-]")
_SECONDS = re.compile(r"[0-9]{1,9}")
_WORD = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_WORD_CHARS}}}")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What not to send for how many seconds; no categories means none of any category."""

    seconds: int
    categories: tuple[str, ...]
    scope: Scope
    reason_code: str


def announced(categories: Iterable[str]) -> tuple[str, ...]:
    """Returns the categories to name, sorted, so that every SDK stops sending these."""
    named = set(categories)
    for category in tuple(named):
        named.update(_ALSO.get(category, ()))
    return tuple(sorted(named))


def format_rate_limits(limits: Iterable[RateLimit]) -> str:
    """Returns the value of `X-Sentry-Rate-Limits`, empty when there is nothing to announce.

    Repeated limits are written once; those that do not fit into MAX_HEADER_CHARS are left out.
    """
    header = ""
    for text in dict.fromkeys(_limit_text(limit) for limit in limits):
        longer = f"{header},{text}" if header else text
        if len(longer) <= MAX_HEADER_CHARS:
            header = longer
    return header


def format_retry_after(limits: Iterable[RateLimit]) -> str:
    """Returns the value of `Retry-After` in seconds: the longest limit, at least 1.

    For status 429 only: on a 200, browser and PHP SDKs would stop sending everything.
    """
    return str(max((_seconds(limit) for limit in limits), default=1))


def parse_rate_limits(header: str) -> list[RateLimit]:
    """Reads what `format_rate_limits` wrote, as strictly as the strictest SDK.

    Raises Malformed for anything else; an empty header holds no limits.
    """
    if len(header) > MAX_HEADER_CHARS:
        raise Malformed(f"the rate limits have more than {MAX_HEADER_CHARS} characters")
    return [_parse_limit(text) for text in header.split(",")] if header else []


def _limit_text(limit: RateLimit) -> str:
    categories = ";".join(map(_word, limit.categories))
    return f"{_seconds(limit)}:{categories}:{limit.scope}:{_word(limit.reason_code)}"


def _seconds(limit: RateLimit) -> int:
    return max(1, min(limit.seconds, MAX_SECONDS))


def _word(text: str) -> str:
    """A word without separators. Never empty: an empty category would mean all of them."""
    return _NOT_IN_WORDS.sub("_", text[:MAX_WORD_CHARS]) or "_"


def _parse_limit(text: str) -> RateLimit:
    parts = text.split(":")
    if len(parts) != 4:
        raise Malformed("a rate limit does not have four parts between colons")
    seconds, categories, scope_text, reason_code = parts
    if not _SECONDS.fullmatch(seconds):
        raise Malformed("a rate limit does not start with a number of seconds")
    scope = next((scope for scope in _SCOPES if scope == scope_text), None)
    if scope is None:
        raise Malformed("a rate limit has an unknown scope")
    names = categories.split(";") if categories else []
    if not all(_WORD.fullmatch(word) for word in [*names, reason_code]):
        raise Malformed("a rate limit has a misspelt category or reason code")
    return RateLimit(int(seconds), tuple(names), scope, reason_code)
