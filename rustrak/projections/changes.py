"""What became of issues that somebody may want to hear of."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from rustrak.projections.event_row import EventRow


class ChangeKind(StrEnum):
    """How an issue comes to attention."""

    OPENED = "opened"
    REGRESSED = "regressed"
    UNMUTED = "unmuted"


@dataclass(frozen=True, slots=True)
class Change:
    """One issue that came to attention, with what is known of the event that did it.

    Nothing but a mute's end comes without an event; its level is the issue's and the rest is empty.
    """

    project_id: int
    issue_id: UUID
    kind: ChangeKind
    level: str
    environment: str
    release: str
    event_id: str = ""
    """32 hexadecimal digits, '' for none."""
    tags: str = "{}"
    """A JSON object of strings."""


def change_by(row: EventRow, kind: ChangeKind) -> Change:
    """What an event did to its issue."""
    return Change(
        project_id=row.project_id,
        issue_id=row.issue_id,
        kind=kind,
        level=row.level,
        environment=row.environment,
        release=row.release,
        event_id=row.event_id,
        tags=row.tags,
    )
