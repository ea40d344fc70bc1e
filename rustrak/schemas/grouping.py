"""How events are grouped, and why one is where it is."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from rustrak.schemas.base import Body, Reply, Text, Word

RulesText = Annotated[str, Field(max_length=65_536)]
"""One rule a line; see docs/grouping.md."""


class GroupingChange(Reply):
    """A decision; the latest that covers an event and was not undone counts."""

    position: int
    version: str
    rules: str
    since: datetime | None
    """Events received from then on; null for ever."""
    until: datetime | None
    """Events received before; null for ever."""
    decided_at: datetime
    decided_by: str
    is_undone: bool


class ProjectGrouping(Reply):
    """What events received now are grouped by."""

    version: str
    latest_version: str
    """Of this program."""
    versions: list[str]
    rules: str
    history: list[GroupingChange]
    """The latest first."""


class NewGrouping(Body):
    """For events received from now on; what is left out stays as it is."""

    version: Word | None = None
    rules: RulesText | None = None


class GroupingTrial(Body):
    """Rules to try; saves nothing."""

    rules: RulesText
    version: Word | None = None
    event_id: UUID | None = None
    """An event of the project to try them on."""
    event: dict[str, Any] | None = None
    """Or one that is not: the JSON of an SDK's event."""


class RuleNote(Reply):
    line: int
    source: str
    """The rule."""
    effect: str


class ExplainedComponent(Reply):
    name: str
    value: str
    contributes: bool
    reason: str
    """Why it does not count."""


class ExplainedGrouping(Reply):
    """Every value that was looked at, in order; those that contribute make the key."""

    version: str
    key: str
    strategy: Text
    variant: str
    """Which frames counted: `app`, `system` or `none`; empty where no frame was looked at."""
    components: list[ExplainedComponent]
    rules: list[RuleNote]
    """Those that matched, and what they did."""


class EventGrouping(Reply):
    event_id: UUID
    issue_id: UUID
    grouping_id: UUID
    """As it was digested."""
    current_grouping_id: UUID
    """As it would be digested now; another one after a change that covers its past."""
    explanation: ExplainedGrouping


class TrialResult(Reply):
    rules: int
    """How many there are."""
    explanation: ExplainedGrouping | None
