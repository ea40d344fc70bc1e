"""When a cron monitor is due, and whether a check-in is missed or has timed out.

Used by `checkins` and by whoever watches monitors. Source: Sentry protocol, check-ins.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter

from rustrak.errors import Invalid
from rustrak.items.values import mapping, text

EARLY: Final = timedelta(seconds=15)
"""How far ahead of its due time a check-in still answers it; clocks of two machines differ."""
MAX_MINUTES: Final = 28 * 24 * 60
"""The longest margin and run time, in minutes."""
MAX_THRESHOLD: Final = 720
"""The most check-ins in a row that open or close an issue."""

_MAX_CRONTAB = 255  # characters; a list of all sixty minutes has 170
_MAX_ZONE = 64  # characters
_TEN_YEARS = {
    "minute": 5_256_000,
    "hour": 87_600,
    "day": 3_650,
    "week": 520,
    "month": 120,
    "year": 10,
}
# Only what names times: croniter also takes `r` and `h`, which are random or need a seed.
_FIELD = (
    r"(?>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat"
    r"|[0-9*,/?#lw-])+)"
)
_CRONTAB = re.compile(
    rf"(?:{_FIELD} ){{4}}{_FIELD}|@(?:hourly|daily|midnight|weekly|monthly|yearly|annually)"
)
_ZONE = re.compile(r"[A-Za-z0-9_+-]++(?:/[A-Za-z0-9_+-]++){0,2}")


@dataclass(slots=True, frozen=True)
class MonitorConfig:
    """How a job is to be watched. `schedule` is a crontab, or an interval as (number, unit).

    `checkin_margin` and `max_runtime` are minutes, the thresholds check-ins in a row; `timezone`
    is a known IANA name.
    """

    schedule: str | tuple[int, str]
    checkin_margin: int = 1
    max_runtime: int = 30
    timezone: str = "UTC"
    failure_issue_threshold: int = 1
    recovery_threshold: int = 1


def read_monitor_config(raw: object, received_at: datetime) -> MonitorConfig | None:
    """The `monitor_config` of a check-in; None without a schedule that comes due.

    Another value that is unusable becomes its default, a number out of range the nearest one.
    """
    config = mapping(raw)
    schedule = _schedule(mapping(config.get("schedule")))
    if schedule is None:
        return None
    found = MonitorConfig(
        schedule,
        _number(config.get("checkin_margin"), 1, MAX_MINUTES),
        _number(config.get("max_runtime"), 30, MAX_MINUTES),
        _timezone(config.get("timezone")),
        _number(config.get("failure_issue_threshold"), 1, MAX_THRESHOLD),
        _number(config.get("recovery_threshold"), 1, MAX_THRESHOLD),
    )
    try:
        next_due(found, received_at)
    except Invalid:
        return None
    return found


def write_monitor_config(config: MonitorConfig) -> dict[str, Any]:
    """The configuration as SDKs write it, for `stored_monitor_config` and for people."""
    if isinstance(config.schedule, str):
        schedule: dict[str, Any] = {"type": "crontab", "value": config.schedule}
    else:
        number, unit = config.schedule
        schedule = {"type": "interval", "value": number, "unit": unit}
    return {**asdict(config), "schedule": schedule}


def stored_monitor_config(raw: Mapping[str, Any]) -> MonitorConfig:
    """What `write_monitor_config` wrote, taken at its word: checking it costs 0.4 ms a crontab."""
    schedule = raw["schedule"]
    value = schedule["value"]
    is_interval = schedule["type"] == "interval"
    return MonitorConfig(**{**raw, "schedule": (value, schedule["unit"]) if is_interval else value})


def next_due(config: MonitorConfig, after: datetime) -> datetime:
    """The first time after `after` (aware) at which a check-in is due, in UTC.

    An interval counts from `after`, the last check-in: minutes and hours as elapsed time, longer
    units by the calendar of the time zone. Raises Invalid for a crontab that never comes due.
    """
    zone = ZoneInfo(config.timezone)
    if isinstance(config.schedule, str):
        return _next_by_crontab(config.schedule, zone, after)
    return _next_by_interval(*config.schedule, zone, after)


def overdue_at(config: MonitorConfig, last: datetime) -> datetime:
    """When the check-in after `last` is missed: it was due, and the margin is over.

    `last` is the start of the latest check-in or, after a missed one, the time that was due.
    """
    return expected_after(config, last) + timedelta(minutes=config.checkin_margin)


def expected_after(config: MonitorConfig, last: datetime) -> datetime:
    """When the check-in after `last` is due. One a little early answers the due time ahead of it;
    an interval has no due time of its own to be early for."""
    return next_due(config, last + EARLY if isinstance(config.schedule, str) else last)


def is_missed(config: MonitorConfig, last: datetime, now: datetime) -> bool:
    """Whether the check-in that had to follow `last` has not come in time."""
    return now >= overdue_at(config, last)


def is_timed_out(config: MonitorConfig, started: datetime, now: datetime) -> bool:
    """Whether a check-in that has been `in_progress` since `started` runs for too long."""
    return now >= started + timedelta(minutes=config.max_runtime)


def _next_by_crontab(crontab: str, zone: ZoneInfo, after: datetime) -> datetime:
    """The next match on the zone's wall clock.

    A time the clock jumps over is due as much later; one that it repeats is due once, the first
    time. Worked out without a zone, because croniter asserts on some transitions.
    """
    wall = after.astimezone(zone).replace(tzinfo=None)
    try:
        matches = croniter(crontab, wall, ret_type=datetime)
        while True:  # a second turn only in a repeated hour: a day's minutes at most
            match: datetime = matches.get_next()
            due = match.replace(tzinfo=zone).astimezone(UTC)
            if due > after:
                return due
    except (ValueError, KeyError, IndexError, OverflowError):
        raise Invalid("the crontab schedule is not valid or never comes due") from None


def _next_by_interval(number: int, unit: str, zone: ZoneInfo, after: datetime) -> datetime:
    if unit in ("minute", "hour"):
        return after.astimezone(UTC) + timedelta(
            minutes=number if unit == "minute" else number * 60
        )
    wall = after.astimezone(zone).replace(tzinfo=None)
    if unit in ("day", "week"):
        wall += timedelta(days=number if unit == "day" else number * 7)
    else:
        wall = _months_later(wall, number if unit == "month" else number * 12)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _months_later(wall: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day when it is shorter."""
    years, month = divmod(wall.month - 1 + months, 12)
    year, month = wall.year + years, month + 1
    return wall.replace(year=year, month=month, day=min(wall.day, monthrange(year, month)[1]))


def _schedule(raw: Mapping[str, Any]) -> str | tuple[int, str] | None:
    if raw.get("type") == "interval":
        value, unit = raw.get("value"), raw.get("unit")
        most = _TEN_YEARS.get(unit) if isinstance(unit, str) else None
        if most is None or type(value) is not int or not 0 < value <= most:
            return None
        return value, str(unit)
    crontab = " ".join(text(raw.get("value"), _MAX_CRONTAB).lower().split())
    return crontab if _CRONTAB.fullmatch(crontab) else None


def _number(value: object, default: int, most: int) -> int:
    return default if type(value) is not int else min(max(value, 1), most)


def _timezone(value: object) -> str:
    """An IANA name this machine knows, else UTC: a wrong hour is noticed, silence is not."""
    if isinstance(value, str) and len(value) <= _MAX_ZONE and _ZONE.fullmatch(value):
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a directory of zones
            pass
    return "UTC"
