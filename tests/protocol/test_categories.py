"""Categories: what items count as, how much, and what an envelope keeps when some are refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.protocol.categories import (
    BYTE_CATEGORIES,
    COUNTED,
    INTERNAL,
    envelope_quantities,
    item_category,
    item_quantities,
    kept_items,
)
from rustrak.protocol.envelope import Item

MINIDUMP = {"attachment_type": "event.minidump"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
types = st.sampled_from(["event", "attachment", "log", "span", "profile_chunk", "transaction"])
headers = st.dictionaries(
    st.sampled_from(["item_count", "platform", "attachment_type"]) | st.text(), json_values
)
items = st.builds(Item, types | st.text(), headers, st.binary())


def item(kind: str, payload: bytes = b"{}", **item_headers: Any) -> Item:
    return Item(kind, item_headers, payload)


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("event", "error"),
        ("transaction", "transaction"),
        ("attachment", "attachment"),
        ("session", "session"),
        ("sessions", "session"),
        ("client_report", "internal"),
        ("user_report", "feedback"),
        ("feedback", "feedback"),
        ("check_in", "monitor"),
        ("log", "log_item"),
        ("otel_log", "log_item"),
        ("trace_metric", "trace_metric"),
        ("span", "span"),
        ("profile", "profile"),
        ("profile_chunk", "profile_chunk"),
        ("replay_recording", "replay"),
        ("statsd", "metric_bucket"),
        ("raw_security", "security"),
        ("", "default"),
        ("item_of_next_year", "default"),
    ],
)
def test_an_item_type_has_a_category(kind: str, category: str) -> None:
    assert item_category(item(kind)) == category


@pytest.mark.parametrize(
    ("platform", "category"),
    [
        ("cocoa", "profile_chunk_ui"),
        ("python", "profile_chunk"),
        (None, "profile_chunk"),
        (["cocoa"], "profile_chunk"),
    ],
)
def test_a_profile_chunk_is_told_by_its_platform(platform: Any, category: str) -> None:
    assert item_category(item("profile_chunk", platform=platform)) == category


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (item("event", b"x" * 500), {"error": 1}),
        (item("attachment", b"12345"), {"attachment": 5, "attachment_item": 1}),
        (item("attachment", b""), {"attachment": 0, "attachment_item": 1}),
        (item("log", b"x" * 90, item_count=20), {"log_item": 20, "log_byte": 90}),
        (item("otel_log", b"x" * 90, item_count=20), {"log_item": 1, "log_byte": 90}),
        (item("span", b"x" * 90, item_count=3), {"span": 3}),
        (
            item("trace_metric", b"x" * 90, item_count=2),
            {"trace_metric": 2, "trace_metric_byte": 90},
        ),
        (item("event", item_count=20), {"error": 1}),
        (item("future", item_count=20), {"default": 1}),
    ],
)
def test_an_item_counts_in_items_entries_or_bytes(counted: Item, expected: dict[str, int]) -> None:
    assert item_quantities(counted) == expected


@pytest.mark.parametrize("claimed", [None, 0, -5, True, "20", 2.5, [20]])
def test_a_container_without_a_usable_count_counts_for_one(claimed: Any) -> None:
    assert item_quantities(item("span", b"x" * 90, item_count=claimed)) == {"span": 1}


def test_a_container_cannot_claim_more_entries_than_it_has_bytes() -> None:
    assert item_quantities(item("span", b"x" * 90, item_count=10**30)) == {"span": 90}


def test_an_envelope_counts_for_the_sum_of_its_items() -> None:
    sent = [item("event"), item("attachment", b"123"), item("attachment", b"4"), item("x")]
    assert envelope_quantities(sent) == {
        "error": 1,
        "attachment": 4,
        "attachment_item": 2,
        "default": 1,
    }


def test_a_crash_dump_counts_as_an_error_only_without_an_event() -> None:
    dump = item("attachment", b"MDMP", **MINIDUMP)
    assert envelope_quantities([dump, dump])["error"] == 1
    assert envelope_quantities([item("event"), dump])["error"] == 1
    assert "error" not in envelope_quantities([item("attachment", b"a")])


def test_a_refused_category_takes_its_items_and_leaves_the_others() -> None:
    event, log, session = item("event"), item("log", item_count=1), item("session")
    assert kept_items([event, log, session], {"log_byte"}) == [event, session]
    assert kept_items([event, log, session], set()) == [event, log, session]


def test_a_refused_event_takes_its_attachments_with_it() -> None:
    event, file, report = item("event"), item("attachment"), item("user_report")
    assert kept_items([event, file, report], {"error"}) == [report]


def test_a_refused_transaction_takes_its_profile_with_it() -> None:
    sent = [item("transaction"), item("profile"), item("attachment"), item("session")]
    assert kept_items(sent, {"transaction"}) == [sent[3]]


@given(st.lists(items, max_size=5))
def test_any_items_count_for_bounded_amounts_of_known_categories(sent: list[Item]) -> None:
    quantities = envelope_quantities(sent)
    assert quantities.keys() <= COUNTED | {INTERNAL}
    total = sum(len(each.payload) for each in sent)
    for category, quantity in quantities.items():
        assert 0 <= quantity <= (total if category in BYTE_CATEGORIES else total + len(sent))


@given(st.lists(items, max_size=5), st.sets(st.sampled_from(sorted(COUNTED))))
def test_what_is_kept_counts_for_nothing_that_is_refused(
    sent: list[Item], refused: set[str]
) -> None:
    kept = kept_items(sent, refused)
    assert all(refused.isdisjoint(item_quantities(each)) for each in kept)
