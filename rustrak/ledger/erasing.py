"""Envelopes without what is to be erased: the items keep their numbers and lose everything else.

The books stay even, because an erased item is still an item that was received.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg.rows import class_row

from rustrak.database.arrays import Column, bigints, byteas, texts, times, uuids
from rustrak.database.pool import Connection, execute
from rustrak.database.queries import sql
from rustrak.errors import Problem
from rustrak.ledger.envelopes import ENVELOPE, UNLIMITED, StoredEnvelope
from rustrak.ledger.mentions import Subject
from rustrak.protocol.encoding import inflate
from rustrak.protocol.envelope import Envelope, Item, write_envelope

BATCH: Final = 200  # envelopes read at a time
ERASED_TYPE: Final = "erased"
"""The type of an item that is no more."""
KEPT_HEADERS: Final = ("sent_at", "sdk")
APART: Final = frozenset(
    {"session", "sessions", "client_report", "check_in", "log", "otel_log", "otlp_logs", "span"}
)
"""Items that are no part of the event they travel with: they go only when they say it
themselves."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """An envelope as it was, and as it will be."""

    old: StoredEnvelope
    opened: Envelope | None
    """None if nobody can read it: then all of it goes."""
    items: tuple[int, ...]
    """The numbers of those that go."""

    @property
    def new(self) -> StoredEnvelope:
        """What is left, under an id of its own."""
        event_id = uuid4()
        return StoredEnvelope(
            position=self.old.position,
            received_at=self.old.received_at,
            project_id=self.old.project_id,
            event_id=event_id,
            form=ENVELOPE,
            encoding="",
            items=self.old.items,
            body=write_envelope(self._headers(event_id), self._items()),
        )

    def _headers(self, event_id: UUID) -> dict[str, Any]:
        headers = self.opened.headers if self.opened else {}
        kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        return {"event_id": event_id.hex} | kept

    def _items(self) -> list[Item]:
        gone = Item(ERASED_TYPE, {"type": ERASED_TYPE}, b"")
        if self.opened is None:
            return [gone] * self.old.items
        items = enumerate(self.opened.items)
        return [gone if number in self.items else item for number, item in items]


def find(stored: StoredEnvelope, subject: Subject) -> Erasure | None:
    """What is to be erased of an envelope, if anything is."""
    if stored.form == ENVELOPE and not _may_speak(stored, subject):
        return None
    try:
        opened = stored.open()
    except Problem:
        if not subject.is_in_bytes(stored.body):
            return None
        return Erasure(stored, None, tuple(range(stored.items)))
    spoken = {n for n, item in enumerate(opened.items) if subject.is_in_item(item)}
    together = {n for n, item in enumerate(opened.items) if item.type not in APART}
    in_headers = subject.is_in_headers(opened)
    if spoken & together or in_headers or subject.is_in_text(stored.event_id.hex):
        spoken |= together
    if not spoken and not in_headers:
        return None
    return Erasure(stored, opened, tuple(sorted(spoken)))


def _may_speak(stored: StoredEnvelope, subject: Subject) -> bool:
    try:
        data = inflate(stored.body, stored.encoding, limit=UNLIMITED)
    except Problem:
        return True
    return subject.may_be_in(data) or subject.is_in_text(stored.event_id.hex)


async def scan(
    conn: Connection, project_id: int, *, since: datetime | None
) -> AsyncIterator[StoredEnvelope]:
    """Every envelope of a project that was received since then, in the caller's transaction."""
    name, rows = "erasure", class_row(StoredEnvelope)
    async with conn.cursor(name, binary=True, row_factory=rows) as cursor:
        cursor.itersize = BATCH
        await cursor.execute(
            sql("ledger/scan_envelopes"), {"project_id": project_id, "since": since}
        )
        async for stored in cursor:
            yield stored


async def replace(conn: Connection, envelopes: Sequence[StoredEnvelope]) -> None:
    """Put envelopes into the place of those that are to be forgotten."""
    await execute(conn, sql("ledger/begin_erasing"))
    await execute(
        conn,
        sql("ledger/replace_envelopes"),
        **places(envelopes),
        event_ids=uuids([stored.event_id for stored in envelopes]),
        forms=texts([stored.form for stored in envelopes]),
        encodings=texts([stored.encoding for stored in envelopes]),
        bodies=byteas([stored.body for stored in envelopes]),
    )
    await execute(conn, sql("ledger/end_erasing"))


def places(envelopes: Sequence[StoredEnvelope]) -> dict[str, Column]:
    """Where they are in the ledger."""
    return {
        "received_at": times([stored.received_at for stored in envelopes]),
        "positions": bigints([stored.position for stored in envelopes]),
    }
