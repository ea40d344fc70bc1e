"""Data categories: what an item counts as, and for how much, before its payload is parsed.

For ingest, where quotas are kept; only headers and the length of payloads are looked at.
Source: Sentry protocol, categories and item types.
"""

from collections.abc import Collection, Sequence
from typing import Final

from rustrak.protocol.envelope import Item

DEFAULT: Final = "default"
"""What items of unknown type count as."""
INTERNAL: Final = "internal"
"""What clients report about themselves; never limited."""
BYTE_CATEGORIES: Final = frozenset({"attachment", "log_byte", "trace_metric_byte"})
"""Counted in bytes of payload; every other category is counted in items or entries."""

# Every `event` counts as an error, whatever is inside: SDKs do the same.
_CATEGORIES: Final = {
    "event": "error",
    "transaction": "transaction",
    "attachment": "attachment",
    "form_data": "attachment",
    "unreal_report": "attachment",
    "security": "security",
    "raw_security": "security",
    "nel": "security",
    "session": "session",
    "sessions": "session",
    "client_report": INTERNAL,
    "user_report": "feedback",
    "feedback": "feedback",
    "check_in": "monitor",
    "log": "log_item",
    "otel_log": "log_item",
    "otlp_logs": "log_item",
    "otlp_logs_protobuf": "log_item",
    "trace_metric": "trace_metric",
    "span": "span",
    "otel_span": "span",
    "otlp_traces": "span",
    "otlp_traces_protobuf": "span",
    "profile": "profile",
    "profile_chunk": "profile_chunk",
    "profile_chunk_ui": "profile_chunk_ui",
    "replay_event": "replay",
    "replay_recording": "replay",
    "replay_video": "replay",
    "statsd": "metric_bucket",
    "metric_buckets": "metric_bucket",
    "metric_meta": "metric_bucket",
}
_BYTES_OF: Final = {"log_item": "log_byte", "trace_metric": "trace_metric_byte"}
_CONTAINERS: Final = frozenset({"log", "trace_metric", "span"})
_UI_PLATFORMS: Final = frozenset({"android", "cocoa", "javascript"})
_CRASHES: Final = frozenset(
    {
        "event.minidump",
        "event.applecrashreport",
        "event.payload",
        "event.breadcrumbs",
        "playstation.prosperodump",
    }
)
"""Types of attachment that make an event where the envelope has none."""

COUNTED: Final = (
    frozenset({*_CATEGORIES.values(), DEFAULT, "attachment_item"}) | BYTE_CATEGORIES
) - {INTERNAL}
"""Every category that something counts for and that may be limited."""


def item_category(item: Item) -> str:
    """Returns the category an item is limited by; DEFAULT for types that nobody here knows."""
    platform = item.headers.get("platform")
    if item.type == "profile_chunk" and isinstance(platform, str) and platform in _UI_PLATFORMS:
        return "profile_chunk_ui"
    return _CATEGORIES.get(item.type, DEFAULT)


def item_quantities(item: Item) -> dict[str, int]:
    """Returns how much an item counts for in each of its categories: items, entries or bytes.

    An attachment is `{"attachment": bytes, "attachment_item": 1}`, a container of 20 logs
    `{"log_item": 20, "log_byte": bytes}`, anything else counts for one of its category.
    """
    category, size = item_category(item), len(item.payload)
    if category == "attachment":
        return {"attachment": size, "attachment_item": 1}
    quantities = {category: _entries(item, size)}
    if category in _BYTES_OF:
        quantities[_BYTES_OF[category]] = size
    return quantities


def envelope_quantities(items: Sequence[Item]) -> dict[str, int]:
    """Returns the sums over an envelope's items.

    A crash that comes as an attachment, without an event, counts as one error as well.
    """
    totals: dict[str, int] = {}
    for item in items:
        for category, quantity in item_quantities(item).items():
            totals[category] = totals.get(category, 0) + quantity
    if "error" not in totals and any(_is_crash(item) for item in items):
        totals["error"] = 1
    return totals


def kept_items(items: Sequence[Item], refused: Collection[str]) -> list[Item]:
    """Returns the items that are left of an envelope when these categories are refused.

    A refused event takes its attachments with it, a refused transaction its profile too.
    """
    lost = set(refused)
    if "error" in lost:
        lost.add("attachment")
    if "transaction" in lost:
        lost.update(("attachment", "profile"))
    return [item for item in items if lost.isdisjoint(item_quantities(item))]


def _entries(item: Item, size: int) -> int:
    """The entries a container claims: at least one, at most one for each byte of its payload."""
    claimed = item.headers.get("item_count")
    if item.type not in _CONTAINERS or type(claimed) is not int:
        return 1
    return max(1, min(claimed, size))


def _is_crash(item: Item) -> bool:
    kind = item.headers.get("attachment_type")
    return item.type == "attachment" and isinstance(kind, str) and kind in _CRASHES
