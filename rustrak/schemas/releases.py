"""Releases and their health."""

from datetime import datetime

from rustrak.schemas.base import Environments, Reply
from rustrak.schemas.times import HoursQuery


class Release(Reply):
    version: str
    first_seen: datetime
    last_seen: datetime
    """Of events, and of the first items of sessions."""
    event_count: int
    new_issue_count: int
    """Issues whose first event is of this release."""
    sessions: int
    crashed_sessions: int
    users: int
    """Those whose sessions say who they are."""
    crash_free_session_rate: float | None
    """Percent; null without sessions."""
    crash_free_user_rate: float | None
    """Percent; null without users."""


class HealthQuery(HoursQuery):
    environment: Environments = None


class Health(Reply):
    """Sessions of some time: `healthy` is all without `errored`, which holds crashed and abnormal
    ones too."""

    sessions: int
    healthy: int
    errored: int
    crashed: int
    abnormal: int
    users: int
    """Each counted once, however many hours they came in."""
    crashed_users: int
    crash_free_session_rate: float | None
    """Percent; null without sessions."""
    crash_free_user_rate: float | None
    """Percent; null without users."""


class HourOfHealth(Health):
    hour: datetime


class ReleaseHealth(Reply):
    version: str
    environment: str | None
    """Those asked for, with commas between them; null for all."""
    totals: Health
    series: list[HourOfHealth]
