"""Client reports: what was lost on the way, by reason and category. Samples by hand."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rustrak.items.client_reports import MAX_ENTRIES, Discarded, read_client_report
from rustrak.items.values import MAX_QUANTITY
from tests.items.hostile import NOW


def read(**raw: Any) -> list[Discarded]:
    return read_client_report(raw, {}, received_at=NOW)


def lost(quantity: Any, reason: Any = "sample_rate", category: Any = "transaction") -> Any:
    return {"reason": reason, "category": category, "quantity": quantity}


def test_equal_entries_are_added_up() -> None:
    found = read(
        timestamp="2026-03-01T12:30:00Z",
        discarded_events=[lost(2), lost(3), lost(1, "queue_overflow", "error")],
    )

    when = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    assert found == [
        Discarded(when, "client_discard", "sample_rate", "transaction", 5),
        Discarded(when, "client_discard", "queue_overflow", "error", 1),
    ]


def test_what_relays_dropped_is_told_apart() -> None:
    found = read(
        rate_limited_events=[lost(1)],
        filtered_events=[lost(2)],
        filtered_sampling_events=[lost(3)],
    )

    assert [(one.outcome, one.quantity) for one in found] == [
        ("rate_limited", 1),
        ("filtered", 2),
        ("filtered_sampling", 3),
    ]


@pytest.mark.parametrize(
    ("sent", "category"),
    [
        *(("event", "error"), ("check_in", "monitor"), ("log", "log_item")),
        *(("statsd", "metric_bucket"), ("Replay", "replay"), ("next year's", "next year's")),
        *((None, "default"), ([], "default")),
    ],
)
def test_item_types_are_read_as_categories(sent: Any, category: str) -> None:
    (found,) = read(discarded_events=[lost(1, category=sent)])
    assert found.category == category


@pytest.mark.parametrize("quantity", [0, -5, None, "x", True, 0.5])
def test_an_entry_that_counts_nothing_is_left_out(quantity: Any) -> None:
    found = read(discarded_events=[lost(quantity), lost(7), "x", None])
    assert [one.quantity for one in found] == [7]


def test_a_report_may_hold_nothing() -> None:
    assert read(discarded_events=None) == read(timestamp=1) == []


def test_texts_numbers_and_lists_are_capped() -> None:
    (found,) = read(discarded_events=[lost(2**62, "r" * 1000, "c" * 1000)] * 3)
    assert (len(found.reason), len(found.category)) == (64, 64)
    assert found.quantity == MAX_QUANTITY
    assert len(read(discarded_events=[lost(1, str(n)) for n in range(5000)])) == MAX_ENTRIES
