"""Schedules: when a monitor is due, across time zones and turns of the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Invalid
from rustrak.items.schedules import (
    EARLY,
    MonitorConfig,
    is_missed,
    is_timed_out,
    next_due,
    overdue_at,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(schedule: str | tuple[int, str], after: str, timezone: str = "UTC") -> datetime:
    return next_due(MonitorConfig(schedule, timezone=timezone), at(after))


@pytest.mark.parametrize(
    ("schedule", "after", "timezone", "expected"),
    [
        ("* * * * *", "2026-03-01 12:00", "UTC", "2026-03-01 12:01"),
        ("* * * * *", "2026-03-01 12:00:59.999", "UTC", "2026-03-01 12:01"),
        ("@daily", "2026-03-01 00:00", "UTC", "2026-03-02 00:00"),
        ("0 0 29 2 *", "2026-03-01 00:00", "UTC", "2028-02-29 00:00"),
        ("30 4 * * *", "2026-01-10 00:00", "Europe/Berlin", "2026-01-10 03:30"),
        ("30 4 * * *", "2026-07-10 00:00", "Europe/Berlin", "2026-07-10 02:30"),
        ("0 0 1 * *", "2026-01-31 12:00", "Asia/Kathmandu", "2026-01-31 18:15"),
        ((10, "minute"), "2026-03-01 12:03:30", "UTC", "2026-03-01 12:13:30"),
        ((2, "hour"), "2026-03-01 23:30", "UTC", "2026-03-02 01:30"),
        ((1, "month"), "2026-01-31 12:00", "UTC", "2026-02-28 12:00"),
        ((13, "month"), "2026-12-31 12:00", "UTC", "2028-01-31 12:00"),
        ((1, "year"), "2028-02-29 12:00", "UTC", "2029-02-28 12:00"),
        ((2, "week"), "2026-03-01 12:00", "UTC", "2026-03-15 12:00"),
    ],
)
def test_when_a_monitor_is_due(
    schedule: str | tuple[int, str], after: str, timezone: str, expected: str
) -> None:
    assert due(schedule, after, timezone) == at(expected)


# Berlin: 2026-03-29 01:00 UTC, clocks go from 2 to 3; 2026-10-25 01:00 UTC, from 3 to 2.


def test_a_time_the_clock_jumps_over_is_due_as_much_later_that_day() -> None:
    assert due("30 2 * * *", "2026-03-28 12:00", "Europe/Berlin") == at("2026-03-29 01:30")
    assert due("30 2 * * *", "2026-03-29 01:30", "Europe/Berlin") == at("2026-03-30 00:30")


def test_an_hourly_job_is_due_every_hour_when_the_clock_jumps() -> None:
    assert due("30 * * * *", "2026-03-29 00:30", "Europe/Berlin") == at("2026-03-29 01:30")
    assert due("30 * * * *", "2026-03-29 01:30", "Europe/Berlin") == at("2026-03-29 02:30")


def test_a_time_the_clock_repeats_is_due_once() -> None:
    first = due("30 2 * * *", "2026-10-24 12:00", "Europe/Berlin")
    assert first == at("2026-10-25 00:30")
    for minutes in (0, 15, 45, 60, 75):  # also for a check-in within the repeated hour
        after = first + timedelta(minutes=minutes)
        assert next_due(MonitorConfig("30 2 * * *", timezone="Europe/Berlin"), after) == at(
            "2026-10-26 01:30"
        )


def test_an_interval_of_days_keeps_the_wall_clock_and_one_of_hours_the_elapsed_time() -> None:
    assert due((1, "day"), "2026-10-24 01:00", "Europe/Berlin") == at("2026-10-25 02:00")
    assert due((24, "hour"), "2026-10-24 01:00", "Europe/Berlin") == at("2026-10-25 01:00")


@given(
    st.sampled_from(
        ["* * * * *", "*/7 * * * *", "30 2 * * *", "0 0 * * sun", (1, "day"), (3, "hour")]
    ),
    st.sampled_from(
        ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo"]
    ),
    st.integers(0, 30 * 365 * 24 * 60).map(
        lambda minutes: at("2011-12-01 00:00") + timedelta(minutes=minutes)
    ),
)
def test_the_next_due_time_is_always_later_and_within_eight_days(
    schedule: str | tuple[int, str], timezone: str, after: datetime
) -> None:
    found = next_due(MonitorConfig(schedule, timezone=timezone), after)
    assert found.tzinfo is UTC
    assert after < found <= after + timedelta(days=8)


def test_a_schedule_that_never_comes_due_is_our_own_error() -> None:
    with pytest.raises(Invalid):
        due("0 0 30 2 *", "2026-03-01 12:00")
    with pytest.raises(Invalid):
        due("nonsense", "2026-03-01 12:00")


def test_a_check_in_is_missed_when_the_margin_is_over() -> None:
    config = MonitorConfig("0 * * * *", checkin_margin=5)
    last = at("2026-03-01 12:00:03")

    assert overdue_at(config, last) == at("2026-03-01 13:05")
    assert not is_missed(config, last, at("2026-03-01 13:04:59"))
    assert is_missed(config, last, at("2026-03-01 13:05"))


def test_after_a_missed_check_in_the_next_one_can_be_missed_too() -> None:
    config = MonitorConfig("0 * * * *", checkin_margin=5)
    assert not is_missed(config, at("2026-03-01 13:00"), at("2026-03-01 14:04"))
    assert is_missed(config, at("2026-03-01 13:00"), at("2026-03-01 14:05"))


def test_a_check_in_a_little_early_answers_the_run_it_belongs_to() -> None:
    config = MonitorConfig("0 * * * *", checkin_margin=1)
    due_at = at("2026-03-01 13:00")

    assert overdue_at(config, due_at - EARLY) == at("2026-03-01 14:01")
    assert overdue_at(config, due_at - 2 * EARLY) == at("2026-03-01 13:01")


def test_a_run_times_out_after_its_longest_time() -> None:
    config = MonitorConfig("@daily", max_runtime=30)
    started = at("2026-03-01 00:00")

    assert not is_timed_out(config, started, at("2026-03-01 00:29:59"))
    assert is_timed_out(config, started, at("2026-03-01 00:30"))
