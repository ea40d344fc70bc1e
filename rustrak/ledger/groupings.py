"""How a project's events are grouped, as facts; see `rustrak.grouping.timeline`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.ledger.decisions import DecisionKind


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
    return (await _append(conn, project_id, DecisionKind.CHANGE_GROUPING, actor, details))[0]


async def undo_for_project(conn: Connection, project_id: int, *, actor: str, position: int) -> int:
    """Undo a decision about the project; returns the position of doing so."""
    details = {"position": position}
    return (await _append(conn, project_id, DecisionKind.UNDO, actor, details))[0]


async def _append(
    conn: Connection, project_id: int, kind: DecisionKind, actor: str, details: dict[str, Any]
) -> tuple[int, datetime]:
    row = await fetch_one(
        conn,
        sql("ledger/append_project_decision"),
        project_id=project_id,
        kind=kind,
        actor=actor,
        details=orjson.dumps(details).decode(),
    )
    assert row is not None
    return row["position"], row["decided_at"]
