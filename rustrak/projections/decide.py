"""Decisions: written down as facts and folded into the issues in the same transaction.

Of several decisions about one attribute the latest counts, whatever the order they are folded in.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from rustrak.database.arrays import texts, times, uuids
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.ledger.decisions import Decision, DecisionKind, Details, append_decisions
from rustrak.projections.apply_events import own_project
from rustrak.projections.apply_outcomes import (
    ISSUE_DELETED,
    Outcome,
    OutcomeKey,
    Outcomes,
    add_outcomes,
)
from rustrak.projections.fold_aggregates import delete_aggregates

STATUS: Final = {
    DecisionKind.RESOLVE: "resolved",
    DecisionKind.UNRESOLVE: "unresolved",
    DecisionKind.REGRESS: "unresolved",
    DecisionKind.MUTE: "muted",
    DecisionKind.UNMUTE: "unresolved",
}


async def decide(
    conn: Connection,
    *,
    project_id: int,
    kind: DecisionKind,
    actor: str,
    issues: Mapping[UUID, Details],
) -> list[Decision]:
    """Append a decision about each of some issues and fold it; the caller's transaction makes both
    true at once.

    The caller holds the rows of the issues, or else a digest under way may decide with an earlier
    view and a later time. Who deletes must not hold them: deleting waits for the digests.
    """
    if kind is DecisionKind.DELETE:
        await own_project(conn, project_id)
    decisions = await append_decisions(
        conn, project_id=project_id, kind=kind, actor=actor, issues=issues
    )
    await fold_decisions(conn, decisions)
    return decisions


async def fold_decisions(conn: Connection, decisions: Sequence[Decision]) -> None:
    """Fold decisions of one kind about different issues of one project."""
    if decisions:
        await _FOLDS[decisions[0].kind](conn, decisions)


async def _fold_status(conn: Connection, decisions: Sequence[Decision]) -> None:
    kind = decisions[0].kind
    await execute(
        conn,
        sql("projections/set_status"),
        **_arrays(decisions),
        status=STATUS[kind],
        is_regressed=kind is DecisionKind.REGRESS,
    )


async def _fold_priority(conn: Connection, decisions: Sequence[Decision]) -> None:
    await execute(conn, sql("projections/set_priority"), **_arrays(decisions))


async def _fold_assignee(conn: Connection, decisions: Sequence[Decision]) -> None:
    await execute(conn, sql("projections/set_assignee"), **_arrays(decisions))


def _arrays(decisions: Sequence[Decision]) -> dict[str, Any]:
    return {
        "project_id": decisions[0].project_id,
        "issue_ids": uuids([decision.issue_id for decision in decisions]),
        "decided_at": times([decision.decided_at for decision in decisions]),
        "details": texts(orjson.dumps(decision.details).decode() for decision in decisions),
    }


async def _fold_comments(conn: Connection, decisions: Sequence[Decision]) -> None:
    for decision in decisions:
        is_new = decision.kind is DecisionKind.COMMENT
        is_deletion = decision.kind is DecisionKind.DELETE_COMMENT
        await execute(
            conn,
            sql("projections/fold_comment"),
            project_id=decision.project_id,
            id=UUID(decision.details["comment_id"]),
            issue_id=decision.issue_id,
            position=decision.position if is_new else None,
            author=decision.actor if is_new else "",
            created_at=decision.decided_at if is_new else None,
            text="" if is_deletion else decision.details["text"],
            text_at=decision.decided_at,
            deleted_at=decision.decided_at if is_deletion else None,
        )


async def _fold_deletions(conn: Connection, decisions: Sequence[Decision]) -> None:
    """Take out what was received until now; the same events in a rebuild would be filtered."""
    project_id = decisions[0].project_id
    issue_ids = sorted(decision.issue_id for decision in decisions)
    these = {"project_id": project_id, "issue_ids": issue_ids}
    hours = await fetch_all(
        conn,
        sql("projections/delete_events"),
        project_id=project_id,
        issue_ids=[decision.issue_id for decision in decisions],
        decisions=[decision.position for decision in decisions],
    )
    await execute(conn, sql("projections/delete_comments"), **these)
    await delete_aggregates(conn, project_id=project_id, issue_ids=issue_ids)
    await execute(conn, sql("projections/delete_groupings"), **these)
    await execute(conn, sql("projections/delete_issues"), **these)
    await execute(
        conn,
        sql("projections/note_deletions"),
        project_id=project_id,
        issue_ids=[decision.issue_id for decision in decisions],
        deleted_at=times([decision.decided_at for decision in decisions]),
        decisions=[decision.position for decision in decisions],
    )
    await count_as_deleted(conn, project_id, hours)


async def count_as_deleted(
    conn: Connection, project_id: int, hours: Iterable[Mapping[str, Any]]
) -> None:
    """Count events that were taken out as filtered instead of applied; `hours` have hour and
    quantity."""
    outcomes: Outcomes = Counter()
    for row in hours:
        place = (project_id, row["hour"], "event")
        outcomes[OutcomeKey(*place, Outcome.APPLIED)] -= row["quantity"]
        outcomes[OutcomeKey(*place, Outcome.FILTERED, ISSUE_DELETED)] += row["quantity"]
    await add_outcomes(conn, outcomes)
    await execute(conn, sql("projections/delete_empty_outcomes"), project_id=project_id)


Fold = Callable[[Connection, Sequence[Decision]], Awaitable[None]]

_FOLDS: Final[Mapping[DecisionKind, Fold]] = {
    **dict.fromkeys(STATUS, _fold_status),
    DecisionKind.PRIORITISE: _fold_priority,
    DecisionKind.ASSIGN: _fold_assignee,
    DecisionKind.COMMENT: _fold_comments,
    DecisionKind.EDIT_COMMENT: _fold_comments,
    DecisionKind.DELETE_COMMENT: _fold_comments,
    DecisionKind.DELETE: _fold_deletions,
}
