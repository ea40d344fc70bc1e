"""Envelopes as facts: appended with their inbox rows in one statement, opened again to be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import args_row

from rustrak.database.arrays import Column, byteas, hex_uuids, integers, texts
from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.protocol.encoding import inflate
from rustrak.protocol.envelope import Envelope, Item, parse_envelope
from rustrak.protocol.store import decode_store_body

UNLIMITED = 2**40
"""Stored bodies passed the limits of their day when they arrived; reading them never refuses."""

ENVELOPE = "envelope"
STORE = "store"


@dataclass(slots=True)
class Arrival:
    """An envelope about to be appended: the body as it arrived and what reading it needs."""

    project_id: int
    event_id: str
    form: str
    encoding: str
    items: int
    client: str
    remote_addr: str
    body: bytes


@dataclass(slots=True)
class StoredEnvelope:
    """An envelope read back from the ledger."""

    position: int
    received_at: datetime
    project_id: int
    event_id: UUID
    form: str
    encoding: str
    items: int
    body: bytes
    remote_addr: str = ""

    def open(self) -> Envelope:
        """Undo the encoding and the framing. Raises Malformed only if the bytes were damaged."""
        return open_body(self.body, self.encoding, self.form, limit=UNLIMITED)


def open_body(body: bytes, encoding: str, form: str, *, limit: int) -> Envelope:
    """Bytes as they came to an envelope; a body of the store endpoint becomes one of a single
    event.

    Raises Malformed, TooLarge and UnsupportedEncoding as `inflate` and the framing do.
    """
    data = inflate(body, encoding, limit=limit)
    if form == STORE:
        payload = decode_store_body(data, limit=limit)
        return Envelope(headers={}, items=[Item("event", {"type": "event"}, payload)])
    return parse_envelope(data)


async def append_envelopes(conn: Connection, arrivals: Sequence[Arrival]) -> None:
    """Store the envelopes and their inbox rows; durable when this returns in autocommit mode."""
    await conn.execute(sql("ledger/append_envelopes"), _columns(arrivals), prepare=True)


async def read_envelope(
    conn: Connection, *, position: int, received_at: datetime
) -> StoredEnvelope | None:
    """The envelope at a position; None once retention has taken it."""
    query = sql("ledger/read_envelope")
    found = await fetch_envelopes(conn, query, position=position, received_at=received_at)
    return found[0] if found else None


async def read_envelopes(
    conn: Connection, *, received_at: Column, positions: Column
) -> list[StoredEnvelope]:
    """The envelopes at these places, in the order of the ledger, without what retention took."""
    query = sql("ledger/read_envelopes")
    return await fetch_envelopes(conn, query, received_at=received_at, positions=positions)


async def fetch_envelopes(
    conn: Connection, query: LiteralString, **params: Any
) -> list[StoredEnvelope]:
    """What a query finds, whose columns are those of a StoredEnvelope in their order.

    Binary, because bytes as text are twice as long and cost both sides 12 us an event.
    """
    async with conn.cursor(binary=True, row_factory=args_row(StoredEnvelope)) as cursor:
        await cursor.execute(query, params)
        return await cursor.fetchall()


def _columns(arrivals: Sequence[Arrival]) -> dict[str, Column]:
    return {
        "project_ids": integers([arrival.project_id for arrival in arrivals]),
        "event_ids": hex_uuids([arrival.event_id for arrival in arrivals]),
        "forms": texts([arrival.form for arrival in arrivals]),
        "encodings": texts([arrival.encoding for arrival in arrivals]),
        "items": integers([arrival.items for arrival in arrivals]),
        "clients": texts([arrival.client for arrival in arrivals]),
        "remote_addrs": texts([arrival.remote_addr for arrival in arrivals]),
        "bodies": byteas([arrival.body for arrival in arrivals]),
    }
