"""The past regrouped."""

from datetime import datetime
from uuid import UUID

from rustrak.schemas.base import Body, Reply, Word
from rustrak.schemas.grouping import RulesText
from rustrak.schemas.times import Moment


class NewRegrouping(Body):
    """What is left out stays as it is; without times, all of the past and all to come."""

    version: Word | None = None
    rules: RulesText | None = None
    since: Moment | None = None
    """Events received from then on."""
    until: Moment | None = None
    """And before then."""


class SideOfChange(Reply):
    """An issue on one side of a change; without a name where it is yet to be opened."""

    id: UUID
    short_id: str | None
    title: str | None
    events: int


class ChangeOfIssues(Reply):
    """Issues that become others."""

    before: list[SideOfChange]
    after: list[SideOfChange]
    examples: list[str]
    """Ids of events that go elsewhere."""


class RegroupingDifference(Reply):
    headline: str
    """'3 issues become 1, 1 splits in 4, 212 unchanged'."""
    merged: int
    """Changes of several issues into one."""
    split: int
    """Changes of one issue into several."""
    changed: int
    """Changes, of which the 200 largest are listed."""
    unchanged: int
    """Issues."""
    changes: list[ChangeOfIssues]


class Regrouping(Reply):
    id: int
    version: str
    rules: str
    since: datetime | None
    until: datetime | None
    state: str
    """`previewing`, `previewed`, `applying`, `applied`, `undoing`, `undone` or `failed`."""
    done: int
    """Events read in this state."""
    total: int
    difference: RegroupingDifference | None
    decision: int | None
    """The change of the grouping that it made."""
    error: str
    created_by: str
    created_at: datetime
    updated_at: datetime


class Reach(Reply):
    earliest: datetime | None
    """Null where nothing was received."""
    complete_since: datetime | None
    """Since when no body is missing; null where retention never took one."""
