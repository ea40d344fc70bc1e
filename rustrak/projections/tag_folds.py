"""What a batch adds to the tags of an issue in an environment: pure.

A tag that all events of such a place carry is common, and is stored without a count: the place's is
its own. Most tags of most issues are like that, and cost a batch nothing. One that an event lacks
gets a count, for ever; so whether a tag is common depends on the events alone, not on their order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

import orjson

from rustrak.projections.event_row import EventRow

Tag = tuple[str, str]
"""Key and value."""

LONGEST: Final = 200  # characters, as in the SQL function tags_of
_OWN: Final = ("release", "environment", "level", "server_name", "user")


def tags_of(row: EventRow) -> dict[str, str]:
    """What an event is tagged with; like the SQL function of that name, which recounts use."""
    tags: dict[str, str] = orjson.loads(row.tags)
    own = (row.release, row.environment, row.level, row.server_name, row.user_ident)
    for key, value in zip(_OWN, own, strict=True):
        if value:
            tags[key] = value[:LONGEST]
        elif key in tags:
            del tags[key]
    return tags


@dataclass(slots=True)
class Count:
    """How many events, and when the first and the last was received."""

    events: int
    first_seen: datetime
    last_seen: datetime

    @classmethod
    def one(cls, received_at: datetime) -> Self:
        """Of a single event."""
        return cls(1, received_at, received_at)

    def add(self, other: "Count") -> None:
        self.events += other.events
        self.first_seen = min(self.first_seen, other.first_seen)
        self.last_seen = max(self.last_seen, other.last_seen)


@dataclass(slots=True)
class Known:
    """A place as it was before the batch."""

    count: Count
    common: dict[str, str]


@dataclass(slots=True)
class PlaceFold:
    """What the events of a batch add to a place."""

    count: Count
    common: dict[str, str]
    """From now on."""
    new_common: dict[str, str]
    """Those to be noted, because the place is new."""
    tags: dict[Tag, Count] = field(default_factory=dict)
    """What is added to the count of each; one that was common brings that of its place."""

    @property
    def users(self) -> list[str]:
        """Those that may not have been seen here before."""
        named = [value for key, value in self.tags if key == "user"]
        return [*named, self.new_common["user"]] if "user" in self.new_common else named


def fold_place(rows: Iterable[EventRow], known: Known | None) -> PlaceFold:
    """Fold the events of one place; there is at least one."""
    events = [(tags_of(row), row.received_at) for row in rows]
    common = set((known.common if known else events[0][0]).items())
    for tags, _ in events:
        common &= tags.items()
    moments = [received_at for _, received_at in events]
    count = Count(len(events), min(moments), max(moments))
    fold = PlaceFold(count, dict(common), {} if known else dict(common))
    if known:
        broken = known.common.items() - common
        fold.tags = {
            tag: Count(known.count.events, known.count.first_seen, known.count.last_seen)
            for tag in broken
        }
    for tags, received_at in events:
        for tag in tags.items() - common:
            counted = fold.tags.get(tag)
            if counted is None:
                fold.tags[tag] = Count.one(received_at)
            else:
                counted.add(Count.one(received_at))
    return fold
