"""Alerts: channels, rules, history, and trying a rule on the past."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from rustrak.alerts.notice import AlertType
from rustrak.schemas.base import Body, Query, Reply, Text

Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
ChannelIds = Annotated[list[Id], Field(max_length=100)]
Json = dict[str, Any]
"""An object whose members depend on a type; a wrong one is answered with its name."""

LONGEST_BACKTEST = 90  # days


class Channel(Reply):
    id: int
    name: str
    channel_type: str
    config: Json
    """Secrets are masked; empty for those who may not change it."""
    is_enabled: bool
    failure_count: int
    """Since the last success."""
    last_failure_at: datetime | None
    last_failure_message: str | None
    last_success_at: datetime | None
    created_at: datetime
    updated_at: datetime


class NewChannel(Body):
    name: Text
    channel_type: Text
    config: Json
    is_enabled: bool | None = None


class ChannelChange(Body):
    name: Text | None = None
    config: Json | None = None
    """Replaces the old one; a masked secret stands for the one kept."""
    is_enabled: bool | None = None


class Integration(Reply):
    """A channel in the words of newer clients."""

    id: int
    name: str
    provider_type: str
    credentials: Json
    is_enabled: bool
    failure_count: int
    last_failure_at: datetime | None
    last_failure_message: str | None
    last_success_at: datetime | None
    created_at: datetime
    updated_at: datetime


class NewIntegration(Body):
    name: Text
    provider_type: Text
    credentials: Json
    is_enabled: bool | None = None


class IntegrationChange(Body):
    name: Text | None = None
    credentials: Json | None = None
    is_enabled: bool | None = None


class Tested(Reply):
    """Whether a message got through, and if not, why."""

    success: bool
    message: str


class Rule(Reply):
    id: int
    project_id: int
    name: str
    alert_type: AlertType
    is_enabled: bool
    conditions: Json
    filters: Json
    cooldown_minutes: int
    last_triggered_at: datetime | None
    created_at: datetime
    updated_at: datetime
    channel_ids: list[int]


class NewRule(Body):
    name: Text
    alert_type: Text
    channel_ids: ChannelIds | None = None
    conditions: Json | None = None
    filters: Json | None = None
    cooldown_minutes: int | None = None
    is_enabled: bool | None = None


class RuleChange(Body):
    """The type stays; channel_ids replace the set."""

    name: Text | None = None
    channel_ids: ChannelIds | None = None
    conditions: Json | None = None
    filters: Json | None = None
    cooldown_minutes: int | None = None
    is_enabled: bool | None = None


class RuleTrial(Body):
    """A rule that is not saved, and how many days of the past to try it on."""

    alert_type: Text
    conditions: Json | None = None
    filters: Json | None = None
    cooldown_minutes: int | None = None
    days: Annotated[int, Field(ge=1, le=LONGEST_BACKTEST)] | None = None


class PastFiring(Reply):
    at: datetime
    issue_id: UUID
    short_id: str
    title: str
    level: str | None
    event_id: UUID | None


class Trial(Reply):
    """`times` counts issues, `notices` what would have been sent: a storm is one."""

    days: int
    times: int
    notices: int
    firings: list[PastFiring]
    """The newest 100, newest first."""


class HistoryQuery(Query):
    limit: int = 50
    """From 1 to 100; beyond that the nearest counts."""


class Delivery(Reply):
    """What became of telling one channel."""

    id: int
    alert_rule_id: int | None
    channel_id: int | None
    issue_id: UUID | None
    project_id: int | None
    alert_type: str
    channel_type: str
    channel_name: str
    status: str
    attempt_count: int
    next_retry_at: datetime | None
    error_message: str | None
    http_status_code: int | None
    idempotency_key: str
    created_at: datetime
    sent_at: datetime | None
