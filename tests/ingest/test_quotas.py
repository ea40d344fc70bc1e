"""Quotas: what one process lets through and what it says when it does not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.accounts.quotas import Quota, Window, check_quota, window_bounds
from rustrak.errors import Invalid
from rustrak.ingest.quotas import Meter, Verdict, rate_limit
from rustrak.protocol.categories import COUNTED
from rustrak.protocol.ratelimits import RateLimit
from tests.metering import NOON, admitted, quota

# One process


def test_a_quota_is_used_up_exactly_by_one_process() -> None:
    meter = Meter([quota(100, "error")], processes=1)
    assert admitted(meter, 1, 150, NOON) == 100
    assert admitted(meter, 1, 150, NOON + 60) == 100


def test_without_a_quota_everything_passes() -> None:
    meter = Meter([quota(0, "error", scope=1), quota(0, "span", scope=None)], processes=1)
    assert meter.admit(2, {"error": 10**9, "transaction": 1}, NOON) == []


def test_a_quota_of_zero_refuses_all_but_what_clients_say_about_themselves() -> None:
    everything = quota(0)
    meter = Meter([everything], processes=1)
    assert meter.admit(1, {"error": 1, "internal": 1}, NOON) == [Verdict("error", everything, 60)]


def test_a_quota_of_zero_bytes_refuses_an_empty_attachment() -> None:
    meter = Meter([quota(0, "attachment")], processes=1)
    assert meter.admit(1, {"attachment": 0}, NOON)


def test_an_envelope_loses_one_category_and_keeps_the_others() -> None:
    errors = quota(2, "error")
    meter = Meter([errors, quota(10, "span")], processes=1)
    assert meter.admit(1, {"error": 3, "span": 10}, NOON) == [Verdict("error", errors, 60)]
    assert [delta.quantity for delta in meter.take_deltas()] == [10]


def test_a_quota_over_several_categories_counts_their_sum() -> None:
    both = quota(3, "error", "transaction")
    meter = Meter([both], processes=1)
    assert meter.admit(1, {"error": 2, "transaction": 2}, NOON) == [
        Verdict("transaction", both, 60)
    ]
    assert meter.admit(1, {"transaction": 1}, NOON) == []


def test_a_quota_over_everything_counts_items_and_not_bytes() -> None:
    meter = Meter([quota(2)], processes=1)
    attachment = {"attachment": 5_000_000, "attachment_item": 1}
    assert meter.admit(1, attachment, NOON) == []
    assert meter.admit(1, {"error": 1}, NOON) == []
    assert [v.category for v in meter.admit(1, attachment, NOON)] == ["attachment_item"]


def test_what_a_project_is_refused_does_not_use_up_the_installation() -> None:
    meter = Meter([quota(5, "error"), quota(8, "error", scope=None)], processes=1)
    assert admitted(meter, 1, 1000, NOON) == 5
    assert admitted(meter, 2, 1000, NOON) == 3


def test_the_longest_wait_of_several_quotas_is_reported() -> None:
    month = quota(0, "error", window="month")
    meter = Meter([quota(0, "error"), month, quota(0, "error", window="hour")], processes=1)
    days = 31
    assert meter.admit(1, {"error": 1}, NOON) == [Verdict("error", month, days * 86400 - 12 * 3600)]


@pytest.mark.parametrize(
    ("now", "wait"), [(NOON, 60), (NOON + 0.5, 60), (NOON + 58.5, 2), (NOON + 59.999, 1)]
)
def test_the_wait_lasts_until_the_window_ends_and_at_least_a_second(now: float, wait: int) -> None:
    meter = Meter([quota(0, "error")], processes=1)
    assert [verdict.retry_after for verdict in meter.admit(1, {"error": 1}, now)] == [wait]


def test_what_is_given_back_can_be_used_again() -> None:
    meter = Meter([quota(3, "error")], processes=1)
    assert admitted(meter, 1, 9, NOON) == 3
    meter.give_back(1, {"error": 2, "span": 1})
    assert admitted(meter, 1, 9, NOON) == 2
    meter.give_back(1, {"error": 1_000_000})
    assert admitted(meter, 1, 9, NOON) == 3


def test_a_clock_set_back_does_not_stop_anybody() -> None:
    meter = Meter([quota(3, "error")], processes=1)
    assert admitted(meter, 1, 9, NOON + 10**6) == 3
    assert admitted(meter, 1, 9, NOON) == 3


# Configuration


def test_a_raised_limit_keeps_what_was_used() -> None:
    meter = Meter([quota(10, "error")], processes=1)
    assert admitted(meter, 1, 20, NOON) == 10
    meter.configure([quota(15, "error")], processes=1)
    assert admitted(meter, 1, 20, NOON) == 5
    meter.configure([], processes=1)
    assert admitted(meter, 1, 20, NOON) == 20
    assert meter.take_deltas() == []


def test_of_two_quotas_for_the_same_the_smaller_counts() -> None:
    meter = Meter([quota(10, "error"), quota(4, "error")], processes=1)
    assert admitted(meter, 1, 20, NOON) == 4
    assert [delta.quantity for delta in meter.take_deltas()] == [4]


@pytest.mark.parametrize(
    "changes",
    [
        {"limit": -1},
        {"limit": 2**63},
        {"categories": frozenset({"errors"})},
        {"categories": frozenset({"internal"})},
        {"categories": frozenset({"error", "attachment"})},
        {"reason_code": ""},
        {"reason_code": "x" * 65},
    ],
)
def test_a_quota_that_could_not_work_is_invalid(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        check_quota(replace(quota(10, "error"), **changes))


@pytest.mark.parametrize("categories", [["error"], ["log_byte", "attachment"], []])
def test_a_sensible_quota_is_valid(categories: list[str]) -> None:
    check_quota(quota(0, *categories))


# Windows


@pytest.mark.parametrize(
    ("window", "now", "start", "end"),
    [
        ("minute", "2026-03-01T12:34:56.7", "2026-03-01T12:34:00", "2026-03-01T12:35:00"),
        ("hour", "2026-03-01T12:34:56.7", "2026-03-01T12:00:00", "2026-03-01T13:00:00"),
        ("month", "2026-03-31T23:59:59.9", "2026-03-01T00:00:00", "2026-04-01T00:00:00"),
        ("month", "2028-02-29T00:00:00", "2028-02-01T00:00:00", "2028-03-01T00:00:00"),
        ("month", "2026-12-31T12:00:00", "2026-12-01T00:00:00", "2027-01-01T00:00:00"),
    ],
)
def test_windows_are_those_of_the_utc_calendar(
    window: Window, now: str, start: str, end: str
) -> None:
    moment, *expected = (
        datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() for text in (now, start, end)
    )
    assert list(window_bounds(window, moment)) == expected


# What SDKs are told


def test_a_verdict_is_announced_with_its_scope_and_categories() -> None:
    verdict = Verdict("error", quota(10, "error"), 50)
    names = ("default", "error", "security")
    assert rate_limit(verdict) == RateLimit(50, names, "project", "quota")
    assert rate_limit(verdict, 0.04) == RateLimit(52, names, "project", "quota")


@pytest.mark.parametrize(("jitter", "seconds"), [(-1.0, 50), (0.1, 55), (5.0, 55)])
def test_jitter_adds_at_most_a_tenth(jitter: float, seconds: int) -> None:
    verdict = Verdict("error", quota(10, scope=None), 50)
    assert rate_limit(verdict, jitter) == RateLimit(seconds, (), "organization", "quota")


@given(
    st.lists(
        st.builds(
            Quota,
            st.none() | st.integers(1, 3),
            st.frozensets(st.sampled_from(sorted(COUNTED)), max_size=3),
            st.sampled_from(["minute", "hour", "month"]),
            st.integers(0, 100),
            st.just("quota"),
        ),
        max_size=6,
    ),
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.dictionaries(st.sampled_from([*COUNTED, "internal"]), st.integers(0, 60)),
        ),
        max_size=20,
    ),
)
def test_one_process_never_exceeds_any_quota(
    quotas: list[Quota], envelopes: list[tuple[int, dict[str, int]]]
) -> None:
    meter = Meter(quotas, processes=1)
    for project_id, quantities in envelopes:
        for verdict in meter.admit(project_id, quantities, NOON):
            assert verdict.category in quantities
            assert verdict.retry_after >= 1
    used = {delta.key: delta.quantity for delta in meter.take_deltas()}
    for each in quotas:
        assert used.get(each.key, 0) <= each.limit
