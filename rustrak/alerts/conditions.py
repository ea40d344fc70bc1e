"""What a rule listens for: conditions by its type, and filters that any rule may have.

What is unknown or wrong is refused: a condition that is ignored looks like one that is kept. What
filters mean is said once, in SQL: `alert_matches` of sql/migrations/0006_alerts.sql.
"""

from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rustrak.accounts.settings import Patterns, Text
from rustrak.alerts.notice import AlertType
from rustrak.errors import Fault, Invalid

MOST_EVENTS: Final = 10_000
LONGEST_PERIOD: Final = 24 * 60  # minutes
MOST_WORDS: Final = 50

Level = Literal["debug", "info", "warning", "error", "fatal"]
Word = Annotated[Text, Field(min_length=1, max_length=200)]
Words = Annotated[list[Word], Field(max_length=MOST_WORDS)]
Tags = Annotated[dict[Word, Word], Field(max_length=MOST_WORDS)]


class Asked(BaseModel):
    """A part of what a rule asks: unknown names are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class IssueConditions(Asked):
    """Of a rule about what became of an issue: nothing has to be said."""

    min_level: Level | None = None


class ThresholdConditions(IssueConditions):
    """More than `count` events, or users, of one issue within `minutes`."""

    count: Annotated[int, Field(ge=1, le=MOST_EVENTS)]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_PERIOD)]


class MonitorConditions(Asked):
    """Which monitors, all unless named, and which failures of theirs."""

    monitors: Patterns = []
    statuses: Annotated[list[Literal["missed", "timeout", "error"]], Field(min_length=1)] = [
        "missed"
    ]


class Filters(Asked):
    """Which events count; what is left out is not asked, and of a list one has to be met."""

    environments: Words = []
    levels: list[Level] = []
    min_level: Level | None = None
    releases: Patterns = []
    """`*` is any text."""
    tags: Tags = {}
    """All of them, exactly."""


CONDITIONS: Final[dict[AlertType, type[Asked]]] = {
    AlertType.NEW_ISSUE: IssueConditions,
    AlertType.REGRESSION: IssueConditions,
    AlertType.UNMUTE: IssueConditions,
    AlertType.EVENT_THRESHOLD: ThresholdConditions,
    AlertType.USER_THRESHOLD: ThresholdConditions,
    AlertType.MONITOR_MISSED: MonitorConditions,
}
"""The types of rules there are."""

THRESHOLDS: Final = frozenset({AlertType.EVENT_THRESHOLD, AlertType.USER_THRESHOLD})


def check_type(text: str) -> AlertType:
    """The type of a rule. Raises Invalid."""
    if text not in CONDITIONS:
        raise Invalid(f"alert_type must be one of {', '.join(CONDITIONS)}")
    return AlertType(text)


def check_conditions(alert_type: AlertType, given: Any) -> dict[str, Any]:
    """Conditions as they are kept. Raises Invalid naming the first wrong member."""
    return _checked(CONDITIONS[alert_type], given, "conditions")


def check_filters(given: Any) -> dict[str, Any]:
    """Filters as they are kept. Raises Invalid naming the first wrong member."""
    return _checked(Filters, given, "filters")


def period(conditions: dict[str, Any]) -> timedelta:
    """How far back a threshold looks; nothing for rules that do not count."""
    return timedelta(minutes=conditions.get("minutes", 0))


def _checked(model: type[Asked], given: Any, name: str) -> dict[str, Any]:
    """What was said, without what says nothing, so that the same is always kept alike."""
    try:
        section = model.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join([name, *(str(part)[:100] for part in first["loc"])])
        reason = first["msg"].removeprefix("Value error, ")
        raise Invalid(f"{place}: {reason}", Fault(place, first["type"], reason)) from None
    said = section.model_dump(exclude_none=True)
    return {name: value for name, value in said.items() if value not in ([], {})}
