"""What users wrote, with the issue it is about.

Every text is given as it was typed: whoever shows one must escape it, and a `url` is a link only
after its scheme was looked at.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts.projects import get_project
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.cursors import read_cursor, reply_with_cursor, write_cursor
from rustrak.api.events import event_in_path, require_event
from rustrak.api.old_messages import number_in_path, page_limit, reply_list
from rustrak.api.schemas import Reply
from rustrak.database.pool import fetch_all
from rustrak.database.queries import sql

MOST: Final = 100
"""Rows looked at for one event's list, the newest ones."""


class Feedback(Reply):
    id: UUID
    source: str
    """'feedback', or 'user_report' for the older form."""
    event_id: UUID | None
    """The event it is about, which may not have arrived."""
    issue_id: UUID | None
    issue_short_id: str | None
    issue_title: str | None
    timestamp: datetime
    received_at: datetime
    name: str
    email: str
    message: str
    url: str


async def list_feedback(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/feedback?limit&cursor, newest first.

    A page is shorter than `limit` where reports were replaced by newer ones.
    """
    project_id = number_in_path(request, "project_id")
    limit = page_limit(request)
    position, item = _place(request.query.get("cursor"))
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
        rows = await fetch_all(
            conn,
            sql("api/list_feedback"),
            project_id=project_id,
            position=position,
            item=item,
            limit=limit + 1,
        )
    shown = rows[:limit]
    last = {name: shown[-1][name] for name in ("position", "item")} if len(rows) > limit else None
    next_cursor = write_cursor(last) if last else None
    return reply_with_cursor(_current(shown), next_cursor)


async def list_feedback_of_event(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/events/{event_id}/feedback, newest first"""
    project_id, event_id = event_in_path(request)
    async with request.app[POOL].connection() as conn:
        await require_event(conn, project_id, event_id)
        rows = await fetch_all(
            conn,
            sql("api/list_feedback_of_event"),
            project_id=project_id,
            event_id=event_id,
            limit=MOST,
        )
    return reply_list(_current(rows))


def _current(rows: list[DictRow]) -> list[Feedback]:
    return [as_feedback(row) for row in rows if not row["is_replaced"]]


def as_feedback(row: DictRow) -> Feedback:
    """A row as the API shows it."""
    number = row["digest_order"]
    short_id = None if number is None else f"{row['slug'].upper()}-{number}"
    return Feedback.model_validate({**row, "issue_short_id": short_id})


def _place(cursor: str | None) -> tuple[int | None, int | None]:
    """Position and item of the last row of the page before."""
    if cursor is None:
        return None, None
    position, item = read_cursor(cursor, "position", "item")
    return position, item
