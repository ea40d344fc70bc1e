"""What the check-ins of a monitor say about it: what was missed, what failed, and when to tell.

Pure; used by whoever watches monitors and by whoever shows them. `now` is the time up to which
check-ins are known. Source: Sentry protocol, check-ins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfoNotFoundError

from rustrak.errors import Invalid
from rustrak.items.schedules import MonitorConfig, expected_after, is_timed_out

MOST_MISSES: Final = 50
"""Missed check-ins in a row that are told of, beyond those that open the issue; a monitor nobody
needs any more falls silent."""

_CACHED = 16_384  # due times; a crontab takes 0.4 ms, and asks the same question every minute


class Status(StrEnum):
    """Of a run, and of a monitor after its latest one. `unknown` is neither good nor bad."""

    IN_PROGRESS = "in_progress"
    OK = "ok"
    ERROR = "error"
    UNKNOWN = "unknown"
    MISSED = "missed"
    TIMEOUT = "timeout"


FAILED: Final = frozenset({Status.ERROR, Status.MISSED, Status.TIMEOUT})


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was told: `status` is that of its last check-in, without timeouts."""

    check_in_id: UUID
    status: Status
    started_at: datetime
    finished_at: datetime | None
    release: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that happened to a monitor, or did not: a run, or a missed check-in (no run).

    `expected_at` is the time that was due or the start of the run, `known_at` when it was clear.
    """

    status: Status
    expected_at: datetime
    known_at: datetime
    run: Run | None = None


@dataclass(slots=True)
class Verdict:
    """Failures to tell of, oldest first; or since when the monitor is well (None when it fails)."""

    alarms: list[Sign] = field(default_factory=list)
    recovered_at: datetime | None = None


def sign_of(run: Run, config: MonitorConfig | None, now: datetime) -> Sign:
    """A run as it stands at `now`. One that took too long timed out, however it ended later."""
    ended = run.finished_at or now
    if config is not None and is_timed_out(config, run.started_at, ended):
        deadline = run.started_at + timedelta(minutes=config.max_runtime)
        return Sign(Status.TIMEOUT, run.started_at, deadline, run)
    return Sign(run.status, run.started_at, run.finished_at or run.started_at, run)


def missed_after(config: MonitorConfig, last: datetime, until: datetime, most: int) -> list[Sign]:
    """The check-ins, at most `most`, that had to come after `last` and had not come by `until`."""
    missed: list[Sign] = []
    while len(missed) < most:
        due = _expected_after(config, last)
        if due is None:
            break
        late = due + timedelta(minutes=config.checkin_margin)
        if late > until:
            break
        missed.append(Sign(Status.MISSED, due, late))
        last = due
    return missed


def overdue(
    config: MonitorConfig | None, runs: Sequence[Run], now: datetime, most: int
) -> list[Sign]:
    """What has been missed since the latest of the runs; nothing without a schedule."""
    if config is None or not runs:
        return []
    return missed_after(config, _latest(runs), now, most)


def next_expected(
    config: MonitorConfig | None, runs: Sequence[Run], now: datetime
) -> datetime | None:
    """When the next check-in is due; None without a schedule or a first check-in."""
    if config is None or not runs:
        return None
    due = _expected_after(config, _latest(runs))
    if due is None or due + timedelta(minutes=config.checkin_margin) > now:
        return due
    return _expected_after(config, now)


def current_status(config: MonitorConfig | None, runs: Sequence[Run], now: datetime) -> Status:
    """The status of the latest sign. Raises ValueError without runs."""
    missed = overdue(config, runs, now, 1)
    signs = [*(sign_of(run, config, now) for run in runs), *missed]
    return max(signs, key=lambda sign: sign.known_at).status


def judge(config: MonitorConfig | None, runs: Sequence[Run], now: datetime) -> Verdict:
    """What to tell about a monitor's latest runs, given in order of their start.

    Failures in a row are told of from the one that reaches the failure threshold on, until good
    runs in a row reach the recovery threshold. Of check-ins missed now only the latest is told;
    those missed between runs count, but had their time to be told.
    """
    failures, recoveries = 1, 1
    if config is not None:
        failures, recoveries = config.failure_issue_threshold, config.recovery_threshold
    missed = overdue(config, runs, now, failures + MOST_MISSES)
    signs = [sign_of(run, config, now) for run in runs] + missed
    if config is not None and max(failures, recoveries) > 1:
        signs += _missed_between(config, runs, failures + MOST_MISSES)
    signs.sort(key=lambda sign: sign.known_at)
    verdict = Verdict()
    told = _count(signs, failures, recoveries, verdict)
    verdict.alarms = [sign for sign in told if sign.run is not None or sign in missed[-1:]]
    return verdict


def _count(signs: list[Sign], failures: int, recoveries: int, verdict: Verdict) -> list[Sign]:
    """Every failure at or beyond the threshold; sets since when the monitor is well."""
    alarms = []
    is_failing, bad, good = False, 0, 0
    for sign in signs:
        if sign.status in FAILED:
            bad, good = bad + 1, 0
            if is_failing or bad >= failures:
                is_failing, verdict.recovered_at = True, None
                alarms.append(sign)
        elif sign.status is Status.OK:
            bad, good = 0, good + 1
            if good >= recoveries:
                is_failing, verdict.recovered_at = False, sign.known_at
    return alarms


def _missed_between(config: MonitorConfig, runs: Sequence[Run], most: int) -> list[Sign]:
    """What was missed between runs, most recent gaps first, `most` at most in all."""
    missed: list[Sign] = []
    for number in range(len(runs) - 1, 0, -1):
        earlier, later = runs[number - 1].started_at, runs[number].started_at
        missed += missed_after(config, earlier, later, most - len(missed))
    return missed


def _latest(runs: Sequence[Run]) -> datetime:
    return max(run.started_at for run in runs)


@lru_cache(maxsize=_CACHED)
def _expected_after(config: MonitorConfig, last: datetime) -> datetime | None:
    """None for a crontab that does not come due any more, and for a time zone this machine lost."""
    try:
        return expected_after(config, last)
    except (Invalid, ZoneInfoNotFoundError):
        return None
