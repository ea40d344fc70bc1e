"""Points in time as SDKs spell them, as aware UTC datetimes with microseconds.

For digest, and for ingest where a header carries one.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

MAX_AHEAD: Final = timedelta(seconds=60)
"""How far a client's clock may run ahead before the time of receipt is used instead."""
MAX_AGE: Final = timedelta(days=30)
"""How late an event may arrive and keep its own time; mobile devices send days later."""

_MAX_CHARS = 64  # longer than any timestamp; float() of a megabyte of digits takes 10 ms


def parse_timestamp(value: object) -> datetime | None:
    """Reads RFC 3339 (T or blank, 0-9 digits of fraction, any offset or none) or Unix seconds.

    Without an offset it is UTC; seconds may be a number or text. Returns None for anything else,
    also for times outside the years 1-9999. Source: Sentry protocol, timestamps.
    """
    try:
        if isinstance(value, str):
            return _from_text(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def clamp_timestamp(value: datetime | None, received_at: datetime) -> datetime:
    """Returns the time, or that of receipt if it is missing, > 60 s ahead or > 30 days old."""
    if value is None or not received_at - MAX_AGE <= value <= received_at + MAX_AHEAD:
        return received_at
    return value


def _from_text(text: str) -> datetime | None:
    text = text.strip().upper()
    if len(text) > _MAX_CHARS:
        return None
    if text[10:11] not in ("T", " "):  # the tenth place of a date, no number has either there
        return datetime.fromtimestamp(float(text), UTC)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
