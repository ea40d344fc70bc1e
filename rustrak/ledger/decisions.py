"""What people decided, as facts: appended in the transaction that folds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import orjson

from rustrak.database.arrays import texts, uuids
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql

RUSTRAK: Final = "rustrak"
"""Who decides what follows from a decision of a person: the end of a mute, a regression."""

Details = Mapping[str, Any]
"""The parameters of a decision, as JSON."""


class DecisionKind(StrEnum):
    """Everything that can be decided about an issue or a project, and its details.

    `resolve`, {in_release} or {in_next_release}; `mute`, {until}, {ignore_count, event_count} or
    {ignore_user_count, user_count}, the counts being those of the moment; `regress`, {event_id,
    release}; `unmute`, {reason, event_id} if by Rustrak; `assign`, {user_id}; `prioritise`,
    {priority}; of comments {comment_id} and a {text}; `merge`, {into, groupings}, of an issue that
    goes; `split`, {groupings}, of the issue they leave, for the one of the first. About a project
    as a whole: `change_grouping`, {version, rules, since, until, routes}; `erase`, {by, envelopes,
    items}, and never of whom. `undo`, {position}, of a decision that counts as never taken.
    """

    RESOLVE = "resolve"
    UNRESOLVE = "unresolve"
    REGRESS = "regress"
    MUTE = "mute"
    UNMUTE = "unmute"
    ASSIGN = "assign"
    PRIORITISE = "prioritise"
    COMMENT = "comment"
    EDIT_COMMENT = "edit_comment"
    DELETE_COMMENT = "delete_comment"
    DELETE = "delete"
    MERGE = "merge"
    SPLIT = "split"
    CHANGE_GROUPING = "change_grouping"
    ERASE = "erase"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision, with its time and place, which are the database's."""

    project_id: int
    issue_id: UUID
    kind: DecisionKind
    actor: str
    """'user:7', 'user:7 token:3', or a part of Rustrak."""
    position: int
    decided_at: datetime
    details: Details = field(default_factory=dict)

    @classmethod
    def of(cls, project_id: int, row: Mapping[str, Any]) -> "Decision":
        """From a row of `decisions` about an issue."""
        names = ("issue_id", "actor", "position", "decided_at", "details")
        said = {name: row[name] for name in names}
        return cls(project_id=project_id, kind=DecisionKind(row["kind"]), **said)


async def append_decisions(
    conn: Connection,
    *,
    project_id: int,
    kind: DecisionKind,
    actor: str,
    issues: Mapping[UUID, Details],
) -> list[Decision]:
    """Write down the same decision about some issues, with the details of each."""
    rows = await fetch_all(
        conn,
        sql("ledger/append_decisions"),
        project_id=project_id,
        kind=kind,
        actor=actor,
        issue_ids=uuids(issues),
        details=texts(orjson.dumps(details).decode() for details in issues.values()),
    )
    return [
        Decision(
            project_id=project_id,
            issue_id=row["issue_id"],
            kind=kind,
            actor=actor,
            position=row["position"],
            decided_at=row["decided_at"],
            details=issues[row["issue_id"]],
        )
        for row in rows
    ]


async def decide_for_project(
    conn: Connection, project_id: int, kind: DecisionKind, actor: str, details: Details
) -> int:
    """Write down a decision about a project as a whole; returns its position."""
    row = await fetch_one(
        conn,
        sql("ledger/append_project_decision"),
        project_id=project_id,
        kind=kind,
        actor=actor,
        details=orjson.dumps(details).decode(),
    )
    assert row is not None
    position: int = row["position"]
    return position
