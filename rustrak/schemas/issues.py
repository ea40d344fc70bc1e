"""Issues, what may be decided about them, and what was."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    ConfigDict,
    Field,
    model_validator,
)

from rustrak.schemas.base import (
    Body,
    Environments,
    Order,
    Page,
    PageQuery,
    Projects,
    Reply,
    Text,
)
from rustrak.schemas.figures import Bar, Window

MOST_ISSUES = 1000
"""Issues of one bulk change."""
LONGEST_COMMENT = 10_000
"""Characters."""
LONGEST_RELEASE = 250
"""Characters."""
LARGEST = 2**31 - 1
"""Of a count or an id."""


class Sort(StrEnum):
    """By number, or by what the filtered events say; ties go by number."""

    DIGEST_ORDER = "digest_order"
    LAST_SEEN = "last_seen"
    FIRST_SEEN = "first_seen"
    EVENTS = "events"
    USERS = "users"
    PRIORITY = "priority"


class Filter(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    MUTED = "muted"
    ALL = "all"


class Status(StrEnum):
    UNRESOLVED = "unresolved"
    RESOLVED = "resolved"
    IGNORED = "ignored"


class Substatus(StrEnum):
    NEW = "new"
    """Open, and first seen within a week."""
    ONGOING = "ongoing"
    REGRESSED = "regressed"
    ARCHIVED_FOREVER = "archived_forever"
    ARCHIVED_UNTIL_CONDITION_MET = "archived_until_condition_met"


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class IssuesQuery(PageQuery):
    sort: Sort = Sort.DIGEST_ORDER
    order: Order = Order.DESC
    filter: Filter | None = None
    """`open` unless given; `all` where `q` is."""
    q: Annotated[Text, Field(max_length=1000)] = ""
    """A search such as `is:unresolved environment:prod "timed out"`; see docs/search.md."""
    environment: Environments = None
    """Only events of these environments count."""
    stats: Window | None = None
    """Adds a chart to every issue."""


class NewIssuesQuery(PageQuery):
    environment: Environments = None


class AllIssuesQuery(IssuesQuery):
    project: Projects = None
    cursor: str | None = None
    """The `next_cursor` of the page before; `page` then means nothing."""

    @property
    def offset(self) -> int:
        return 0 if self.cursor is not None else super().offset


def _absent(value: object) -> bool:
    return value is None


class StatusDetails(Reply):
    """Until when an issue stays resolved or ignored; empty for "until somebody says otherwise"."""

    in_release: Annotated[str | None, Field(exclude_if=_absent)] = None
    in_next_release: Annotated[bool | None, Field(exclude_if=_absent)] = None
    until: Annotated[datetime | None, Field(exclude_if=_absent)] = None
    ignore_count: Annotated[int | None, Field(exclude_if=_absent)] = None
    ignore_user_count: Annotated[int | None, Field(exclude_if=_absent)] = None


class Assignee(Reply):
    id: int
    email: str


class Issue(Reply):
    id: UUID
    project_id: int
    short_id: str
    title: str
    value: str
    culprit: str
    first_seen: datetime
    last_seen: datetime
    event_count: int
    level: str | None
    platform: str | None
    is_resolved: bool
    is_muted: bool
    status: Status
    substatus: Substatus | None
    """None of a resolved issue."""
    status_details: StatusDetails
    priority: Priority
    assignee: Assignee | None
    comment_count: int
    release: str
    """Of the newest event; empty where it names none."""
    user_count: int | None
    """None in a filtered list where it would take long to say."""
    stats: Annotated[list[Bar] | None, Field(exclude_if=_absent)] = None
    """In lists that ask for it."""
    type: Literal["error"] = "error"
    category: Literal["error"] = "error"


class IssuePage(Page[Issue]):
    """A page of a list that moves while it is read: the cursor goes on where this page ended."""

    next_cursor: Annotated[str | None, Field(exclude_if=_absent)] = None


Address = Annotated[Text, Field(min_length=1, max_length=255)]
Count = Annotated[int, Field(ge=1, le=LARGEST)]


class WantedDetails(Body):
    """Until when an issue shall stay resolved or ignored; a misspelt condition is refused, because
    without it the issue would stay so for ever."""

    model_config = ConfigDict(extra="forbid")

    in_release: Annotated[Text, Field(min_length=1, max_length=LONGEST_RELEASE)] | None = None
    in_next_release: bool | None = None
    until: AwareDatetime | None = None
    ignore_count: Count | None = None
    ignore_user_count: Count | None = None

    @property
    def of_resolution(self) -> bool:
        return self.in_release is not None or bool(self.in_next_release)

    @property
    def of_mute(self) -> bool:
        limits = (self.until, self.ignore_count, self.ignore_user_count)
        return any(limit is not None for limit in limits)


class Wishes(Body):
    """What may be decided about one issue or about many."""

    status: Status | None = None
    status_details: WantedDetails | None = None
    priority: Priority | None = None
    assignee: Annotated[int, Field(ge=1, le=LARGEST)] | Address | None = None
    """The id or e-mail address of a user; null for nobody, as the one field where null is not
    absent."""

    @property
    def assigns(self) -> bool:
        return "assignee" in self.model_fields_set

    @model_validator(mode="after")
    def _details_fit(self) -> "Wishes":
        details = self.status_details
        if details is None:
            return self
        if details.of_resolution and self.status is not Status.RESOLVED:
            raise ValueError("in_release and in_next_release need the status resolved")
        if details.of_mute and self.status is not Status.IGNORED:
            raise ValueError("until, ignore_count and ignore_user_count need the status ignored")
        if details.in_release is not None and details.in_next_release:
            raise ValueError("in_release and in_next_release exclude each other")
        return self


class IssueChange(Wishes):
    is_resolved: bool | None = None
    is_muted: bool | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "IssueChange":
        if self.status is not None and not (self.is_resolved is self.is_muted is None):
            raise ValueError("give either status or is_resolved and is_muted")
        return self


Ids = Annotated[list[UUID], Field(min_length=1, max_length=MOST_ISSUES)]


class IssuesChange(Wishes):
    ids: Ids


class IssuesDeletion(Body):
    ids: Ids


class Changed(Reply):
    """Which issues a bulk change was about."""

    changed: list[UUID]
    unchanged: list[UUID]
    """They were so already."""


class Deleted(Reply):
    deleted: list[UUID]


class Person(Reply):
    """Who did something."""

    kind: Literal["user", "token", "rustrak"]
    user_id: int | None
    """Whose token it was, too."""
    email: str | None
    """None for Rustrak, and for a user who is gone."""


class Activity(Reply):
    """One decision about an issue."""

    id: int
    kind: str
    at: datetime
    actor: Person
    details: dict[str, Any]
    is_undone: bool
    """Whether it counts as never taken."""


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


class NewComment(Body):
    text: Annotated[Text, Field(max_length=LONGEST_COMMENT), AfterValidator(_not_blank)]


class Comment(Reply):
    id: UUID
    issue_id: UUID
    author: Person
    text: str
    """As typed: whoever shows it must escape it."""
    created_at: datetime
    edited_at: datetime | None


class Hash(Reply):
    """A grouping that leads to an issue."""

    id: UUID
    hash: str
    """64 hexadecimal digits."""
    version: str
    """Of the way of grouping."""
