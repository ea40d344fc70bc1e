"""What a batch adds to the tags of the places (issues in an environment) it touches. Pure.

In a place whose events carry all common tags these are left alone; one that an event lacks is given
a count, here and for ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import orjson

from rustrak.projections.event_row import EventRow
from rustrak.projections.tag_numbers import tag_number

USER: Final = "user"
_OWN: Final = ("release", "environment", "level", "server_name", USER)
_LONGEST: Final = 200  # characters of a value

Spot = tuple[int, UUID, str]
"""Project, issue and environment."""

Text = tuple[str, str]
"""Key and value of a tag."""


class Figures(NamedTuple):
    """How many events, and when the first and the last was received."""

    event_count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(slots=True)
class Place:
    """What is known of a place before the batch."""

    issue: int
    """The issue's number."""
    before: Figures | None
    """None for a place nothing was seen in."""
    common: frozenset[int]
    """The tags that all of its events carry."""


class Added(NamedTuple):
    """What is added to a tag of a place, or what a tag is from now on."""

    project_id: int
    issue: int
    tag: int
    environment: str
    is_common: bool
    figures: Figures


@dataclass(slots=True)
class Tally:
    """Rows in no order."""

    added: list[Added] = field(default_factory=list)
    broken: list[Added] = field(default_factory=list)
    """Tags that were common and are no longer, with what is counted of them from now on."""
    places: dict[Spot, Figures] = field(default_factory=dict)
    common: dict[Spot, frozenset[int]] = field(default_factory=dict)
    """Of new places."""
    texts: dict[int, Text] = field(default_factory=dict)
    """Of every tag of the batch."""


def tally(rows: Iterable[EventRow], places: Mapping[Spot, Place]) -> Tally:
    """Count the tags of new events; `places` has each of their places."""
    result = Tally()
    seen: dict[Spot, list[tuple[frozenset[int], datetime]]] = {}
    for row in rows:
        spot = (row.project_id, row.issue_id, row.environment)
        tags = {tag_number(*text): text for text in _tags_of(row).items()}
        result.texts.update(tags)
        seen.setdefault(spot, []).append((frozenset(tags), row.received_at))
    for spot, events in seen.items():
        times = [at for _, at in events]
        result.places[spot] = Figures(len(times), min(times), max(times))
        _tally_place(result, spot, places[spot], events)
    return result


def _tally_place(
    result: Tally, spot: Spot, place: Place, events: list[tuple[frozenset[int], datetime]]
) -> None:
    project_id, _, environment = spot
    first, *others = (tags for tags, _ in events)
    shared = first.intersection(*others)
    common = shared if place.before is None else place.common & shared
    counted = _count(events, common)
    if place.before is None:
        result.common[spot] = common
        for tag in common:
            added = Added(project_id, place.issue, tag, environment, True, result.places[spot])
            result.added.append(added)
    else:
        for tag in place.common - shared:
            figures = _sum(place.before, counted.pop(tag, place.before._replace(event_count=0)))
            result.broken.append(Added(project_id, place.issue, tag, environment, False, figures))
    result.added += [
        Added(project_id, place.issue, tag, environment, False, figures)
        for tag, figures in counted.items()
    ]


def _count(
    events: list[tuple[frozenset[int], datetime]], common: frozenset[int]
) -> dict[int, Figures]:
    """The figures of each tag that is not common."""
    counted: dict[int, Figures] = {}
    for tags, at in events:
        for tag in tags - common:
            known = counted.get(tag)
            new = Figures(1, at, at)
            counted[tag] = new if known is None else _sum(known, new)
    return counted


def _sum(one: Figures, other: Figures) -> Figures:
    return Figures(
        one.event_count + other.event_count,
        min(one.first_seen, other.first_seen),
        max(one.last_seen, other.last_seen),
    )


def _tags_of(row: EventRow) -> dict[str, str]:
    """What an event is tagged with: like the SQL function `tags_of`."""
    tags: dict[str, str] = orjson.loads(row.tags)
    own = (row.release, row.environment, row.level, row.server_name, row.user_ident)
    for key, value in zip(_OWN, own, strict=True):
        if value:
            tags[key] = value[:_LONGEST]
        else:
            tags.pop(key, None)
    return tags
