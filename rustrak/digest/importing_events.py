"""Events exported from another tracker, appended to the ledger of a project and folded like any
other. Nobody is alerted."""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.digest.batch import digest_items
from rustrak.digest.projectors import PROJECTORS
from rustrak.errors import Malformed
from rustrak.events.foreign import read_exported
from rustrak.ledger.envelopes import ENVELOPE, StoredEnvelope
from rustrak.ledger.past import hold_past
from rustrak.protocol.envelope import Item, write_envelope
from rustrak.protocol.jsontext import dumps, parse_json

BATCH: Final = 200  # events of one transaction
CLIENT: Final = "import"


@dataclass(slots=True)
class Taken:
    """What came of an import."""

    imported: int = 0
    known: int = 0
    """Events that the project has already."""


@dataclass(frozen=True, slots=True)
class Found:
    """An event of a file in an SDK's form."""

    event: dict[str, Any]
    received_at: datetime

    @property
    def event_id(self) -> UUID:
        return UUID(self.event["event_id"])


def read_file(path: Path, refused: list[str]) -> list[Found]:
    """The events of a file: a JSON array, an object with one in it, or an object a line.

    What cannot be read is noted in `refused`. Raises Malformed when the file is no JSON at all.
    """
    found = []
    for number, exported in enumerate(_documents(path.read_bytes()), 1):
        try:
            event, received_at = read_exported(exported)
        except Malformed as error:
            refused.append(f"{path.name}, event {number}: {error}")
        else:
            found.append(Found(event, received_at or datetime.now(UTC)))
    return sorted(found, key=lambda one: one.received_at)


def _documents(data: bytes) -> Iterable[Any]:
    try:
        whole = orjson.loads(data)
    except orjson.JSONDecodeError:
        return _lines(data)
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list)]
        is_event = "entries" in whole or "exception" in whole
        return [whole] if is_event or len(lists) != 1 else lists[0]
    return whole if isinstance(whole, list) else [whole]


def _lines(data: bytes) -> Iterator[Any]:
    for line in data.splitlines():
        if line.strip():
            yield parse_json(line)


async def import_events(conn: Connection, project_id: int, events: Sequence[Found]) -> Taken:
    """Append and fold the events that a project does not have, some hundred in a transaction: an
    import that was killed goes on. `conn` is in autocommit mode. Raises Conflict where somebody is
    at work on the ledger."""
    taken = Taken()
    async with hold_past(conn):
        for week in sorted({_week(found.received_at) for found in events}):
            await execute(conn, sql("ledger/make_week"), week=week)
        for start in range(0, len(events), BATCH):
            async with conn.transaction():
                await _import_some(conn, project_id, events[start : start + BATCH], taken)
    return taken


def _week(moment: datetime) -> datetime:
    """The start of the week that a moment is in."""
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return datetime.fromisocalendar(year, week, 1).replace(tzinfo=UTC)


async def _import_some(
    conn: Connection, project_id: int, events: Sequence[Found], taken: Taken
) -> None:
    by_id = {found.event_id: found for found in events}
    rows = await fetch_all(
        conn, sql("digest/find_known_events"), project_id=project_id, event_ids=list(by_id)
    )
    for row in rows:
        del by_id[row["event_id"]]
    envelopes = [await _append(conn, project_id, found) for found in by_id.values()]
    await digest_items(conn, envelopes, PROJECTORS, only={})
    taken.imported += len(envelopes)
    taken.known += len(events) - len(envelopes)


async def _append(conn: Connection, project_id: int, found: Found) -> StoredEnvelope:
    item = Item("event", {"type": "event"}, dumps(found.event))
    body = gzip.compress(write_envelope({"event_id": found.event_id.hex}, [item]), 6)
    said: dict[str, Any] = {
        "received_at": found.received_at,
        "project_id": project_id,
        "event_id": found.event_id,
        "form": ENVELOPE,
        "encoding": "gzip",
        "items": 1,
        "body": body,
        "remote_addr": "",
    }
    row = await fetch_one(conn, sql("ledger/import_envelope"), **said, client=CLIENT)
    assert row is not None
    return StoredEnvelope(position=row["position"], **said)
