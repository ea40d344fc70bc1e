"""What was decided about an issue, read from the ledger."""

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.api.call import Call
from rustrak.api.cursors import DecisionPlace, cut, read_cursor
from rustrak.api.issues import find_issue
from rustrak.api.people import as_person
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.ledger.decisions import DecisionKind
from rustrak.schemas.base import CursorPage, CursorQuery
from rustrak.schemas.issues import Activity


async def list_activity(call: Call, query: CursorQuery) -> CursorPage[Activity]:
    """Who decided what about an issue, newest first; of a deleted one too, so that it can be
    undone."""
    shown, cursor = await page_of_decisions(
        call, query, sql("api/list_activity"), also_deleted=True
    )
    return CursorPage[Activity].of([_activity(row) for row in shown], cursor)


async def page_of_decisions(
    call: Call, query: CursorQuery, text: LiteralString, *, also_deleted: bool = False
) -> tuple[Sequence[DictRow], str | None]:
    """Rows about the issue of the path, each at the `position` of a decision, and the cursor."""
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    beyond = read_cursor(query.cursor, DecisionPlace)
    async with call.connection() as conn:
        if not (also_deleted and await _is_deleted(conn, project_id, issue_id)):
            await find_issue(conn, project_id, issue_id)
        rows = await fetch_all(
            conn,
            text,
            project_id=project_id,
            issue_id=issue_id,
            before=beyond and beyond.position,
            limit=query.limit + 1,
        )
    return cut(rows, query.limit, DecisionPlace.model_validate)


async def _is_deleted(conn: Connection, project_id: int, issue_id: UUID) -> bool:
    these = {"project_id": project_id, "issue_id": issue_id}
    row = await fetch_one(conn, sql("api/is_deleted"), **these)
    return bool(row and row["found"])


def _activity(row: DictRow) -> Activity:
    return Activity(
        id=row["position"],
        kind=row["kind"],
        at=row["decided_at"],
        actor=as_person(row["actor"], row["email"]),
        details=_details(row),
        is_undone=row["is_undone"],
    )


def _details(row: DictRow) -> dict[str, Any]:
    """Of a comment its present text, null once deleted: what was reworded is not told again."""
    details = dict(row["details"])
    details.pop("text", None)
    if row["kind"] == DecisionKind.COMMENT:
        details["text"] = row["text"]
    if row["kind"] == DecisionKind.ASSIGN:
        details["email"] = row["assignee_email"]
    return details
