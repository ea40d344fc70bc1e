"""What is known of a person, or one event, taken out of a project: out of the ledger, of every read
table and of what people wrote, in one transaction.

The one operation that changes facts. Items that go leave an empty one with their number behind, so
that the books stay even and a rebuild gives the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.accounts.kept_settings import get_settings
from rustrak.database import projections
from rustrak.database.arrays import bigints, integers, times
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one, patiently
from rustrak.database.queries import sql
from rustrak.digest.batch import digest_items
from rustrak.digest.erased_texts import redact_texts
from rustrak.digest.projectors import PROJECTORS
from rustrak.digest.projectors.events import EVENTS
from rustrak.digest.replay import PARKED, taken_back
from rustrak.errors import Conflict
from rustrak.items.sessions import user_hash
from rustrak.ledger.decisions import DecisionKind, decide_for_project
from rustrak.ledger.envelopes import StoredEnvelope, read_envelopes
from rustrak.ledger.erasing import BATCH, Erasure, find, replace, scan
from rustrak.ledger.mentions import By, Subject
from rustrak.ledger.past import hold_past
from rustrak.projections.apply_events import own_project
from rustrak.projections.apply_outcomes import ISSUE_DELETED, WHOLE_ENVELOPE, Outcome
from rustrak.projections.folded import Place
from rustrak.projections.placed import delete_placed
from rustrak.projections.recount import recount

PENDING: Final = "pending"


@dataclass(slots=True)
class Erased:
    """What was taken out of one project."""

    project_id: int
    read: int = 0
    """Envelopes that were looked through."""
    envelopes: int = 0
    items: int = 0
    events: int = 0
    texts: int = 0
    """Comments, notices and previews that had it, and lost it."""


@dataclass(slots=True)
class _Work:
    """An erasure under way, in its transaction."""

    conn: Connection
    subject: Subject
    erased: Erased
    is_deleted: bool
    issues: set[UUID] = field(default_factory=set)
    event_ids: set[UUID] = field(default_factory=set)

    @property
    def project_id(self) -> int:
        return self.erased.project_id


async def look(conn: Connection, project_id: int, subject: Subject) -> Erased:
    """What would be taken out of the ledger; nothing is changed."""
    erased = Erased(project_id)
    await _look(conn, erased, subject)
    return erased


async def erase(conn: Connection, project_id: int, subject: Subject, *, actor: str) -> Erased:
    """Take it out for good; `conn` is in autocommit mode.

    Most of the ledger is read before the project is owned, so that its digests wait for what is
    found only. Raises Conflict while somebody else is at work on the ledger.
    """
    async with hold_past(conn):
        if await projections.exists(conn, projections.BESIDE):
            raise Conflict("A rebuild was begun; finish it, or forget it with --give-up")
        erased = Erased(project_id)
        row = await fetch_one(conn, sql("digest/oldest_waiting"))
        assert row is not None
        places = await _look(conn, erased, subject)
        erased.envelopes = erased.items = 0
        async with patiently(conn):
            await own_project(conn, project_id)
            async for stored in scan(conn, project_id, since=row["since"]):
                if find(stored, subject):
                    places[stored.position] = stored
            await _take_out(conn, erased, subject, list(places.values()), actor)
    return erased


async def _look(conn: Connection, erased: Erased, subject: Subject) -> dict[int, StoredEnvelope]:
    """Envelopes that speak of it, by position and without their bodies, which may be many."""
    found: dict[int, StoredEnvelope] = {}
    async with patiently(conn):
        async for stored in scan(conn, erased.project_id, since=None):
            erased.read += 1
            erasure = find(stored, subject)
            if erasure:
                erased.envelopes += 1
                erased.items += len(erasure.items)
                stored.body = b""
                found[stored.position] = stored
    return found


async def _take_out(
    conn: Connection,
    erased: Erased,
    subject: Subject,
    found: Sequence[StoredEnvelope],
    actor: str,
) -> None:
    project = await fetch_all(conn, sql("digest/read_projects"), project_ids=[erased.project_id])
    work = _Work(conn, subject, erased, is_deleted=bool(project and project[0]["is_deleted"]))
    for start in range(0, len(found), BATCH):
        part = found[start : start + BATCH]
        envelopes = await read_envelopes(
            conn,
            received_at=times([stored.received_at for stored in part]),
            positions=bigints([stored.position for stored in part]),
        )
        await _erase_envelopes(work, envelopes)
    await _erase_what_follows(work)
    if erased.envelopes or erased.texts:
        details = {"by": subject.by, "envelopes": erased.envelopes, "items": erased.items}
        await decide_for_project(conn, work.project_id, DecisionKind.ERASE, actor, details)


async def _erase_envelopes(work: _Work, envelopes: Sequence[StoredEnvelope]) -> None:
    endings = await _endings(work, [stored.position for stored in envelopes])
    erasures = []
    for stored in envelopes:
        erasure = find(stored, work.subject)
        if erasure and (stored.position, WHOLE_ENVELOPE) in endings:
            erasure = Erasure(stored, None, tuple(range(stored.items)))  # parked: nobody knows it
        if erasure:
            erasures.append(erasure)
    work.erased.envelopes += len(erasures)
    work.erased.items += sum(len(erasure.items) for erasure in erasures)
    digested = [one for one in erasures if endings.get(_at(one, 0), {}).get("outcome") != PENDING]
    rows = await _forget_rows(work, digested, endings)
    new = {erasure.old.position: erasure.new for erasure in erasures}
    await replace(work.conn, list(new.values()))
    if not work.is_deleted:  # of those only whole envelopes were counted
        again = [new[erasure.old.position] for erasure in digested if erasure.items]
        only = {erasure.old.position: erasure.items for erasure in digested}
        await digest_items(work.conn, again, PROJECTORS, only, taken_back(rows, PROJECTORS))


async def _endings(work: _Work, positions: Sequence[int]) -> dict[Place, Mapping[str, Any]]:
    rows = await fetch_all(
        work.conn,
        sql("projections/list_endings_at"),
        project_id=work.project_id,
        positions=list(positions),
    )
    return {(row["position"], row["item"]): row for row in rows}


async def _forget_rows(
    work: _Work, erasures: Sequence[Erasure], endings: Mapping[Place, Mapping[str, Any]]
) -> list[DictRow]:
    """Take these items out of the read tables; how each of them had ended."""
    places = [_at(erasure, item) for erasure in erasures for item in erasure.items]
    gone = await fetch_all(
        work.conn,
        sql("projections/take_out_events"),
        project_id=work.project_id,
        positions=bigints([position for position, _ in places]),
        items=integers([item for _, item in places]),
    )
    work.issues.update(row["issue_id"] for row in gone)
    work.event_ids.update(row["event_id"] for row in gone)
    work.erased.events += len(gone)
    whole = [_at(one, WHOLE_ENVELOPE) for one in erasures]
    await delete_placed(work.conn, work.project_id, places + whole)
    listed = {(row["position"], row["item"]) for row in gone}
    return [
        _ending(erasure, item, endings, listed) for erasure in erasures for item in erasure.items
    ]


def _at(erasure: Erasure, item: int) -> Place:
    return erasure.old.position, item


def _ending(
    erasure: Erasure,
    item: int,
    endings: Mapping[Place, Mapping[str, Any]],
    listed: Iterable[Place],
) -> DictRow:
    """How an item had ended: as noted; applied, if nothing is noted. Of an event that is applied
    there is a row, unless its issue was deleted."""
    place = _at(erasure, item)
    row = {"project_id": erasure.old.project_id, "received_at": erasure.old.received_at}
    if erasure.opened is None:
        return {**row, "item_type": "", "outcome": PARKED, "reason": ""}
    kind = erasure.opened.items[item].type
    known = endings.get(place)
    if known is not None:
        return {**row, **known}
    if kind in EVENTS.item_types and place not in listed:
        return {
            **row, "item_type": kind, "outcome": Outcome.FILTERED, "reason": ISSUE_DELETED
        }  # fmt: skip
    return {**row, "item_type": kind, "outcome": Outcome.APPLIED, "reason": ""}


async def _erase_what_follows(work: _Work) -> None:
    """Everything that was worked out from the items, or written about them."""
    conn, project_id = work.conn, work.project_id
    scrubbing = (await get_settings(conn, project_id)).scrubbing.rules
    await recount(conn, project_id, work.issues, scrubbing)
    this = {"project_id": project_id}
    await execute(conn, sql("projections/delete_empty_hours"), **this)
    await execute(conn, sql("projections/delete_empty_outcomes"), **this)
    await execute(conn, sql("projections/delete_unused_tag_values"), **this)
    if work.subject.by is not By.EVENT_ID:
        hashed = UUID(user_hash(work.subject.value))
        await execute(conn, sql("projections/delete_session_user"), **this, user_hash=hashed)
    await execute(conn, sql("digest/forget_event_ids"), **this, event_ids=list(work.event_ids))
    work.erased.texts = await redact_texts(conn, project_id, work.subject)
