"""What became of an event: each envelope that brought its id, and how its items ended."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.ledger.envelopes import StoredEnvelope, read_envelope
from rustrak.projections.apply_outcomes import WHOLE_ENVELOPE, Outcome

MOST_DELIVERIES = 20  # envelopes of one event id that are told of; a client may send it for ever

PENDING = "pending"
PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Fate:
    """One item: its type, size in bytes, and how it ended. An Outcome, or pending, or parked."""

    item: int
    type: str
    bytes: int
    outcome: str
    reason: str
    issue_id: UUID | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One envelope: when it was received, from whom, and what was in it."""

    project_id: int
    event_id: UUID
    position: int
    received_at: datetime
    client: str
    remote_addr: str
    encoding: str
    bytes: int
    fates: list[Fate] = field(default_factory=list)


async def find_deliveries(
    conn: Connection, event_id: UUID, project_id: int | None = None
) -> list[Delivery]:
    """The envelopes of an event id in the order they came, at most 20; none when it never did."""
    rows = await fetch_all(
        conn,
        sql("projections/find_deliveries"),
        event_id=event_id,
        project_id=project_id,
        limit=MOST_DELIVERIES,
    )
    return [await _delivery(conn, row) for row in rows]


async def _delivery(conn: Connection, row: DictRow) -> Delivery:
    endings = await fetch_all(
        conn,
        sql("projections/list_endings"),
        project_id=row["project_id"],
        position=row["position"],
        event_id=row["event_id"],
    )
    stored = await read_envelope(conn, position=row["position"], received_at=row["received_at"])
    told = {ending["item"]: ending for ending in endings}
    fates = await asyncio.to_thread(_fates, stored, row["is_pending"], told) if stored else []
    return Delivery(
        project_id=row["project_id"],
        event_id=row["event_id"],
        position=row["position"],
        received_at=row["received_at"],
        client=row["client"],
        remote_addr=row["remote_addr"],
        encoding=row["encoding"],
        bytes=row["bytes"],
        fates=fates,
    )


def _fates(stored: StoredEnvelope, is_pending: bool, endings: dict[int, DictRow]) -> list[Fate]:
    """In a thread: inflating 100 MB would hold everybody up."""
    whole = endings.get(WHOLE_ENVELOPE)
    if whole is not None:
        return [Fate(WHOLE_ENVELOPE, "envelope", len(stored.body), PARKED, whole["reason"], None)]
    fates = []
    for number, item in enumerate(stored.open().items):
        ending = endings.get(number)
        if ending is not None:
            told = ending["outcome"], ending["reason"], ending["issue_id"]
        else:
            told = PENDING if is_pending else Outcome.APPLIED.value, "", None
        fates.append(Fate(number, item.type, len(item.payload), *told))
    return fates
