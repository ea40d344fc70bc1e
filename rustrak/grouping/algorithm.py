"""The versioned interface of grouping: an event and a configuration in, one key out.

A released version never changes (golden tests hold it); an improvement is a new version.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import orjson

from rustrak.errors import RustrakError
from rustrak.events.event import Event
from rustrak.grouping.config import GroupingConfig
from rustrak.grouping.rules.apply import Note, apply_rules
from rustrak.grouping.trail import Component, ExplainedTrail, Trail
from rustrak.grouping.v1.identify import identify as identify_v1
from rustrak.grouping.v2.identify import identify as identify_v2
from rustrak.grouping.v3.identify import identify as identify_v3

# An algorithm writes what identifies the event to the trail and returns the name of the strategy
# that decided.
Algorithm = Callable[[Event, Trail], str]

VERSIONS: dict[str, Algorithm] = {"v1": identify_v1, "v2": identify_v2, "v3": identify_v3}
LATEST = "v3"
NEWEST = GroupingConfig(LATEST)


class UnknownVersion(RustrakError):
    """A grouping version that this program does not have."""


@dataclass(slots=True, frozen=True)
class Grouping:
    """Events of a project with the same key belong to one issue.

    `key` is 64 hex digits: the SHA-256 of the JSON array of contributing names and values, a form
    in which no two different lists look alike. One key per event, not several alternatives, so
    that the result does not depend on the order of arrival.
    """

    version: str
    key: str
    strategy: str
    title: str = ""
    """What a rule calls the event; '' where none does."""


@dataclass(slots=True, frozen=True)
class Explanation:
    """A grouping together with every component that was considered, and every rule that matched."""

    version: str
    key: str
    strategy: str
    variant: str
    """Which frames counted: 'app', 'system' or 'none'; '' where no frame was looked at."""
    components: list[Component]
    rules: tuple[Note, ...]


def group(event: Event, config: GroupingConfig = NEWEST) -> Grouping:
    """Compute an event's grouping. Raises UnknownVersion."""
    ruled = apply_rules(config.rules, event)
    trail = Trail()
    strategy = _algorithm(config.version)(ruled.event, trail)
    return Grouping(config.version, _key(trail), strategy, ruled.title)


def explain(event: Event, config: GroupingConfig = NEWEST) -> Explanation:
    """Compute the same key as `group`, with the reasons. Raises UnknownVersion."""
    ruled = apply_rules(config.rules, event)
    trail = ExplainedTrail()
    strategy = _algorithm(config.version)(ruled.event, trail)
    return Explanation(
        version=config.version,
        key=_key(trail),
        strategy=strategy,
        variant=trail.variant,
        components=trail.components,
        rules=ruled.notes,
    )


def require_version(version: str) -> None:
    """Raises UnknownVersion for a version this program does not have."""
    _algorithm(version)


def _algorithm(version: str) -> Algorithm:
    algorithm = VERSIONS.get(version)
    if algorithm is None:
        known = ", ".join(VERSIONS)
        raise UnknownVersion(f"Grouping version {version[:60]!r} is unknown; use one of: {known}.")
    return algorithm


def _key(trail: Trail) -> str:
    return sha256(orjson.dumps(trail.values)).hexdigest()
