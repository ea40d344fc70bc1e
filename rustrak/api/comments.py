"""Comments on issues. Writing, rewording and deleting one are decisions like any other."""

from uuid import UUID, uuid4

from psycopg.rows import DictRow

from rustrak.accounts.access import Needs, check_access
from rustrak.api.activity import page_of_decisions
from rustrak.api.call import Call
from rustrak.api.issue_changes import lock_issues
from rustrak.api.people import as_person
from rustrak.database.pool import Connection, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.ledger.decisions import DecisionKind
from rustrak.projections.decide import decide
from rustrak.schemas.base import CursorPage, CursorQuery
from rustrak.schemas.issues import Comment, NewComment


async def list_comments(call: Call, query: CursorQuery) -> CursorPage[Comment]:
    """The comments on an issue, newest first."""
    shown, cursor = await page_of_decisions(call, query, sql("api/list_comments"))
    return CursorPage[Comment].of([_as_comment(row) for row in shown], cursor)


async def create_comment(call: Call, body: NewComment) -> Comment:
    """Write a comment."""
    comment_id = uuid4()
    async with call.connection() as conn, conn.transaction():
        await lock_issues(conn, call.project_id, [call.uuid("issue_id")])
        await _decide(call, conn, DecisionKind.COMMENT, comment_id, body.text)
        return _as_comment(await _find_comment(call, conn, comment_id))


async def change_comment(call: Call, body: NewComment) -> Comment:
    """Reword a comment of one's own, or anybody's as an admin of the project."""
    comment_id = call.uuid("comment_id")
    async with call.connection() as conn, conn.transaction():
        await _own_comment(call, conn, comment_id)
        await _decide(call, conn, DecisionKind.EDIT_COMMENT, comment_id, body.text)
        return _as_comment(await _find_comment(call, conn, comment_id))


async def delete_comment(call: Call) -> None:
    """Delete a comment of one's own, or anybody's as an admin of the project."""
    comment_id = call.uuid("comment_id")
    async with call.connection() as conn, conn.transaction():
        await _own_comment(call, conn, comment_id)
        await _decide(call, conn, DecisionKind.DELETE_COMMENT, comment_id)


async def _own_comment(call: Call, conn: Connection, comment_id: UUID) -> None:
    """Hold the issue, and make sure that the comment is the caller's to change. Raises NotFound,
    Forbidden."""
    await lock_issues(conn, call.project_id, [call.uuid("issue_id")])
    row = await _find_comment(call, conn, comment_id)
    author = as_person(row["author"], None)
    if author.user_id != call.actor.user_id:
        check_access(Needs.PROJECT_ADMIN, call.actor, call.role, changes=True)


async def _decide(
    call: Call, conn: Connection, kind: DecisionKind, comment_id: UUID, text: str | None = None
) -> None:
    details = {"comment_id": str(comment_id)}
    if text is not None:
        details["text"] = text
    await decide(
        conn,
        project_id=call.project_id,
        kind=kind,
        actor=call.actor.name,
        issues={call.uuid("issue_id"): details},
    )


async def _find_comment(call: Call, conn: Connection, comment_id: UUID) -> DictRow:
    row = await fetch_one(
        conn,
        sql("api/get_comment"),
        project_id=call.project_id,
        issue_id=call.uuid("issue_id"),
        comment_id=comment_id,
    )
    if row is None:
        raise NotFound(f"Comment {comment_id} not found")
    return row


def _as_comment(row: DictRow) -> Comment:
    return Comment(
        id=row["id"],
        issue_id=row["issue_id"],
        author=as_person(row["author"], row["email"]),
        text=row["text"],
        created_at=row["created_at"],
        edited_at=row["text_at"] if row["text_at"] > row["created_at"] else None,
    )
