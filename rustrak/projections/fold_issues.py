"""What a set of new events adds to their issues: pure, and blind to order, splitting and repetition
of the calls, because it is only sums, least, greatest and "of the newest position"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rustrak.projections.event_row import EventRow


@dataclass(slots=True)
class IssueFold:
    """The sum of some events of one issue."""

    project_id: int
    issue_id: UUID
    first_seen: datetime
    last_seen: datetime
    event_count: int
    newest: EventRow
    first: EventRow

    def add(self, row: EventRow) -> None:
        self.event_count += 1
        self.first_seen = min(self.first_seen, row.received_at)
        self.last_seen = max(self.last_seen, row.received_at)
        if row.position > self.newest.position:
            self.newest = row
        if row.position < self.first.position:
            self.first = row


def fold_issues(rows: Iterable[EventRow]) -> list[IssueFold]:
    """One fold an issue, sorted by key so that workers lock issues in one order."""
    folds: dict[tuple[int, UUID], IssueFold] = {}
    for row in rows:
        key = (row.project_id, row.issue_id)
        fold = folds.get(key)
        if fold is None:
            folds[key] = IssueFold(*key, row.received_at, row.received_at, 1, row, row)
        else:
            fold.add(row)
    return [folds[key] for key in sorted(folds)]
