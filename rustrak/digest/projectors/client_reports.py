"""`client_report` items: what clients dropped before it reached us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from rustrak.database.arrays import bigints, integers, texts, times
from rustrak.database.pool import Connection
from rustrak.database.queries import sql
from rustrak.digest.projector import Projector, StoredItem
from rustrak.items.client_reports import read_client_report
from rustrak.projections.folded import Folded
from rustrak.projections.insert import Columns, folded, insert_new


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of `client_reports`."""

    project_id: int
    position: int
    item: int
    number: int
    timestamp: datetime
    category: str
    outcome: str
    reason: str
    quantity: int


def read_report(item: StoredItem) -> list[ReportRow]:
    """One row for each outcome, reason and category; none for a report of nothing.

    Raises Malformed when the report is not a JSON object.
    """
    found = read_client_report(item.payload, item.headers, received_at=item.received_at)
    return [
        ReportRow(
            project_id=item.project_id,
            position=item.stored.position,
            item=item.number,
            number=number,
            timestamp=one.timestamp,
            category=one.category,
            outcome=one.outcome,
            reason=one.reason,
            quantity=one.quantity,
        )
        for number, one in enumerate(found)
    ]


async def fold_reports(conn: Connection, rows: Sequence[ReportRow]) -> Folded:
    """Every entry once for its place: a report has no identity by which to know it again."""
    rows = sorted(rows, key=attrgetter("project_id", "position", "item", "number"))
    return folded(
        rows, await insert_new(conn, sql("projections/insert_client_reports"), _COLUMNS, rows)
    )


_COLUMNS: Columns = {
    "project_id": integers,
    "position": bigints,
    "item": integers,
    "number": integers,
    "timestamp": times,
    "category": texts,
    "outcome": texts,
    "reason": texts,
    "quantity": bigints,
}

CLIENT_REPORTS = Projector("client_report", frozenset({"client_report"}), read_report, fold_reports)
