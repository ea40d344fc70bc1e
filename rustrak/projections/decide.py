"""Decisions: written down as facts and folded into the issues in the same transaction.

Of several decisions about the status the latest counts, whatever the order they are folded in.
"""

from collections import Counter
from typing import Final
from uuid import UUID

from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.ledger.decisions import Decision, DecisionKind, append_decision
from rustrak.projections.apply_events import own_project
from rustrak.projections.apply_outcomes import Outcome, OutcomeKey, Outcomes, add_outcomes

STATUS: Final = {
    DecisionKind.RESOLVE: "resolved",
    DecisionKind.UNRESOLVE: "unresolved",
    DecisionKind.MUTE: "muted",
    DecisionKind.UNMUTE: "unresolved",
}


async def decide(
    conn: Connection, *, project_id: int, issue_id: UUID, kind: DecisionKind, actor: str
) -> None:
    """Append a decision and fold it; the caller's transaction makes both true at once."""
    if kind is DecisionKind.DELETE:
        await own_project(conn, project_id)
    decision = await append_decision(
        conn, project_id=project_id, issue_id=issue_id, kind=kind, actor=actor
    )
    if kind is DecisionKind.DELETE:
        await _fold_deletion(conn, decision)
    else:
        await execute(
            conn,
            sql("projections/set_status"),
            project_id=project_id,
            issue_id=issue_id,
            status=STATUS[kind],
            decided_at=decision.decided_at,
        )


async def _fold_deletion(conn: Connection, decision: Decision) -> None:
    """Take out what was received until now; the same events in a rebuild would be filtered."""
    key = {"project_id": decision.project_id, "issue_id": decision.issue_id}
    hours = await fetch_all(conn, sql("projections/delete_events"), **key)
    outcomes: Outcomes = Counter()
    for row in hours:
        place = (decision.project_id, row["hour"], "event")
        outcomes[OutcomeKey(*place, Outcome.APPLIED)] = -row["quantity"]
        outcomes[OutcomeKey(*place, Outcome.FILTERED, "issue deleted")] = row["quantity"]
    await execute(conn, sql("projections/delete_groupings"), **key)
    await execute(conn, sql("projections/delete_issue"), **key)
    await execute(conn, sql("projections/note_deletion"), **key, deleted_at=decision.decided_at)
    await add_outcomes(conn, outcomes)
