"""Client reports: what an SDK discarded before it reached us, by reason and category.

Source: Sentry protocol, client report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rustrak.items.clock import drift, moment
from rustrak.items.values import MAX_QUANTITY, document, entries, quantity, text

MAX_ENTRIES: Final = 1000
"""Entries read of each list; known reasons times known categories are 600."""

_MAX_WORD = 64  # characters of a reason or category
_LISTS = {  # the last three are written by relays between the SDK and us
    "discarded_events": "client_discard",
    "rate_limited_events": "rate_limited",
    "filtered_events": "filtered",
    "filtered_sampling_events": "filtered_sampling",
}
_CATEGORIES = {  # item types that old SDKs write for the category
    "event": "error",
    "check_in": "monitor",
    "log": "log_item",
    "statsd": "metric_bucket",
}


@dataclass(slots=True, frozen=True)
class Discarded:
    """How many items of a category were lost for one reason, until `timestamp`.

    `outcome` is client_discard, or what a relay did: rate_limited, filtered, filtered_sampling.
    """

    timestamp: datetime
    outcome: str
    reason: str
    category: str
    quantity: int


def read_client_report(
    payload: object, headers: Mapping[str, Any], *, received_at: datetime
) -> list[Discarded]:
    """One row for each outcome, reason and category; entries that count nothing are left out."""
    report = document(payload)
    sums: dict[tuple[str, str, str], int] = {}
    for name, outcome in _LISTS.items():
        for entry in entries(report.get(name), MAX_ENTRIES):
            category = text(entry.get("category"), _MAX_WORD).lower()
            key = (
                outcome,
                text(entry.get("reason"), _MAX_WORD),
                _CATEGORIES.get(category, category) or "default",
            )
            sums[key] = min(sums.get(key, 0) + quantity(entry.get("quantity")), MAX_QUANTITY)
    timestamp = moment(report.get("timestamp"), drift(headers, received_at), received_at)
    return [Discarded(timestamp, *key, count) for key, count in sums.items() if count]
