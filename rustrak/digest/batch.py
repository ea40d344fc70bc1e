"""One batch: read every item of the envelopes, then fold the lot in the caller's transaction."""

import asyncio
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from rustrak.accounts.settings import read_filters, read_scrubbing
from rustrak.alerts.outbox import Occasion, note_occasions, of_alarms, of_changes
from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.digest.projector import (
    DEFAULT_RULES,
    Filtered,
    Projector,
    ProjectRules,
    StoredItem,
)
from rustrak.errors import Problem
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.ledger.erasing import ERASED_TYPE
from rustrak.projections.apply_events import share_projects
from rustrak.projections.apply_outcomes import (
    WHOLE_ENVELOPE,
    ItemOutcome,
    Outcome,
    OutcomeKey,
    Outcomes,
    ParkedItem,
    add_outcomes,
    hour_of,
    note_items,
    park,
)
from rustrak.projections.changes import ChangeKind
from rustrak.projections.folded import Ending, Folded, Place
from rustrak.projections.refold import refold_decisions
from rustrak.projections.timelines import timelines_of

LONGEST_SLICE = 0.005  # seconds of reading before the event loop gets a turn to answer requests
LONGEST_TRACEBACK = 8192  # characters
LONGEST_REASON = 200  # characters
LONGEST_CATEGORY = 64  # characters of an item type that nobody knows

APPLIED: Ending = (Outcome.APPLIED, "")


class ReadItem(NamedTuple):
    """An item that was read, without its payload.

    Performance: a thousand payloads of 30 KB kept until they are folded are 30 MB.
    """

    stored: StoredEnvelope
    number: int
    type: str


