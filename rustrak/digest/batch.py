"""One batch: read every item of the envelopes, then fold the lot in the caller's transaction."""

import asyncio
import time
import traceback
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.digest.readers import READERS
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.projections.apply_events import Applied, apply_events
from rustrak.projections.apply_outcomes import (
    WHOLE_ENVELOPE,
    Outcome,
    OutcomeKey,
    Outcomes,
    ParkedItem,
    add_outcomes,
    hour_of,
    park,
)
from rustrak.projections.event_row import EventRow
from rustrak.protocol.envelope import Envelope

LONGEST_SLICE = 0.005  # seconds of reading before the event loop gets a turn to answer requests
LONGEST_TRACEBACK = 8192  # characters


@dataclass(slots=True)
class Reading:
    """What a batch of envelopes holds."""

    events: list[EventRow] = field(default_factory=list)
    outcomes: Outcomes = field(default_factory=Outcomes)
    parked: list[ParkedItem] = field(default_factory=list)


async def digest_batch(conn: Connection, envelopes: Sequence[StoredEnvelope]) -> Applied:
    """Fold the envelopes into the projections; every item ends in one outcome."""
    projects = sorted({stored.project_id for stored in envelopes})
    rows = await fetch_all(conn, sql("digest/deleted_projects"), project_ids=projects)
    reading = await read_batch(envelopes, deleted={row["id"] for row in rows})
    applied = await apply_events(conn, reading.events)
    _count_events(reading.outcomes, applied)
    await park(conn, reading.parked)
    await add_outcomes(conn, reading.outcomes)
    return applied


async def read_batch(envelopes: Iterable[StoredEnvelope], deleted: Collection[int]) -> Reading:
    """Read every item, giving way to other tasks of the process every few milliseconds."""
    reading = Reading()
    started = time.monotonic()
    for stored in envelopes:
        if stored.project_id in deleted:
            _count(
                reading.outcomes,
                stored,
                "envelope",
                Outcome.FILTERED,
                "project deleted",
                stored.items,
            )
        else:
            read_envelope(stored, reading)
        if time.monotonic() - started > LONGEST_SLICE:
            await asyncio.sleep(0)
            started = time.monotonic()
    return reading


def read_envelope(stored: StoredEnvelope, reading: Reading) -> None:
    """Read one envelope; what fails is parked with its error and harms nothing else."""
    try:
        envelope = stored.open()
    except Exception as error:
        reading.parked.append(parked(stored, WHOLE_ENVELOPE, stored.items, error))
        return
    for number in range(len(envelope.items)):
        try:
            _read_item(stored, envelope, number, reading)
        except Exception as error:
            reading.parked.append(parked(stored, number, 1, error))


def parked(stored: StoredEnvelope, item: int, items: int, error: BaseException) -> ParkedItem:
    """The row that sets an item aside."""
    trace = "".join(traceback.format_exception(error))
    return ParkedItem(
        project_id=stored.project_id,
        position=stored.position,
        item=item,
        received_at=stored.received_at,
        items=items,
        error=_storable(f"{type(error).__name__}: {error}")[:1024],
        traceback=_storable(trace)[-LONGEST_TRACEBACK:],
    )


def _read_item(stored: StoredEnvelope, envelope: Envelope, number: int, reading: Reading) -> None:
    kind = envelope.items[number].type
    reader = READERS.get(kind)
    if reader is None:
        _count(reading.outcomes, stored, kind[:64], Outcome.UNSUPPORTED)
    else:
        reading.events.append(reader(stored, envelope, number))


def _count_events(outcomes: Outcomes, applied: Applied) -> None:
    for rows, outcome, reason in (
        (applied.applied, Outcome.APPLIED, ""),
        (applied.duplicate, Outcome.DUPLICATE, ""),
        (applied.deleted, Outcome.FILTERED, "issue deleted"),
    ):
        for row in rows:
            outcomes[
                OutcomeKey(row.project_id, hour_of(row.received_at), "event", outcome, reason)
            ] += 1


def _count(
    outcomes: Outcomes,
    stored: StoredEnvelope,
    category: str,
    outcome: Outcome,
    reason: str = "",
    quantity: int = 1,
) -> None:
    key = OutcomeKey(
        stored.project_id, hour_of(stored.received_at), _storable(category), outcome, reason
    )
    outcomes[key] += quantity


def _storable(text: str) -> str:
    """PostgreSQL takes neither NUL nor lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
