"""Query parameters that narrow a list: optional words and moments. An empty one means any."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from aiohttp import web

from rustrak.errors import Invalid
from rustrak.items.values import hex_id
from rustrak.protocol.jsontext import clean_text
from rustrak.protocol.timestamps import parse_timestamp

LONGEST_WORD = 200  # characters; neither a release nor a name is longer
LONGEST_WINDOW = timedelta(days=90)
"""A list that is searched reads no more than that."""
USUAL_WINDOW = timedelta(days=1)


def word(request: web.Request, name: str) -> str | None:
    """A text, None for any. Raises Invalid when it is too long or cannot be in the database."""
    text = request.query.get(name) or None
    if text is not None and (len(text) > LONGEST_WORD or clean_text(text) != text):
        raise Invalid(f"{name} must be at most {LONGEST_WORD} characters, without NUL")
    return text


def trace(request: web.Request, name: str) -> UUID | None:
    """A trace id of 32 hexadecimal digits, None for any."""
    text = request.query.get(name) or None
    if text is None:
        return None
    found = hex_id(text, 32)
    if not found:
        raise Invalid(f"{name} must be 32 hexadecimal digits")
    return UUID(found)


def window(request: web.Request) -> tuple[datetime, datetime]:
    """`since` and `until`: the day before `until`, and now, unless given."""
    until = _moment(request, "until") or datetime.now(UTC)
    try:
        earliest, usual = until - LONGEST_WINDOW, until - USUAL_WINDOW
    except OverflowError:
        raise Invalid("until is before the beginning of time") from None
    since = _moment(request, "since") or usual
    if since < earliest:
        raise Invalid(f"since must be at most {LONGEST_WINDOW.days} days before until")
    return since, until


def _moment(request: web.Request, name: str) -> datetime | None:
    text = request.query.get(name) or None
    if text is None:
        return None
    found = parse_timestamp(text)
    if found is None:
        raise Invalid(f"{name} must be a time such as 2026-01-31T12:00:00Z")
    return found
