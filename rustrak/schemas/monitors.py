"""Cron monitors and their check-ins."""

from datetime import datetime
from uuid import UUID

from rustrak.items.monitoring import Status
from rustrak.schemas.base import Reply


class Schedule(Reply):
    type: str
    """'crontab' or 'interval'."""
    value: str | int
    """A crontab, or a number of `unit`s."""
    unit: str | None = None


class CronConfig(Reply):
    """As the SDK sent it, with defaults filled in."""

    schedule: Schedule
    checkin_margin: int
    """Minutes a run may start late."""
    max_runtime: int
    """Minutes a run may take."""
    timezone: str
    failure_issue_threshold: int
    """Failures in a row that open an issue."""
    recovery_threshold: int
    """Successes in a row that resolve it."""


class MonitorEnvironment(Reply):
    environment: str
    status: Status
    """Of the latest run."""
    last_check_in: datetime
    """When the latest run started."""
    next_expected: datetime | None


class Monitor(Reply):
    slug: str
    config: CronConfig | None
    environments: list[MonitorEnvironment]


class CheckIn(Reply):
    """A run."""

    check_in_id: UUID | None
    """Null when the SDK gave none."""
    environment: str
    status: Status
    started_at: datetime
    finished_at: datetime | None
    duration: float | None
    """Seconds."""
    release: str
