"""Issues merged and split."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from rustrak.schemas.base import Body, Reply


class Grouping(Reply):
    """Events with one key."""

    id: UUID
    hash: str
    """64 hexadecimal digits."""
    version: str
    """Of the way of grouping."""
    event_count: int
    first_seen: datetime
    last_seen: datetime
    last_event_id: UUID
    title: str
    """Of the last event."""


class IssuesToMerge(Body):
    issues: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    """Those that go into the issue of the path."""


class GroupingsToSplit(Body):
    groupings: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    """Those that leave, by their ids."""
