"""What users wrote, with the issue it is about."""

from collections.abc import Sequence
from typing import Final

from psycopg.rows import DictRow

from rustrak.api.call import Call
from rustrak.api.cursors import ItemPlace, cut, read_cursor
from rustrak.api.events import require_event
from rustrak.database.pool import fetch_all
from rustrak.database.queries import sql
from rustrak.schemas.base import CursorPage, EnvironmentQuery
from rustrak.schemas.feedback import Feedback

MOST: Final = 100
"""Rows looked at for one event's list, the newest ones."""


async def list_feedback(call: Call, query: EnvironmentQuery) -> CursorPage[Feedback]:
    """The feedback of a project, newest first; on events of some environments, if asked.

    A page is shorter than `limit` where reports were replaced by newer ones of the same address on
    the same event.
    """
    beyond = read_cursor(query.cursor, ItemPlace)
    async with call.connection() as conn:
        rows = await fetch_all(
            conn,
            sql("api/list_feedback"),
            project_id=call.project_id,
            environments=query.environment,
            position=beyond and beyond.position,
            item=beyond and beyond.item,
            limit=query.limit + 1,
        )
    shown, cursor = cut(rows, query.limit, ItemPlace.model_validate)
    return CursorPage[Feedback].of(_current(shown), cursor)


async def list_feedback_of_event(call: Call) -> list[Feedback]:
    """The feedback on one event, newest first, at most 100."""
    event_id = call.uuid("event_id")
    async with call.connection() as conn:
        await require_event(conn, call.project_id, event_id)
        rows = await fetch_all(
            conn,
            sql("api/list_feedback_of_event"),
            project_id=call.project_id,
            event_id=event_id,
            limit=MOST,
        )
    return _current(rows)


def _current(rows: Sequence[DictRow]) -> list[Feedback]:
    return [as_feedback(row) for row in rows if not row["is_replaced"]]


def as_feedback(row: DictRow) -> Feedback:
    """A row as the API shows it."""
    number = row["digest_order"]
    short_id = None if number is None else f"{row['slug'].upper()}-{number}"
    return Feedback.model_validate({**row, "issue_short_id": short_id})
