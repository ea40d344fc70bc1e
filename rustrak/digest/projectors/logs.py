"""`log` and `otlp_logs` items: log lines, one row each, known by their place in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Final

from rustrak.database.arrays import bigints, hex_uuids, integers, texts, times
from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.digest.projector import Projector, StoredItem
from rustrak.items.lines import LINE_READERS
from rustrak.items.logs import LogLine
from rustrak.projections.folded import Folded
from rustrak.projections.insert import Columns, folded, insert_new

_NO_TRACE = "0" * 32


@dataclass(slots=True)
class LogRow:
    """A row of `logs`; `number` is that of the line in its item."""

    project_id: int
    timestamp: datetime
    position: int
    item: int
    number: int
    received_at: datetime
    level: str
    severity: int
    body: str
    trace_id: str
    span_id: str
    release: str
    environment: str


_COLUMNS: Final[Columns] = {
    "project_id": integers,
    "timestamp": times,
    "position": bigints,
    "item": integers,
    "number": integers,
    "received_at": times,
    "level": texts,
    "severity": integers,
    "body": texts,
    "trace_id": hex_uuids,
    "span_id": texts,
    "release": texts,
    "environment": texts,
}
_in_key_order = attrgetter("project_id", "timestamp", "position", "item", "number")


def read_log_item(item: StoredItem) -> list[LogRow]:
    """The lines of an item in its order. Raises Malformed when it is not a JSON object."""
    read = LINE_READERS[item.item.type]
    lines = read(item.document, item.headers, received_at=item.received_at)
    return [_row(item, number, line) for number, line in enumerate(lines)]


def _row(item: StoredItem, number: int, line: LogLine) -> LogRow:
    position, of_item = item.place
    return LogRow(
        project_id=item.project_id,
        timestamp=line.timestamp,
        position=position,
        item=of_item,
        number=number,
        received_at=item.received_at,
        level=line.level,
        severity=line.severity,
        body=line.body,
        trace_id=line.trace_id or _NO_TRACE,
        span_id=line.span_id,
        release=line.release,
        environment=line.environment,
    )


async def fold_logs(conn: Connection, rows: Sequence[LogRow]) -> Folded:
    """Lines that were not there."""
    query = sql("projections/insert_logs")
    inserted = await insert_new(conn, query, _COLUMNS, sorted(rows, key=_in_key_order))
    return folded(rows, inserted)


LOGS = Projector("log", frozenset(LINE_READERS), read_log_item, fold_logs)
