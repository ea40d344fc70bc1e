"""`attachment` items: files beside an event, whose bytes stay in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from uuid import UUID, uuid5

from rustrak.database.arrays import bigints, integers, texts, times, uuids
from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.digest.projector import Projector, StoredItem
from rustrak.items.attachments import Attachment, read_attachment
from rustrak.projections.event_row import RUSTRAK
from rustrak.projections.folded import Folded
from rustrak.projections.insert import Columns, folded, insert_new


@dataclass(slots=True, frozen=True)
class AttachmentRow:
    """A row of `attachments`; `size` is in bytes."""

    project_id: int
    id: UUID
    event_id: UUID
    position: int
    item: int
    received_at: datetime
    filename: str
    content_type: str
    attachment_type: str
    size: int


def read_attachment_item(item: StoredItem) -> list[AttachmentRow]:
    """An `attachment` item as a row, filed under the event id of its envelope.

    Any bytes are an attachment, and none are one too.
    """
    found = read_attachment(item.item.headers, len(item.payload))
    event_id = item.stored.event_id
    return [
        AttachmentRow(
            project_id=item.project_id,
            id=attachment_id(event_id, found, item.payload),
            event_id=event_id,
            position=item.stored.position,
            item=item.number,
            received_at=item.received_at,
            filename=found.filename,
            content_type=found.content_type,
            attachment_type=found.attachment_type,
            size=found.size,
        )
    ]


def attachment_id(event_id: UUID, attachment: Attachment, payload: bytes) -> UUID:
    """The id of an attachment: computed, so that it survives a rebuild.

    Not from its place: an SDK that did not hear our answer sends the envelope again, and the copy
    must be the same attachment whichever of the two is folded first.
    """
    described = f"{attachment.attachment_type}/{attachment.content_type}/{attachment.filename}"
    return uuid5(RUSTRAK, f"{event_id}/{sha256(payload).hexdigest()}/{described}")


async def fold_attachments(conn: Connection, rows: Sequence[AttachmentRow]) -> Folded:
    """Attachments that are new; the rest are duplicates."""
    ordered = sorted(rows, key=attrgetter("project_id", "id", "position", "item"))
    query = sql("projections/insert_attachments")
    return folded(ordered, await insert_new(conn, query, _COLUMNS, ordered))


_COLUMNS: Columns = {
    "project_id": integers,
    "id": uuids,
    "event_id": uuids,
    "position": bigints,
    "item": integers,
    "received_at": times,
    "filename": texts,
    "content_type": texts,
    "attachment_type": texts,
    "size": bigints,
}

ATTACHMENTS = Projector(
    "attachment", frozenset({"attachment"}), read_attachment_item, fold_attachments
)
