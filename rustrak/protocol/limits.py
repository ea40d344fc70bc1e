"""How large an item may be, and how many of a kind an envelope may bring.

For ingest. SDKs size their payloads to these. Source: Sentry protocol, limits.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from rustrak.errors import TooLarge
from rustrak.protocol.envelope import Item

KIB: Final = 1024
MIB: Final = 1024 * KIB

MAX_CHECK_IN_BYTES: Final = 100 * KIB
MAX_CONTAINER_BYTES: Final = 12 * MIB
"""Bytes of one item that holds many logs, spans or metrics, OTLP's among them."""

_EVENTS: Final = frozenset(
    {"event", "transaction", "security", "feedback", "user_report", "replay_event", "form_data"}
)
_BYTES: Final = {
    "session": 10 * MIB,
    "sessions": 10 * MIB,
    "client_report": 100 * KIB,
    "check_in": MAX_CHECK_IN_BYTES,
    "profile": 50 * MIB,
    "profile_chunk": 50 * MIB,
    "span": MAX_CONTAINER_BYTES,
    "otel_span": 10 * MIB,
    "log": MAX_CONTAINER_BYTES,
    "otel_log": 2 * MIB,
    "otlp_logs": MAX_CONTAINER_BYTES,
    "otlp_traces": MAX_CONTAINER_BYTES,
    "trace_metric": MAX_CONTAINER_BYTES,
    "statsd": MIB,
    "metric_buckets": MIB,
    "replay_recording": 10 * MIB,
    "replay_video": 15 * MIB,
}
_COUNTS: Final = {"attachment": 30, "session": 100, "sessions": 100, "client_report": 100}
_FEWEST: Final = min(_COUNTS.values())


def check_sizes(
    items: Sequence[Item], *, max_event_bytes: int, max_item_bytes: Mapping[str, int]
) -> None:
    """Raises TooLarge for the first item beyond the limit of its type, and for too many of one.

    `max_item_bytes` has the limits that an installation sets itself, by type. Attachments and types
    unknown here are limited by the envelope alone.
    """
    for item in items:
        limit = max_item_bytes.get(item.type)
        if limit is None:
            limit = max_event_bytes if item.type in _EVENTS else _BYTES.get(item.type)
        size = len(item.payload)
        if limit is not None and size > limit:
            raise TooLarge(f"the {item.type} has {size} bytes; the limit is {limit}")
    if len(items) <= _FEWEST:
        return
    for kind, found in Counter(item.type for item in items).items():
        if found > _COUNTS.get(kind, found):
            raise TooLarge(f"the envelope has {found} {kind} items; the limit is {_COUNTS[kind]}")
