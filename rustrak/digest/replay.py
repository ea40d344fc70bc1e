"""Replay of items that were received but not applied: with a projector, a rule or a mend they did
not meet the first time.

What remains to be done is what is still noted as not applied, so a replay that is killed goes on
where it stopped, and two of them share the work. Items are folded by the same projectors as ever; a
fold ignores what it has seen, and nobody is told of what a replay finds.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from psycopg.rows import DictRow

from rustrak.database.arrays import bigints, integers, times
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.digest.batch import digest_items
from rustrak.digest.projector import Projector
from rustrak.digest.projectors import PROJECTORS
from rustrak.ledger.envelopes import read_envelopes
from rustrak.projections.apply_outcomes import (
    WHOLE_ENVELOPE,
    Outcome,
    OutcomeKey,
    Outcomes,
    hour_of,
)

MOST_ITEMS = 200  # a transaction; short, so that live digests of the same issues do not wait for it
PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items: unsupported, invalid, filtered or parked ones, of one project or all, of some
    types or all, for one reason or any. A duplicate stays one."""

    outcomes: tuple[str, ...]
    project_id: int | None = None
    item_types: tuple[str, ...] | None = None
    reason: str | None = None

    def params(self) -> dict[str, object]:
        types = None if self.item_types is None else list(self.item_types)
        return {
            "outcomes": list(self.outcomes),
            "project_id": self.project_id,
            "item_types": types,
            "reason": self.reason,
        }


async def count_items(conn: Connection, selection: Selection) -> list[DictRow]:
    """What a replay would try: project_id, item_type, outcome, reason and items of each kind."""
    return await fetch_all(conn, sql("digest/count_ended"), **selection.params())


async def replay_items(
    conn: Connection, selection: Selection, projectors: Sequence[Projector] = PROJECTORS
) -> AsyncIterator[Counter[str]]:
    """Fold the selected items again, a transaction at a time; yields what happened in each.

    `conn` is in autocommit mode.
    """
    after = (0, 0, WHOLE_ENVELOPE - 1)
    while True:
        async with conn.transaction():
            rows = await _claim(conn, selection, after)
            if not rows:
                return
            happened = await _fold_again(conn, rows, projectors)
        last = rows[-1]
        after = (last["project_id"], last["position"], last["item"])
        yield happened


async def _claim(
    conn: Connection, selection: Selection, after: tuple[int, int, int]
) -> list[DictRow]:
    project_id, position, item = after
    return await fetch_all(
        conn,
        sql("digest/claim_ended"),
        **selection.params(),
        after_project=project_id,
        after_position=position,
        after_item=item,
        limit=MOST_ITEMS,
    )


async def _fold_again(
    conn: Connection, rows: Sequence[DictRow], projectors: Sequence[Projector]
) -> Counter[str]:
    places = {row["position"]: row["received_at"] for row in rows}
    envelopes = await read_envelopes(
        conn, received_at=times([*places.values()]), positions=bigints([*places])
    )
    kept = {stored.position for stored in envelopes}
    rows = [row for row in rows if row["position"] in kept]  # retention has taken the others
    await execute(
        conn,
        sql("digest/forget_endings"),
        project_ids=integers([row["project_id"] for row in rows]),
        positions=bigints([row["position"] for row in rows]),
        items=integers([row["item"] for row in rows]),
    )
    wanted: dict[int, set[int]] = {}
    for row in rows:
        wanted.setdefault(row["position"], set()).add(row["item"])
    counted_before = taken_back(rows, projectors)
    return (await digest_items(conn, envelopes, projectors, wanted, counted_before)).happened


def taken_back(rows: Sequence[DictRow], projectors: Sequence[Projector]) -> Outcomes:
    """What is to be added to the counters so that these items have not ended; what is parked is
    in none of them. Rows have project_id, received_at, item_type, outcome and reason."""
    categories = _categories(projectors)
    outcomes: Outcomes = Counter()
    for row in rows:
        if row["outcome"] == PARKED:
            continue
        outcome, kind = Outcome(row["outcome"]), row["item_type"]
        known = kind if outcome is Outcome.UNSUPPORTED else categories.get(kind, kind)
        reason = "" if outcome is Outcome.INVALID else row["reason"]
        hour = hour_of(row["received_at"])
        outcomes[OutcomeKey(row["project_id"], hour, known, outcome, reason)] -= 1
    return outcomes


def _categories(projectors: Sequence[Projector]) -> Mapping[str, str]:
    """What items of a type are counted as."""
    return {kind: projector.category for projector in projectors for kind in projector.item_types}
