"""What was decided about issues, folded from scratch: after something was undone, and for issues
that come back."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final
from uuid import UUID

from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.grouping.timeline import standing
from rustrak.ledger.decisions import Decision, DecisionKind
from rustrak.projections.decide import STATUS, fold_decisions

ATTRIBUTES: Final = {
    **dict.fromkeys(STATUS, "status"),
    DecisionKind.PRIORITISE: "priority",
    DecisionKind.ASSIGN: "assignee",
}
"""What a decision is about; of several about one the latest counts."""


COMMENTS: Final = frozenset(
    {DecisionKind.COMMENT, DecisionKind.EDIT_COMMENT, DecisionKind.DELETE_COMMENT}
)


async def refold_comments(conn: Connection, project_id: int, issue_id: UUID) -> None:
    """What was written about an issue, as if nothing that was undone had ever been."""
    these = {"project_id": project_id, "issue_ids": [issue_id]}
    await execute(conn, sql("projections/delete_comments"), **these)
    for row in standing(await fetch_all(conn, sql("ledger/list_decisions_about"), **these)):
        if row["kind"] in COMMENTS:
            await fold_decisions(conn, [Decision.of(project_id, row)])


async def refold_decisions(conn: Connection, project_id: int, issue_ids: Collection[UUID]) -> None:
    """Status, priority and assignee of these issues, whose rows the caller holds."""
    if not issue_ids:
        return
    these = {"project_id": project_id, "issue_ids": list(issue_ids)}
    await execute(conn, sql("projections/reset_decided"), **these)
    rows = standing(await fetch_all(conn, sql("ledger/list_decisions_about"), **these))
    latest: dict[tuple[UUID, str], Decision] = {}
    for row in rows:
        kind = DecisionKind(row["kind"])
        if kind in ATTRIBUTES:
            latest[row["issue_id"], ATTRIBUTES[kind]] = Decision.of(project_id, row)
    by_kind: dict[DecisionKind, list[Decision]] = defaultdict(list)
    for decision in latest.values():
        by_kind[decision.kind].append(decision)
    for decisions in by_kind.values():
        await fold_decisions(conn, decisions)
