"""What the runs of a monitor say: missed, failed, recovered."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from rustrak.items.monitoring import (
    MOST_MISSES,
    Run,
    Sign,
    Status,
    current_status,
    judge,
    next_expected,
)
from rustrak.items.schedules import (
    MonitorConfig,
    read_monitor_config,
    stored_monitor_config,
    write_monitor_config,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOURLY = MonitorConfig("0 * * * *", checkin_margin=5, max_runtime=20)


def at(minute: float) -> datetime:
    """A time so many minutes after noon."""
    return NOON + timedelta(minutes=minute)


def run(start: float, status: str = "ok", end: float | None = None) -> Run:
    """A run from a minute after noon to another; in an instant unless told otherwise."""
    finished = None if status == "in_progress" else at(start if end is None else end)
    return Run(UUID(int=int(start * 10) & 2**64 - 1), Status(status), at(start), finished)


def told(signs: list[Sign]) -> list[tuple[str, datetime]]:
    return [(sign.status.value, sign.expected_at) for sign in signs]


def test_a_monitor_is_not_overdue_before_its_first_check_in() -> None:
    assert judge(HOURLY, [], at(10_000)).alarms == []
    assert next_expected(HOURLY, [], NOON) is None


def test_a_missed_check_in_is_told_once_the_margin_is_over() -> None:
    runs = [run(0)]
    assert judge(HOURLY, runs, at(64.9)).alarms == []
    assert told(judge(HOURLY, runs, at(65)).alarms) == [("missed", at(60))]
    assert current_status(HOURLY, runs, at(64.9)) is Status.OK
    assert current_status(HOURLY, runs, at(65)) is Status.MISSED


def test_of_many_missed_check_ins_the_latest_is_told_and_at_some_time_none_more() -> None:
    runs = [run(0)]
    assert told(judge(HOURLY, runs, at(60 * 4 + 5)).alarms) == [("missed", at(240))]
    last = at(60 * (1 + MOST_MISSES))
    for hours in (MOST_MISSES + 2, 24 * 365):
        assert told(judge(HOURLY, runs, at(60 * hours)).alarms) == [("missed", last)]


def test_without_a_schedule_nothing_is_missed_and_nothing_times_out() -> None:
    assert judge(None, [run(0), run(1, "in_progress")], at(10_000)).alarms == []
    assert told(judge(None, [run(0, "error")], at(1)).alarms) == [("error", NOON)]


def test_a_run_that_takes_too_long_times_out_however_it_ends() -> None:
    for late in (run(0, "in_progress"), run(0, "ok", 20), run(0, "error", 21)):
        assert told(judge(HOURLY, [late], at(21)).alarms) == [("timeout", NOON)]
        assert judge(HOURLY, [late], at(21)).recovered_at is None
    assert judge(HOURLY, [run(0, "in_progress")], at(19)).alarms == []
    assert judge(HOURLY, [run(0, "ok", 19.9)], at(21)).alarms == []


def test_failures_open_an_issue_from_the_threshold_on() -> None:
    config = MonitorConfig("0 * * * *", failure_issue_threshold=3)
    runs = [run(0), run(60, "error"), run(120, "error")]
    assert judge(config, runs, at(121)).alarms == []
    assert told(judge(config, runs, at(181)).alarms) == [("missed", at(180))]
    runs += [run(185, "error"), run(240, "error")]
    assert told(judge(config, runs, at(241)).alarms) == [("error", at(185)), ("error", at(240))]


def test_a_good_run_starts_the_count_of_failures_again() -> None:
    config = MonitorConfig("0 * * * *", failure_issue_threshold=2)
    runs = [run(0, "error"), run(60), run(120, "error")]
    assert judge(config, runs, at(121)).alarms == []


def test_a_monitor_is_well_after_as_many_good_runs_as_it_asks_for() -> None:
    config = MonitorConfig("0 * * * *", recovery_threshold=2)
    runs = [run(0, "error"), run(60, end=61)]
    assert judge(config, runs, at(62)).recovered_at is None
    runs.append(run(120, end=121))
    assert judge(config, runs, at(122)).recovered_at == at(121)
    assert judge(config, [*runs[:2], run(180)], at(181)).recovered_at is None  # 120 was missed


def test_while_it_is_not_well_every_failure_is_told() -> None:
    config = MonitorConfig("0 * * * *", failure_issue_threshold=2, recovery_threshold=2)
    runs = [run(0, "error"), run(60, "error"), run(120), run(180, "error")]
    assert told(judge(config, runs, at(181)).alarms) == [("error", at(60)), ("error", at(180))]


def test_a_failure_between_two_looks_is_told_although_the_monitor_is_well_again() -> None:
    verdict = judge(HOURLY, [run(0, "error"), run(1)], at(2))
    assert told(verdict.alarms) == [("error", NOON)]
    assert verdict.recovered_at == at(1)


@pytest.mark.parametrize("status", ["in_progress", "unknown"])
def test_a_run_that_is_neither_good_nor_bad_changes_nothing(status: str) -> None:
    config = MonitorConfig("0 * * * *", failure_issue_threshold=2)
    runs = [run(0, "error"), run(1, status), run(2, "error")]
    assert told(judge(config, runs, at(3)).alarms) == [("error", at(2))]


def test_the_next_check_in_is_expected_after_now_when_the_last_was_missed() -> None:
    assert next_expected(HOURLY, [run(0)], at(1)) == at(60)
    assert next_expected(HOURLY, [run(0)], at(64)) == at(60)
    assert next_expected(HOURLY, [run(0)], at(66)) == at(120)
    assert next_expected(None, [run(0)], at(1)) is None


def test_an_interval_counts_from_the_last_check_in_exactly() -> None:
    config = MonitorConfig((1, "hour"))
    assert told(judge(config, [run(7)], at(68)).alarms) == [("missed", at(67))]


def test_a_crontab_that_never_comes_due_again_is_never_missed() -> None:
    config = MonitorConfig("0 0 30 2 *")
    assert judge(config, [run(0)], at(10**6)).alarms == []
    assert next_expected(config, [run(0)], NOON) is None


@pytest.mark.parametrize("schedule", ["*/5 * * * mon", (3, "month")])
def test_a_configuration_is_read_as_it_was_written(schedule: str | tuple[int, str]) -> None:
    config = MonitorConfig(schedule, 2, 3, "Europe/Berlin", 4, 5)
    written = write_monitor_config(config)
    assert read_monitor_config(written, NOON) == stored_monitor_config(written) == config


def test_a_time_zone_this_machine_lost_stops_nothing_else() -> None:
    config = MonitorConfig("0 * * * *", timezone="Mars/Phobos")
    assert told(judge(config, [run(0), run(1, "error")], at(10**4)).alarms) == [("error", at(1))]
