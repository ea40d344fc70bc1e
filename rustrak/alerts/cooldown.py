"""How often one rule may speak: pure, and the same for rules that fire and for back-tests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.alerts.conditions import period
from rustrak.alerts.notice import AlertType
from rustrak.alerts.rules import Rule

STORM: Final = timedelta(minutes=1)
"""After a notice, what else a rule has to tell is collected for so long and told in one."""


@dataclass(frozen=True, slots=True)
class Firing:
    """An issue a rule wants told."""

    issue_id: UUID
    event_id: UUID | None
    """The event that did it; None when none did."""
    occurred_at: datetime
    """When that event was received."""

    @property
    def event_hex(self) -> str:
        """The event's id for an array of texts, '' for none."""
        return self.event_id.hex if self.event_id is not None else ""


def as_firings(rows: Iterable[DictRow]) -> list[Firing]:
    """Rows with these columns."""
    return [Firing(row["issue_id"], row["event_id"], row["occurred_at"]) for row in rows]


def quiet_time(rule: Rule) -> timedelta:
    """How long a rule that fired for an issue stays quiet about the same issue.

    A threshold that was crossed cannot be crossed afresh before its period has passed.
    """
    return max(timedelta(minutes=rule.cooldown_minutes), period(rule.conditions))


def notice_gap(rule: Rule) -> timedelta:
    """The shortest time between two notices of a rule.

    An issue is new once, so all that a cooldown can mean there is how often one is told of others.
    """
    if rule.alert_type is AlertType.NEW_ISSUE:
        return max(STORM, timedelta(minutes=rule.cooldown_minutes))
    return STORM


def after_cooldown(
    found: Iterable[Firing], quiet: timedelta, last: Mapping[UUID, datetime]
) -> list[Firing]:
    """What is left of firings, given in order of time, when an issue rests after each.

    `last` is when the rule last fired for an issue, before these.
    """
    latest = dict(last)
    kept = []
    for firing in found:
        before = latest.get(firing.issue_id)
        if before is None or firing.occurred_at - before >= quiet:
            latest[firing.issue_id] = firing.occurred_at
            kept.append(firing)
    return kept
