"""The versioned interface of grouping: an event and a version in, one key out.

A released version never changes (golden tests hold it); an improvement is a new version.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from rustrak.errors import RustrakError
from rustrak.events.event import Event
from rustrak.grouping.trail import Component, ExplainedTrail, Trail
from rustrak.grouping.v1.identify import identify as identify_v1
from rustrak.grouping.v2.identify import identify as identify_v2

# An algorithm writes what identifies the event to the trail and returns the name of the strategy
# that decided.
Algorithm = Callable[[Event, Trail], str]

VERSIONS: dict[str, Algorithm] = {"v1": identify_v1, "v2": identify_v2}
LATEST = "v1"


class UnknownVersion(RustrakError):
    """A grouping version that this program does not have."""


@dataclass(slots=True, frozen=True)
class Grouping:
    """Events of a project with the same version and key belong to one issue.

    `key` is 64 hex digits: the SHA-256 of the JSON array of contributing names and values, a form
    in which no two different lists look alike. One key per event, not several alternatives, so
    that the result does not depend on the order of arrival.
    """

    version: str
    key: str
    strategy: str


@dataclass(slots=True, frozen=True)
class Explanation:
    """A grouping together with every component that was considered."""

    version: str
    key: str
    strategy: str
    components: list[Component]

    def as_dict(self) -> dict[str, Any]:
        """The explanation as JSON."""
        return {
            "version": self.version,
            "key": self.key,
            "strategy": self.strategy,
            "components": [component.as_dict() for component in self.components],
        }


def group(event: Event, version: str = LATEST) -> Grouping:
    """Compute an event's grouping. Raises UnknownVersion."""
    trail = Trail()
    strategy = _algorithm(version)(event, trail)
    return Grouping(version, _key(trail), strategy)


def explain(event: Event, version: str = LATEST) -> Explanation:
    """Compute the same key as `group`, with the reasons. Raises UnknownVersion."""
    trail = ExplainedTrail()
    strategy = _algorithm(version)(event, trail)
    return Explanation(version, _key(trail), strategy, trail.components)


def _algorithm(version: str) -> Algorithm:
    algorithm = VERSIONS.get(version)
    if algorithm is None:
        known = ", ".join(VERSIONS)
        raise UnknownVersion(f"Grouping version {version[:60]!r} is unknown; use one of: {known}.")
    return algorithm


def _key(trail: Trail) -> str:
    return sha256(orjson.dumps(trail.values)).hexdigest()
