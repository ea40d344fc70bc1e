"""`transaction`, `span` and `otlp_traces` items: pieces of work, all counted as spans.

One projector for the three, because the same span may come as two of them and their rows have to be
written in one order of keys.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from rustrak.database.arrays import bigints, booleans, hex_uuids, integers, texts, times
from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.digest.projector import Projector, StoredItem
from rustrak.items.otlp import read_otlp_traces
from rustrak.items.spans import Span, read_spans, read_transaction
from rustrak.projections.folded import Folded
from rustrak.projections.insert import Columns, folded, insert_new

NO_DURATION = -1
"""A column sent to the database holds no nulls."""

_NO_TRACE = "0" * 32


@dataclass(slots=True)
class SpanRow:
    """A row of `spans`."""

    project_id: int
    trace_id: str
    span_id: str
    place: str
    """Empty where both ids are known; else what tells the span from others without ids."""
    position: int
    item: int
    received_at: datetime
    timestamp: datetime
    duration_us: int
    name: str
    op: str
    status: str
    is_failure: bool
    is_segment: bool
    parent_span_id: str
    children: int
    release: str
    environment: str


_COLUMNS: Final[Columns] = {
    "project_id": integers,
    "trace_id": hex_uuids,
    "span_id": texts,
    "place": texts,
    "position": bigints,
    "item": integers,
    "received_at": times,
    "timestamp": times,
    "duration_us": bigints,
    "name": texts,
    "op": texts,
    "status": texts,
    "is_failure": booleans,
    "is_segment": booleans,
    "parent_span_id": texts,
    "children": integers,
    "release": texts,
    "environment": texts,
}
_in_key_order = attrgetter("project_id", "trace_id", "span_id", "place", "position", "item")


def _read_one(
    payload: object, headers: Mapping[str, Any], *, received_at: datetime
) -> Sequence[Span]:
    return [read_transaction(payload, headers, received_at=received_at)]


_READERS: Final[Mapping[str, Callable[..., Sequence[Span]]]] = {
    "transaction": _read_one,
    "span": read_spans,
    "otlp_traces": read_otlp_traces,
}


def read_span_item(item: StoredItem) -> list[SpanRow]:
    """The spans of an item in its order. Raises Malformed when it is not a JSON object."""
    spans = _READERS[item.item.type](item.document, item.headers, received_at=item.received_at)
    return [_row(item, number, span) for number, span in enumerate(spans)]


def _row(item: StoredItem, number: int, span: Span) -> SpanRow:
    position, of_item = item.place
    is_known = bool(span.trace_id and span.span_id)
    ms = span.duration_ms
    return SpanRow(
        project_id=item.project_id,
        trace_id=span.trace_id or _NO_TRACE,
        span_id=span.span_id,
        place="" if is_known else f"{position}.{of_item}.{number}",
        position=position,
        item=of_item,
        received_at=item.received_at,
        timestamp=span.timestamp,
        duration_us=NO_DURATION if ms is None else round(ms * 1000),
        name=span.name,
        op=span.op,
        status=span.status,
        is_failure=span.is_failure,
        is_segment=span.is_segment,
        parent_span_id=span.parent_span_id,
        children=span.children,
        release=span.release,
        environment=span.environment,
    )


async def fold_spans(conn: Connection, rows: Sequence[SpanRow]) -> Folded:
    """Spans that were not there; the first copy of one stays."""
    query = sql("projections/insert_spans")
    inserted = await insert_new(conn, query, _COLUMNS, sorted(rows, key=_in_key_order))
    return folded(rows, inserted)


SPANS = Projector("span", frozenset(_READERS), read_span_item, fold_spans)
