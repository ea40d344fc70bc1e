"""A difference as data, with the names people know issues by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from rustrak.regroup.difference import Change, Difference

MOST_CHANGES: Final = 200
MOST_ISSUES: Final = 50  # on each side of a change
MOST_EXAMPLES: Final = 20  # events of a change
EXAMPLES: Final = 3  # events of an issue


@dataclass(frozen=True, slots=True)
class Name:
    """What an issue is called."""

    short_id: str | None
    title: str | None


NAMELESS: Final = Name(None, None)
"""An issue that is yet to be opened."""


def describe(
    found: Difference, names: Mapping[UUID, Name], examples: Mapping[UUID, list[str]]
) -> dict[str, Any]:
    """`examples` are ids of events that go elsewhere, by the issue they are in."""
    return {
        "headline": found.headline(),
        "merged": found.merged,
        "split": found.split,
        "changed": len(found.changes),
        "unchanged": found.unchanged,
        "routes": {str(grouping): str(issue) for grouping, issue in found.routes.items()},
        "changes": [_change(change, names, examples) for change in found.changes[:MOST_CHANGES]],
    }


def _change(
    change: Change, names: Mapping[UUID, Name], examples: Mapping[UUID, list[str]]
) -> dict[str, Any]:
    some = [event for issue in sorted(change.before) for event in examples.get(issue, [])]
    return {
        "before": _side(change.before, names),
        "after": _side(change.after, names),
        "examples": some[:MOST_EXAMPLES],
    }


def _side(events: Mapping[UUID, int], names: Mapping[UUID, Name]) -> list[dict[str, Any]]:
    """Issues, those with the most events first."""
    largest = sorted(events.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_ISSUES]
    return [
        {
            "id": str(issue),
            "short_id": names.get(issue, NAMELESS).short_id,
            "title": names.get(issue, NAMELESS).title,
            "events": count,
        }
        for issue, count in largest
    ]
