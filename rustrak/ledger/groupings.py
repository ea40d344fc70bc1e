"""How a project's events are grouped, as facts; see `rustrak.grouping.timeline`."""

from collections.abc import Sequence
from typing import Any

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.ledger.decisions import DecisionKind, decide_for_project


async def list_grouping_decisions(conn: Connection, project_ids: Sequence[int]) -> list[DictRow]:
    """Everything ever decided about it, in order: project_id, position, decided_at, actor, kind,
    details."""
    query = sql("ledger/list_grouping_decisions")
    return await fetch_all(conn, query, project_ids=list(project_ids))


async def list_route_decisions(conn: Connection, project_id: int) -> list[DictRow]:
    """Everything ever decided about where its groupings lead, in order."""
    return await fetch_all(conn, sql("ledger/list_route_decisions"), project_id=project_id)


async def change_grouping(
    conn: Connection,
    project_id: int,
    *,
    actor: str,
    version: str,
    rules: str,
    since: str | None = None,
    until: str | None = None,
    routes: dict[str, str] | None = None,
) -> int:
    """Decide by what events received from `since` (null: now) until `until` (null: for ever) are
    grouped; returns the decision's position. The caller owns the project, unless it is new."""
    details: dict[str, Any] = {
        "version": version,
        "rules": rules,
        "since": since,
        "until": until,
        "routes": routes or {},
    }
    return await decide_for_project(conn, project_id, DecisionKind.CHANGE_GROUPING, actor, details)


async def undo_for_project(conn: Connection, project_id: int, *, actor: str, position: int) -> int:
    """Undo a decision about the project; returns the position of doing so."""
    details = {"position": position}
    return await decide_for_project(conn, project_id, DecisionKind.UNDO, actor, details)