@dataclass(slots=True)
class Reading:
    """What a batch of envelopes holds: rows by projector, and the items they stand for."""

    rows: dict[Projector, list[Any]] = field(default_factory=lambda: defaultdict(list))
    items: dict[Projector, dict[Place, ReadItem]] = field(default_factory=lambda: defaultdict(dict))
    outcomes: Outcomes = field(default_factory=Counter)
    not_applied: list[ItemOutcome] = field(default_factory=list)
    parked: list[ParkedItem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Digested:
    """What happened, counted, and what rules may want to hear of."""

    happened: Counter[str]
    occasions: list[Occasion]
    opened: Mapping[int, set[UUID]]
    """Issues that have a grouping more, by project."""


Wanted = Mapping[int, Collection[int]]
"""Numbers of the items to fold, by position of their envelope; WHOLE_ENVELOPE stands for all."""


async def digest_batch(
    conn: Connection, envelopes: Sequence[StoredEnvelope], projectors: Sequence[Projector]
) -> Counter[str]:
    """Fold the envelopes into the projections; every item ends in one outcome.

    Returns what happened, counted: outcomes, and issues that came to attention, by kind of change.
    """
    digested = await digest_items(conn, envelopes, projectors, only={})
    for project_id, issue_ids in digested.opened.items():
        await refold_decisions(conn, project_id, issue_ids)  # one may have been here before
    await note_occasions(conn, digested.occasions)
    return digested.happened


async def digest_items(
    conn: Connection,
    envelopes: Sequence[StoredEnvelope],
    projectors: Sequence[Projector],
    only: Wanted,
    taken_back: Mapping[OutcomeKey, int] | None = None,
) -> Digested:
    """The same for some items of the envelopes, and nobody is told of it; an envelope that `only`
    does not name is folded whole.

    `taken_back`, negative, is what they ended as before. It is counted together with how they end
    now: these rows are hot, and whoever takes them must have all others.
    """
    reading = await read_batch(envelopes, projectors, only, await read_rules(conn, envelopes))
    happened: Counter[str] = Counter()
    occasions: list[Occasion] = []
    opened: dict[int, set[UUID]] = defaultdict(set)
    for projector in projectors:
        folded = await projector.fold(conn, reading.rows[projector])
        _end_items(reading, projector, folded)
        happened.update(change.kind.value for change in folded.changes)
        for change in folded.changes:
            if change.kind is ChangeKind.OPENED:
                opened[change.project_id].add(change.issue_id)
        occasions += of_changes(folded.changes) + of_alarms(reading.rows[projector], folded)
    await park(conn, reading.parked)
    await note_items(conn, reading.not_applied)
    for key, quantity in reading.outcomes.items():
        happened[key.outcome.value] += quantity
    reading.outcomes.update(taken_back or {})
    await add_outcomes(conn, reading.outcomes)
    return Digested(happened, occasions, opened)


async def read_rules(
    conn: Connection, envelopes: Iterable[StoredEnvelope]
) -> dict[int, ProjectRules]:
    """What the projects of these envelopes have decided."""
    projects = sorted({stored.project_id for stored in envelopes})
    await share_projects(conn, set(projects))  # from here on nobody changes how they are grouped
    rows = await fetch_all(conn, sql("digest/read_projects"), project_ids=projects)
    timelines = await timelines_of(conn, projects)
    return {
        row["id"]: ProjectRules(
            filters=read_filters(row["filters"]).rules,
            scrubbing=read_scrubbing(row["scrubbing"]).rules,
            grouping=timelines[row["id"]],
            is_deleted=row["is_deleted"],
        )
        for row in rows
    }


async def read_batch(
    envelopes: Iterable[StoredEnvelope],
    projectors: Iterable[Projector],
    only: Wanted,
    rules: Mapping[int, ProjectRules],
) -> Reading:
    """Read every item, giving way to other tasks of the process every few milliseconds."""
    by_type = {kind: projector for projector in projectors for kind in projector.item_types}
    reading = Reading()
    started = time.monotonic()
    for stored in envelopes:
        wanted = only.get(stored.position, (WHOLE_ENVELOPE,))
        of_project = rules.get(stored.project_id, DEFAULT_RULES)
        if of_project.is_deleted:
            items = stored.items if WHOLE_ENVELOPE in wanted else len(wanted)
            _count(reading, stored, "envelope", (Outcome.FILTERED, "project deleted"), items)
        else:
            _read_envelope(stored, by_type, of_project, wanted, reading)
        if time.monotonic() - started > LONGEST_SLICE:
            await asyncio.sleep(0)
            started = time.monotonic()
    return reading


def _read_envelope(
    stored: StoredEnvelope,
    by_type: Mapping[str, Projector],
    rules: ProjectRules,
    wanted: Collection[int],
    reading: Reading,
) -> None:
    """Read one envelope; what fails is set aside and harms nothing else."""
    try:
        envelope = stored.open()
    except Exception as error:
        reading.parked.append(parked(stored, WHOLE_ENVELOPE, stored.items, error))
        return
    for number in range(len(envelope.items)):
        if WHOLE_ENVELOPE in wanted or number in wanted:
            _read_item(StoredItem(stored, envelope, number, rules), by_type, reading)


def _read_item(found: StoredItem, by_type: Mapping[str, Projector], reading: Reading) -> None:
    item = ReadItem(found.stored, found.number, found.item.type)
    if item.type == ERASED_TYPE:
        _end(reading, item, ERASED_TYPE, (Outcome.FILTERED, ERASED_TYPE))
        return
    projector = by_type.get(item.type)
    if projector is None:
        category = _storable(item.type[:LONGEST_CATEGORY])
        _end(reading, item, category, (Outcome.UNSUPPORTED, ""))
        return
    try:
        rows = projector.read(found)
    except Filtered as error:
        _end(reading, item, projector.category, (Outcome.FILTERED, str(error)))
    except Problem as error:
        reason = _storable(str(error))[:LONGEST_REASON]
        _end(reading, item, projector.category, (Outcome.INVALID, reason))
    except Exception as error:
        reading.parked.append(parked(found.stored, found.number, 1, error))
    else:
        reading.rows[projector] += rows
        reading.items[projector][found.place] = item


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


def _end_items(reading: Reading, projector: Projector, folded: Folded) -> None:
    for place, item in reading.items[projector].items():
        _end(reading, item, projector.category, folded.endings.get(place, APPLIED))


def _end(reading: Reading, item: ReadItem, category: str, ending: Ending) -> None:
    """One item has ended."""
    outcome, reason = ending
    # the reason of what is invalid names the payload's fault, too many kinds to be counted by
    _count(reading, item.stored, category, (outcome, "" if outcome is Outcome.INVALID else reason))
    if outcome is not Outcome.APPLIED:
        reading.not_applied.append(
            ItemOutcome(
                project_id=item.stored.project_id,
                position=item.stored.position,
                item=item.number,
                received_at=item.stored.received_at,
                event_id=item.stored.event_id,
                item_type=_storable(item.type[:LONGEST_CATEGORY]),
                outcome=outcome,
                reason=reason,
            )
        )


def _count(
    reading: Reading, stored: StoredEnvelope, category: str, ending: Ending, quantity: int = 1
) -> None:
    outcome, reason = ending
    key = OutcomeKey(stored.project_id, hour_of(stored.received_at), category, outcome, reason)
    reading.outcomes[key] += quantity


def _storable(text: str) -> str:
    """PostgreSQL takes neither NUL nor lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
