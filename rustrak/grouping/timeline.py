"""Which configuration an event is grouped by: a project's decisions, by the time of receipt.

A decision covers the events received from `since` (its own time, if null) until before `until`. Of
several that cover a moment, the latest that was not undone counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from rustrak.events.event import Event
from rustrak.grouping.config import FIRST, GroupingConfig

OWN_SDK: Final = "rustrak.monitors"
"""The SDK of events that Rustrak itself tells of; monitors find them by their fingerprint."""

ALWAYS: Final = "1970-01-01T00:00:00+00:00"
"""`since` of a configuration for all events, whenever received."""


@dataclass(frozen=True, slots=True)
class Period:
    """One decision: the events received from `since` until before `until` (None: no end)."""

    position: int
    since: datetime
    until: datetime | None
    config: GroupingConfig

    def covers(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The latest decision first."""

    periods: tuple[Period, ...] = ()

    def at(self, received_at: datetime) -> GroupingConfig:
        """What an event received then is grouped by."""
        for period in self.periods:
            if period.covers(received_at):
                return period.config
        return FIRST

    def config_for(self, event: Event, received_at: datetime) -> GroupingConfig:
        """The same; events of our own are not subject to what a project decides."""
        return FIRST if event.sdk.name == OWN_SDK else self.at(received_at)

    def after(self, period: Period) -> "Timeline":
        """As if this were decided now."""
        return Timeline((period, *self.periods))


def standing(decisions: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that were not undone, in their order; an undo may be undone like anything else.

    Rows have position, kind and details; an undo names the position it undoes.
    """
    gone = undone(decisions)
    kept = [row for row in decisions if row["kind"] != "undo" and row["position"] not in gone]
    return sorted(kept, key=lambda row: int(row["position"]))


def undone(decisions: Sequence[Mapping[str, Any]]) -> set[int]:
    """Positions of decisions, and of undos, that count as never taken."""
    found: set[int] = set()
    for row in sorted(decisions, key=lambda row: -row["position"]):
        if row["kind"] == "undo" and row["position"] not in found:
            found.add(row["details"]["position"])
    return found


def read_timeline(decisions: Iterable[Mapping[str, Any]]) -> Timeline:
    """From rows of `change_grouping` and `undo`: position, kind, decided_at, details."""
    rows = standing(list(decisions))
    return Timeline(tuple(map(_period, reversed(rows))))


def _period(row: Mapping[str, Any]) -> Period:
    said = row["details"]
    since = said.get("since")
    return Period(
        position=row["position"],
        since=_moment(since) if since else row["decided_at"],
        until=_moment(said["until"]) if said.get("until") else None,
        config=GroupingConfig.of(said["version"], said["rules"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
