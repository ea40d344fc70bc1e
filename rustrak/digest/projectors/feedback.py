"""`feedback` and `user_report` items: what users write. None of it becomes an issue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Final
from uuid import UUID, uuid5

from rustrak.database.arrays import bigints, integers, texts, times, uuids
from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.digest.projector import Projector, StoredItem
from rustrak.items.feedback import Feedback, read_feedback, read_user_report
from rustrak.projections.event_row import RUSTRAK
from rustrak.projections.folded import Folded
from rustrak.projections.insert import Columns, folded, insert_new
from rustrak.protocol.event_id import NIL_EVENT_ID

USER_REPORT: Final = "user_report"


@dataclass(slots=True, frozen=True)
class FeedbackRow:
    """A row of `feedback`; every text is as typed, and whoever shows one must escape it."""

    project_id: int
    id: UUID
    source: str
    event_id: UUID
    """The event it is about, the nil UUID for none."""
    position: int
    item: int
    received_at: datetime
    timestamp: datetime
    name: str
    email: str
    message: str
    url: str


def read_feedback_item(item: StoredItem) -> list[FeedbackRow]:
    """A `feedback` or `user_report` item as a row. Raises Malformed when it says nothing.

    A feedback event is known by the event id of its envelope. A report has no id of its own, only
    that of the event it is about; its id is computed from its place.
    """
    source = item.item.type
    if source == USER_REPORT:
        found = read_user_report(item.document, item.headers, received_at=item.received_at)
        position, number = item.place
        return [_row(item, uuid5(RUSTRAK, f"{source}/{position}/{number}"), found)]
    found = read_feedback(item.document, item.headers, received_at=item.received_at)
    return [_row(item, item.stored.event_id, found)]


def _row(item: StoredItem, feedback_id: UUID, found: Feedback) -> FeedbackRow:
    return FeedbackRow(
        project_id=item.project_id,
        id=feedback_id,
        source=item.item.type,
        event_id=UUID(found.event_id or NIL_EVENT_ID),
        position=item.stored.position,
        item=item.number,
        received_at=item.received_at,
        timestamp=found.timestamp,
        name=found.name,
        email=found.email,
        message=found.message,
        url=found.url,
    )


async def fold_feedback(conn: Connection, rows: Sequence[FeedbackRow]) -> Folded:
    """Feedback that is new; the rest are duplicates. Which of several reports counts is decided
    at reading time, by their positions."""
    ordered = sorted(rows, key=attrgetter("project_id", "id", "position", "item"))
    query = sql("projections/insert_feedback")
    return folded(ordered, await insert_new(conn, query, _COLUMNS, ordered))


_COLUMNS: Columns = {
    "project_id": integers,
    "id": uuids,
    "source": texts,
    "event_id": uuids,
    "position": bigints,
    "item": integers,
    "received_at": times,
    "timestamp": times,
    "name": texts,
    "email": texts,
    "message": texts,
    "url": texts,
}

FEEDBACK = Projector(
    "feedback", frozenset({"feedback", USER_REPORT}), read_feedback_item, fold_feedback
)
