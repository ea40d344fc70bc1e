"""Issues."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from rustrak.schemas.base import Body, Order, PageQuery, Reply


class Sort(StrEnum):
    DIGEST_ORDER = "digest_order"
    LAST_SEEN = "last_seen"


class Filter(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    MUTED = "muted"
    ALL = "all"


class IssuesQuery(PageQuery):
    sort: Sort = Sort.DIGEST_ORDER
    order: Order = Order.DESC
    filter: Filter = Filter.OPEN


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


class IssueChange(Body):
    is_resolved: bool | None = None
    is_muted: bool | None = None
