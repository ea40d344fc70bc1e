"""Times in query strings."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from rustrak.errors import Invalid
from rustrak.protocol.timestamps import parse_timestamp
from rustrak.schemas.base import Query

MOST_HOURS = 720
"""Thirty days."""
LONGEST_WINDOW = timedelta(days=90)
"""A list that is searched reads no more than that."""
USUAL_WINDOW = timedelta(days=1)


def _moment(value: Any) -> datetime:
    found = parse_timestamp(value)
    if found is None:
        raise ValueError("must be a time such as 2026-01-31T12:00:00Z")
    return found


Moment = Annotated[datetime, BeforeValidator(_moment)]
"""RFC 3339, UTC unless it says otherwise, or Unix seconds."""


class HoursQuery(Query):
    hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = 24
    """How far to look back."""

    def starts(self) -> list[datetime]:
        """The starts of these hours, oldest first, the running one last: the same for every line
        of a chart."""
        running = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        return [running - timedelta(hours=ago) for ago in reversed(range(self.hours))]


class WindowQuery(Query):
    since: Moment | None = None
    """A day before `until` unless given, at most 90 days."""
    until: Moment | None = None
    """Now unless given."""

    def window(self) -> tuple[datetime, datetime]:
        """Both ends. Raises Invalid for a window that is too long."""
        until = self.until or datetime.now(UTC)
        try:
            earliest, usual = until - LONGEST_WINDOW, until - USUAL_WINDOW
        except OverflowError:
            raise Invalid("until: is before the beginning of time") from None
        since = self.since or usual
        if since < earliest:
            raise Invalid(f"since: must be at most {LONGEST_WINDOW.days} days before until")
        return since, until
