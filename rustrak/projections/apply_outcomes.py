"""What became of items, counted by project, hour of receipt and category."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from rustrak import __version__
from rustrak.database.arrays import bigints, integers, texts, times, uuids
from rustrak.database.pool import Connection
from rustrak.database.queries import sql


class Outcome(StrEnum):
    """How an item can end; a parked item is a row of its own, with its error."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    FILTERED = "filtered"
    RATE_LIMITED = "rate_limited"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"


ISSUE_DELETED: Final = "issue deleted"
"""Why an event is filtered whose issue was deleted after it was received."""


@dataclass(frozen=True, slots=True)
class OutcomeKey:
    """One counter."""

    project_id: int
    hour: datetime
    category: str
    outcome: Outcome
    reason: str = ""


Outcomes = Counter[OutcomeKey]


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """An item that was received but not applied; kept for whoever looks for it."""

    project_id: int
    position: int
    item: int
    received_at: datetime
    event_id: UUID
    item_type: str
    outcome: Outcome
    reason: str


WHOLE_ENVELOPE = -1
"""The item number of a parked envelope."""


@dataclass(slots=True)
class ParkedItem:
    """An item, or a whole envelope, that could not be digested, and why."""

    project_id: int
    position: int
    item: int
    received_at: datetime
    items: int
    """How many items this row stands for."""
    error: str
    traceback: str


def hour_of(moment: datetime) -> datetime:
    """The hour a counter belongs to."""
    return moment.replace(minute=0, second=0, microsecond=0)


async def add_outcomes(conn: Connection, outcomes: Outcomes) -> None:
    """Add to the counters, in key order."""
    if not outcomes:
        return
    keys = list(outcomes)
    await conn.execute(
        sql("projections/add_outcomes"),
        {
            "project_ids": integers([key.project_id for key in keys]),
            "hours": times([key.hour for key in keys]),
            "categories": texts([key.category for key in keys]),
            "outcomes": texts([key.outcome.value for key in keys]),
            "reasons": texts([key.reason for key in keys]),
            "quantities": bigints([outcomes[key] for key in keys]),
        },
    )


async def note_items(conn: Connection, items: Sequence[ItemOutcome]) -> None:
    """Note what became of single items; folding one again replaces nothing."""
    if not items:
        return
    rows = sorted(items, key=lambda row: (row.project_id, row.position, row.item))
    await conn.execute(
        sql("projections/note_items"),
        {
            "project_ids": integers([row.project_id for row in rows]),
            "positions": bigints([row.position for row in rows]),
            "item_numbers": integers([row.item for row in rows]),
            "received_at": times([row.received_at for row in rows]),
            "event_ids": uuids([row.event_id for row in rows]),
            "item_types": texts([row.item_type for row in rows]),
            "outcomes": texts([row.outcome.value for row in rows]),
            "reasons": texts([row.reason for row in rows]),
        },
    )


async def park(conn: Connection, parked: Sequence[ParkedItem]) -> None:
    """Set items aside with their error; the bytes stay in the ledger."""
    if not parked:
        return
    await conn.execute(
        sql("projections/park"),
        {
            "project_ids": integers([row.project_id for row in parked]),
            "positions": bigints([row.position for row in parked]),
            "item_numbers": integers([row.item for row in parked]),
            "received_at": times([row.received_at for row in parked]),
            "items": integers([row.items for row in parked]),
            "errors": texts([row.error for row in parked]),
            "tracebacks": texts([row.traceback for row in parked]),
            "program": __version__,
        },
    )
