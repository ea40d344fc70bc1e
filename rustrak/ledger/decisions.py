"""What people decided, as facts: appended in the transaction that folds them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from rustrak.database.pool import Connection, fetch_one
from rustrak.database.queries import sql


class DecisionKind(StrEnum):
    """Everything a person can decide about an issue."""

    RESOLVE = "resolve"
    UNRESOLVE = "unresolve"
    MUTE = "mute"
    UNMUTE = "unmute"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision with its time, which is the database's."""

    project_id: int
    issue_id: UUID
    kind: DecisionKind
    decided_at: datetime


async def append_decision(
    conn: Connection, *, project_id: int, issue_id: UUID, kind: DecisionKind, actor: str
) -> Decision:
    """Write a decision down; `actor` says who, as 'user:7' or 'token:3'."""
    row = await fetch_one(
        conn,
        sql("ledger/append_decision"),
        project_id=project_id,
        issue_id=issue_id,
        kind=kind,
        actor=actor,
    )
    assert row is not None
    return Decision(project_id, issue_id, kind, row["decided_at"])
