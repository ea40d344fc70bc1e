"""What a regrouping changes: where each grouping leads afterwards, which issues become one, which
split. Pure.

The rule: a grouping that is there already leads where it leads. A new one takes the issue that
gives it the most events (of equals the one with the lower number), if all events of that issue
leave their groupings, and no other new grouping takes more of it; else it opens one of its own.
Status, assignee and comments stay with the issue.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

Flows = Counter[tuple[UUID, UUID]]
"""Events by the issue they are in and the grouping they will have."""


@dataclass(frozen=True, slots=True)
class Change:
    """Issues whose events go into others: n become one, one becomes n, or something between."""

    before: dict[UUID, int]
    """Events by issue."""
    after: dict[UUID, int]


@dataclass(frozen=True, slots=True)
class Difference:
    routes: dict[UUID, UUID]
    """Issues of the new groupings that do not lead to the issue of their own id."""
    unchanged: int
    """Issues."""
    changes: list[Change] = field(default_factory=list)
    """The largest first."""

    @property
    def merged(self) -> int:
        """Changes of several issues into one."""
        return sum(len(c.after) == 1 < len(c.before) for c in self.changes)

    @property
    def split(self) -> int:
        """Changes of one issue into several."""
        return sum(len(c.before) == 1 < len(c.after) for c in self.changes)

    def headline(self) -> str:
        """'3 issues become 1, 1 splits in 4, 212 unchanged'."""
        parts = [_sentence(change) for change in self.changes[:10]]
        if len(self.changes) > 10:
            parts.append(f"{len(self.changes) - 10} more changes")
        return ", ".join([*parts, f"{self.unchanged} unchanged"])


def compare(flows: Flows, known: Mapping[UUID, UUID], numbers: Mapping[UUID, int]) -> Difference:
    """`flows` of all events of a project, `known` the groupings that are there and their issues,
    `numbers` of the issues."""
    routes = _routes(flows, known, numbers)
    into: Counter[tuple[UUID, UUID]] = Counter()
    for (issue, grouping), events in flows.items():
        into[issue, known.get(grouping, routes.get(grouping, grouping))] += events
    changes, unchanged = [], 0
    for before, after in _components(into):
        if set(before) == set(after) and len(before) == 1:
            unchanged += 1
        else:
            changes.append(Change(before, after))
    changes.sort(key=lambda change: (-sum(change.before.values()), sorted(change.before)))
    away = {grouping: issue for grouping, issue in routes.items() if grouping != issue}
    return Difference(away, unchanged, changes)


def _routes(
    flows: Flows, known: Mapping[UUID, UUID], numbers: Mapping[UUID, int]
) -> dict[UUID, UUID]:
    """Where the new groupings lead."""
    stay = {known[grouping] for _, grouping in flows if grouping in known}
    given: dict[UUID, Counter[UUID]] = defaultdict(Counter)
    for (issue, grouping), events in flows.items():
        if grouping not in known:
            given[grouping][issue] += events
    last = max(numbers.values(), default=0) + 1
    wishes = sorted(
        (-events, numbers.get(issue, last), issue, grouping)
        for grouping, issues in given.items()
        for issue, events in issues.items()
    )
    best = {
        grouping: min((-events, numbers.get(issue, last), issue) for issue, events in of.items())[2]
        for grouping, of in given.items()
    }
    routes: dict[UUID, UUID] = {}
    taken: set[UUID] = set(stay)
    for _, _, issue, grouping in wishes:
        if grouping not in routes and issue not in taken and best[grouping] == issue:
            routes[grouping] = issue
            taken.add(issue)
    return {grouping: routes.get(grouping, grouping) for grouping in given}


def _components(
    into: Mapping[tuple[UUID, UUID], int],
) -> Iterable[tuple[dict[UUID, int], dict[UUID, int]]]:
    """Issues before and after that events connect, with their counts."""
    parent: dict[tuple[str, UUID], tuple[str, UUID]] = {}

    def root(node: tuple[str, UUID]) -> tuple[str, UUID]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for old, new in into:
        parent[root(("before", old))] = root(("after", new))
    found: dict[tuple[str, UUID], tuple[Counter[UUID], Counter[UUID]]] = {}
    for (old, new), events in into.items():
        before, after = found.setdefault(root(("before", old)), (Counter(), Counter()))
        before[old] += events
        after[new] += events
    return [(dict(before), dict(after)) for before, after in found.values()]


def _sentence(change: Change) -> str:
    before, after = len(change.before), len(change.after)
    if before == 1:
        return f"1 splits in {after}" if after > 1 else "1 is renamed"
    return f"{before} issues become {after}"
