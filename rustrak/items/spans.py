"""Spans: `transaction` items, and `span` items in both forms, to one kind of row.

A transaction is the segment span of its service; its children are only counted.
Source: Sentry protocol, transactions and spans.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from rustrak.items.attributes import flatten, origin, plain
from rustrak.items.clock import drift, milliseconds, moment
from rustrak.items.values import (
    document,
    entries,
    hex_id,
    mapping,
    read_environment,
    read_release,
    text,
)
from rustrak.protocol.timestamps import parse_timestamp

MAX_SPANS: Final = 1000
"""Spans read of one container, and children counted of one transaction."""
MAX_NAME: Final = 200
"""Characters; names are indexed."""
MAX_OP: Final = 128
"""Characters."""
UNLABELED: Final = "<unlabeled transaction>"

_WORDS = frozenset(
    {
        "ok",
        "cancelled",
        "unknown",
        "unknown_error",
        "invalid_argument",
        "deadline_exceeded",
        "not_found",
        "already_exists",
        "permission_denied",
        "resource_exhausted",
        "failed_precondition",
        "aborted",
        "out_of_range",
        "unimplemented",
        "internal_error",
        "unavailable",
        "data_loss",
        "unauthenticated",
    }
)
_ALIASES = {
    "success": "ok",
    "canceled": "cancelled",
    "error": "internal_error",
    "401": "unauthenticated",
    "403": "permission_denied",
    "404": "not_found",
    "409": "already_exists",
    "429": "resource_exhausted",
    "499": "cancelled",
    "501": "unimplemented",
    "503": "unavailable",
    "504": "deadline_exceeded",
}
_HTTP_CLASSES = {"2": "ok", "3": "ok", "4": "invalid_argument", "5": "internal_error"}
_NO_FAILURES = frozenset({"ok", "cancelled", "unknown"})


@dataclass(slots=True, frozen=True)
class Span:
    """A piece of work. `timestamp` is its end, `duration_ms` None when its times make no sense.

    Ids are hexadecimal, 32 digits of the trace and 16 of spans, empty when unknown. `is_segment`
    marks the topmost span in its service, which is what people call a transaction.
    """

    name: str
    op: str
    status: str
    is_failure: bool
    timestamp: datetime
    duration_ms: float | None
    release: str
    environment: str
    trace_id: str
    span_id: str
    parent_span_id: str
    is_segment: bool
    children: int
    attributes: dict[str, str]


def read_transaction(payload: object, headers: Mapping[str, Any], *, received_at: datetime) -> Span:
    """A transaction as its segment span, with the number of its children."""
    event = document(payload)
    trace = mapping(mapping(event.get("contexts")).get("trace"))
    attributes = flatten(plain(trace.get("data")))
    release, environment = origin(attributes, headers)
    children = event.get("spans")
    status = read_status(trace.get("status"))
    return Span(
        text(event.get("transaction"), MAX_NAME) or UNLABELED,
        text(trace.get("op"), MAX_OP),
        status,
        is_failure(status),
        *_times(event, "timestamp", drift(headers, received_at), received_at),
        read_release(event.get("release")) or release,
        read_environment(event.get("environment")) or environment,
        hex_id(trace.get("trace_id"), 32),
        hex_id(trace.get("span_id"), 16),
        hex_id(trace.get("parent_span_id"), 16),
        True,
        min(len(children), MAX_SPANS) if isinstance(children, list) else 0,
        attributes,
    )


def read_spans(payload: object, headers: Mapping[str, Any], *, received_at: datetime) -> list[Span]:
    """The spans of a container (`items`), or the single span an older SDK sends."""
    raw = document(payload)
    off = drift(headers, received_at)
    if "items" not in raw:
        return [_read_single(raw, headers, off, received_at)]
    return [
        _read_entry(entry, headers, off, received_at)
        for entry in entries(raw.get("items"), MAX_SPANS)
    ]


def read_status(value: object) -> str:
    """A status word of the protocol; its aliases and HTTP codes occur, others are `unknown`."""
    word = text(value, MAX_OP).lower()
    if word in _WORDS:
        return word
    if word in _ALIASES:
        return _ALIASES[word]
    is_code = len(word) == 3 and word.isdecimal()
    return _HTTP_CLASSES.get(word[0], "unknown") if is_code else "unknown"


def is_failure(status: str) -> bool:
    """Whether a status counts as failed; what was cancelled or not told does not."""
    return status not in _NO_FAILURES


def _read_single(
    raw: Mapping[str, Any], headers: Mapping[str, Any], off: timedelta, received_at: datetime
) -> Span:
    attributes = flatten(plain(raw.get("data")))
    status, span_id = read_status(raw.get("status")), hex_id(raw.get("span_id"), 16)
    return Span(
        text(raw.get("description"), MAX_NAME),
        text(raw.get("op"), MAX_OP),
        status,
        is_failure(status),
        *_times(raw, "timestamp", off, received_at),
        *origin(attributes, headers),
        hex_id(raw.get("trace_id"), 32),
        span_id,
        hex_id(raw.get("parent_span_id"), 16),
        raw.get("is_segment") is True or span_id == hex_id(raw.get("segment_id"), 16) != "",
        0,
        attributes,
    )


def _read_entry(
    raw: Mapping[str, Any], headers: Mapping[str, Any], off: timedelta, received_at: datetime
) -> Span:
    attributes = flatten(plain(raw.get("attributes")))
    status = read_status(raw.get("status"))
    return Span(
        text(raw.get("name"), MAX_NAME),
        text(attributes.get("sentry.op"), MAX_OP),
        status,
        is_failure(status),
        *_times(raw, "end_timestamp", off, received_at),
        *origin(attributes, headers),
        hex_id(raw.get("trace_id"), 32),
        hex_id(raw.get("span_id"), 16),
        hex_id(raw.get("parent_span_id"), 16),
        raw.get("is_segment") is True,
        0,
        attributes,
    )


def _times(
    raw: Mapping[str, Any], end: str, off: timedelta, received_at: datetime
) -> tuple[datetime, float | None]:
    """(when it ended, how long it took); the length does not suffer from a wrong clock."""
    started, ended = parse_timestamp(raw.get("start_timestamp")), parse_timestamp(raw.get(end))
    return moment(raw.get(end), off, received_at), milliseconds(started, ended)
