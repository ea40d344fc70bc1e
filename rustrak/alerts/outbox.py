"""What the digest hands to the rules, in the transaction that folds it: nothing is told of what was
not stored, and nothing that was stored is forgotten because a worker died.

A replay hands nothing over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rustrak.alerts.notice import AlertType
from rustrak.database.arrays import integers, texts, uuids
from rustrak.database.pool import Connection, execute
from rustrak.database.queries import sql
from rustrak.jobs import ALERTS, DECIDE_ALERTS, defer
from rustrak.projections.changes import Change, ChangeKind
from rustrak.projections.event_row import EventRow
from rustrak.projections.folded import Folded

ALARM_SDK: Final = "rustrak.monitors"
"""Who sends the events about monitors: ourselves."""

_TYPES: Final = {
    ChangeKind.OPENED: AlertType.NEW_ISSUE,
    ChangeKind.REGRESSED: AlertType.REGRESSION,
    ChangeKind.UNMUTED: AlertType.UNMUTE,
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something rules of one type may want to hear of."""

    project_id: int
    alert_type: AlertType
    issue_id: UUID
    event_id: str
    """32 hexadecimal digits, '' when no event did it."""


def of_changes(changes: Iterable[Change]) -> list[Occasion]:
    """What became of issues."""
    return [
        Occasion(change.project_id, _TYPES[change.kind], change.issue_id, change.event_id)
        for change in changes
    ]


def of_alarms(rows: Iterable[object], folded: Folded) -> list[Occasion]:
    """The events that were applied, among rows of any kind, and tell of a monitor's failure."""
    return [
        Occasion(row.project_id, AlertType.MONITOR_MISSED, row.issue_id, row.event_id)
        for row in rows
        if isinstance(row, EventRow)
        and row.sdk_name == ALARM_SDK
        and (row.position, row.item) not in folded.endings
    ]


async def note_occasions(conn: Connection, occasions: list[Occasion]) -> None:
    """Write down what a rule wants to hear of, and have it decided once that is committed.

    Costs nothing without occasions, and one statement where no rule wants them.
    """
    if not occasions:
        return
    noted = await execute(
        conn,
        sql("alerts/note_occasions"),
        project_ids=integers([occasion.project_id for occasion in occasions]),
        alert_types=texts([occasion.alert_type for occasion in occasions]),
        issue_ids=uuids([occasion.issue_id for occasion in occasions]),
        event_ids=texts([occasion.event_id for occasion in occasions]),
    )
    if noted:
        await defer(conn, DECIDE_ALERTS, ALERTS)
