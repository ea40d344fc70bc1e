"""Log lines: `log` items, each a container of entries.

Source: Sentry protocol, logs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from rustrak.items.attributes import flatten, origin, plain
from rustrak.items.clock import drift, moment
from rustrak.items.values import document, entries, hex_id, json_text, mapping, text

MAX_LOGS: Final = 1000
"""Entries read of one item; SDKs flush at 100."""
MAX_BODY: Final = 8192
"""Characters."""

_MAX_LEVEL = 32  # characters
_LEVELS = ("trace", "debug", "info", "warn", "error", "fatal")  # four severity numbers each
_ALIASES = {"warning": "warn", "critical": "fatal"}


@dataclass(slots=True, frozen=True)
class LogLine:
    """One line. `level` is trace, debug, info, warn, error, fatal or the client's own word.

    `severity` is OpenTelemetry's number from 1 to 24, 0 when unknown.
    """

    timestamp: datetime
    level: str
    severity: int
    body: str
    trace_id: str
    span_id: str
    release: str
    environment: str
    attributes: dict[str, str]


def read_logs(
    payload: object, headers: Mapping[str, Any], *, received_at: datetime
) -> list[LogLine]:
    """The lines of a container in the order of the payload."""
    off = drift(headers, received_at)
    return [
        _read_line(entry, headers, off, received_at)
        for entry in entries(document(payload).get("items"), MAX_LOGS)
    ]


def read_level(word: object, number: object) -> tuple[str, int]:
    """(level, severity): each from itself, else from the other; info when both are missing."""
    level = text(word, _MAX_LEVEL).lower()
    level = _ALIASES.get(level, level)
    severity = number if type(number) is int and 1 <= number <= 24 else 0
    if not level:
        severity = severity or 9
        level = _LEVELS[(severity - 1) // 4]
    elif not severity and level in _LEVELS:
        severity = _LEVELS.index(level) * 4 + 1
    return level, severity


def _read_line(
    raw: Mapping[str, Any], headers: Mapping[str, Any], off: timedelta, received_at: datetime
) -> LogLine:
    attributes = flatten(plain(raw.get("attributes")))
    trace = mapping(headers.get("trace"))
    return LogLine(
        moment(raw.get("timestamp"), off, received_at),
        *read_level(raw.get("level"), raw.get("severity_number")),
        json_text(raw.get("body"), MAX_BODY),
        hex_id(raw.get("trace_id"), 32) or hex_id(trace.get("trace_id"), 32),
        hex_id(raw.get("span_id"), 16),
        *origin(attributes, headers),
        attributes,
    )
