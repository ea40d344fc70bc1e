"""Times of items by the server's clock, when the client's runs wrong.

Used by every file of this room that reads a time. Source: Sentry protocol, timestamps.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from rustrak.protocol.timestamps import clamp_timestamp, parse_timestamp

CLOCK_DRIFT: Final = timedelta(minutes=55)
"""Smaller differences are slow networks, not wrong clocks; events draw the line here too."""
MAX_DURATION: Final = timedelta(days=30)
"""The longest run or span believed; beyond it one of its two times is wrong."""


def drift(headers: Mapping[str, Any], received_at: datetime) -> timedelta:
    """What to add to the client's times: receipt minus the envelope's `sent_at`, or nothing."""
    sent_at = parse_timestamp(headers.get("sent_at"))
    if sent_at is None or abs(received_at - sent_at) < CLOCK_DRIFT:
        return timedelta()
    return received_at - sent_at


def corrected(value: datetime | None, off: timedelta) -> datetime | None:
    """A client's time moved by its drift; None when missing or outside the years 1-9999."""
    try:
        return None if value is None else value + off
    except OverflowError:
        return None


def moment(value: object, off: timedelta, received_at: datetime) -> datetime:
    """A time in a payload; the time of receipt if unreadable, > 60 s ahead or > 30 days old."""
    return clamp_timestamp(corrected(parse_timestamp(value), off), received_at)


def milliseconds(start: datetime | None, end: datetime | None) -> float | None:
    """How long something took, in ms; None without two times in the right order."""
    if start is None or end is None or not timedelta() <= end - start <= MAX_DURATION:
        return None
    return (end - start) / timedelta(milliseconds=1)
