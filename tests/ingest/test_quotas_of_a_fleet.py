"""Quotas shared by several processes: the exchange, and what a fleet lets through together."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.ingest.quotas import EXCHANGE_WAIT, MIN_SHARE, STALE_AFTER, Meter, Usage
from tests.metering import NOON, admitted, exchange, quota

PROCESSES = 4
LIMIT = 2400
SLACK = PROCESSES * (MIN_SHARE + 1)
WORST = (PROCESSES - 1) / (2 * PROCESSES)  # of the limit, above it


def test_deltas_are_what_was_used_since_the_last_exchange() -> None:
    meter = Meter([quota(100, "error"), quota(100, "span")], processes=1)
    admitted(meter, 1, 7, NOON)
    assert meter.take_deltas() == [Usage("1/minute/error", int(NOON), 7)]
    meter.learn([], NOON)
    assert meter.take_deltas() == []


def test_a_failed_exchange_loses_nothing() -> None:
    meter = Meter([quota(10, "error")], processes=1)
    admitted(meter, 1, 4, NOON)
    meter.take_deltas()
    admitted(meter, 1, 3, NOON)
    assert [delta.quantity for delta in meter.take_deltas()] == [7]
    assert admitted(meter, 1, 9, NOON) == 3


def test_use_between_sending_and_learning_is_counted_once() -> None:
    meter = Meter([quota(100, "error")], processes=1)
    admitted(meter, 1, 4, NOON)
    [delta] = meter.take_deltas()
    admitted(meter, 1, 3, NOON)
    meter.learn([delta], NOON)
    assert [delta.quantity for delta in meter.take_deltas()] == [3]
    assert admitted(meter, 1, 200, NOON) == 93


def test_what_others_used_is_respected_in_its_window_only() -> None:
    meter = Meter([quota(100, "error")], processes=1)
    start = int(NOON)
    meter.learn([Usage("1/minute/error", start, 90), Usage("1/minute/error", start - 60, 5)], NOON)
    meter.learn([Usage("2/minute/error", start, 7)], NOON)
    assert admitted(meter, 1, 200, NOON) == 10
    assert admitted(meter, 1, 200, NOON + 60) == 100


def test_a_used_up_share_is_refused_until_the_next_exchange() -> None:
    meter = Meter([quota(1000, "error")], processes=4)
    meter.learn([], NOON)
    assert admitted(meter, 1, 1000, NOON) == 250
    assert [verdict.retry_after for verdict in meter.admit(1, {"error": 1}, NOON)] == [
        EXCHANGE_WAIT
    ]
    meter.take_deltas()
    meter.learn([], NOON + 1)
    assert admitted(meter, 1, 1000, NOON + 1) == 188  # a quarter of 750


def test_what_others_will_have_used_meanwhile_is_set_aside() -> None:
    meter = Meter([quota(1000, "error")], processes=4)
    meter.learn([], NOON)
    meter.learn([Usage("1/minute/error", int(NOON), 300)], NOON)
    assert admitted(meter, 1, 1000, NOON) == 100  # a quarter of 400
    [delta] = meter.take_deltas()
    meter.learn([replace(delta, quantity=400)], NOON + 1)
    assert admitted(meter, 1, 1000, NOON + 1) == 150  # a quarter of 600: they have stopped


def test_a_process_that_joins_late_sets_nothing_aside() -> None:
    meter = Meter([quota(1000, "error")], processes=4)
    meter.learn([Usage("1/minute/error", int(NOON), 600)], NOON)
    assert admitted(meter, 1, 1000, NOON) == 100  # a quarter of 400


def test_one_large_attachment_may_exceed_the_share_but_not_the_limit() -> None:
    meter = Meter([quota(1000, "attachment")], processes=4)
    meter.learn([], NOON)
    assert meter.admit(1, {"attachment": 1001}, NOON)
    assert meter.admit(1, {"attachment": 900}, NOON) == []


def test_unknown_usage_lets_the_whole_limit_through() -> None:
    meter = Meter([quota(1000, "error")], processes=4)
    assert admitted(meter, 1, 2000, NOON) == 1000
    meter.learn([], NOON + 60)
    assert admitted(meter, 1, 2000, NOON + 60) == 250
    assert admitted(meter, 1, 2000, NOON + 60 + STALE_AFTER + 0.1) == 750


def flood(*, times: int, seconds: int, in_turn: bool) -> Counter[int]:
    """Project 1 sends `times` its limit in a minute, project 2 one event in each process a second.

    Returns what was let through by project. The processes exchange once a second, in turn or all
    in a row.
    """
    quotas = [quota(LIMIT, "error"), quota(300, "error", scope=2), quota(LIMIT * 2, scope=None)]
    meters = [Meter(quotas, PROCESSES) for _ in range(PROCESSES)]
    shared: Counter[tuple[str, int]] = Counter()
    passed: Counter[int] = Counter()
    turns = 20  # a second
    load = LIMIT * times // 60 // turns // PROCESSES  # a turn and process
    for meter in meters:
        exchange(meter, shared, NOON - 1)
    for turn in range(seconds * turns):
        now = NOON + turn / turns
        for number, meter in enumerate(meters):
            if turn % turns == (number * turns // PROCESSES if in_turn else 0):
                exchange(meter, shared, now)
                passed[2] += admitted(meter, 2, 1, now)
            passed[1] += admitted(meter, 1, load, now)
    return passed


@pytest.mark.parametrize("in_turn", [False, True])
def test_a_flood_of_twenty_times_the_limit_gets_hardly_more_than_the_limit(in_turn: bool) -> None:
    passed = flood(times=20, seconds=60, in_turn=in_turn)
    assert LIMIT <= passed[1] <= LIMIT + SLACK


@pytest.mark.parametrize("in_turn", [False, True])
def test_a_whole_window_at_once_gets_less_than_half_a_limit_more(in_turn: bool) -> None:
    passed = flood(times=400, seconds=6, in_turn=in_turn)
    assert LIMIT <= passed[1] <= LIMIT * (1 + WORST) + 1.5 * SLACK


@pytest.mark.parametrize("in_turn", [False, True])
def test_a_flood_of_one_project_refuses_nothing_of_another(in_turn: bool) -> None:
    assert flood(times=20, seconds=60, in_turn=in_turn)[2] == 60 * PROCESSES


@given(
    st.integers(0, 1000),
    st.lists(st.lists(st.integers(0, 300), min_size=4, max_size=4), max_size=8),
)
def test_any_load_stays_within_the_tolerance(limit: int, loads: list[list[int]]) -> None:
    meters = [Meter([quota(limit, "error")], PROCESSES) for _ in range(PROCESSES)]
    shared: Counter[tuple[str, int]] = Counter()
    passed = 0
    for second, load in enumerate(loads):
        for turn, meter in enumerate(meters):
            now = NOON + second + turn / PROCESSES
            exchange(meter, shared, now)
            passed += admitted(meter, 1, load[turn], now)
    assert passed <= limit * (1 + WORST) + (1.5 * SLACK if limit else 0)
