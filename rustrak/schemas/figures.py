"""What is counted: charts, tags and aggregates."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from rustrak.schemas.base import Environments, Projects, Query, Reply, Word


class Window(StrEnum):
    DAY = "24h"
    """The last 24 hours of UTC, the running one included."""
    MONTH = "30d"
    """The last 30 days of UTC, today included."""


class Bar(Reply):
    """The events received in the hour or day that begins then."""

    start: datetime
    event_count: int


class EnvironmentsQuery(Query):
    environment: Environments = None


class StatsQuery(EnvironmentsQuery):
    window: Window = Window.DAY


class TagValuesQuery(EnvironmentsQuery):
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    offset: Annotated[int, Field(ge=0, le=2**31)] = 0


class KnownTagsQuery(Query):
    begins: Word = ""
    project: Projects = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class KnownTag(Reply):
    name: str
    """A key, or a value."""


class TagValue(Reply):
    value: str
    event_count: int
    first_seen: datetime
    last_seen: datetime


class TagValues(Reply):
    """A tag of an issue's events with its most frequent values."""

    key: str
    value_count: int
    """How many values there are, shown or not."""
    event_count: int
    """Events that have the tag."""
    values: list[TagValue]


class Aggregates(Reply):
    """An issue in a few figures; times are null and texts empty where it has no event."""

    event_count: int
    user_count: int
    first_seen: datetime | None
    last_seen: datetime | None
    first_release: str
    last_release: str
    first_environment: str
    last_environment: str


class Stats(Reply):
    window: Window
    total: int
    series: list[Bar]
    """Oldest first."""
