"""Looking things up by what people have at hand: a short id, a user, a request."""

from typing import Final

from rustrak.api.call import LARGEST_ID, LONGEST_NUMBER, Call
from rustrak.api.cursors import ItemPlace, cut, read_cursor
from rustrak.api.feedback import as_feedback
from rustrak.api.issues import as_issue, find_issue
from rustrak.database.pool import fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Invalid, NotFound
from rustrak.schemas.base import CursorPage, CursorQuery
from rustrak.schemas.events import Event, EventLookup
from rustrak.schemas.feedback import Feedback
from rustrak.schemas.issues import Hash, Issue

MOST_HASHES: Final = 1000
PAGE: Final = 20  # events a page, as the original's clients expect


class LookupPlace(ItemPlace):
    """A place in the results of one search, and of no other."""

    project_id: int
    by: str
    value: str


async def get_issue_by_short_id(call: Call) -> Issue:
    """The issue people call by a short id such as SHOP-42, in any project one may see."""
    short_id = call.text("short_id")
    slug, _, number = short_id.rpartition("-")
    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    row = None
    if slug and is_number and int(number) <= LARGEST_ID:
        async with call.connection() as conn:
            row = await fetch_one(
                conn,
                sql("api/find_issue_by_number"),
                slug=slug.lower(),
                number=int(number),
                is_admin=call.actor.is_admin,
                user_id=call.actor.user_id,
            )
    if row is None:
        raise NotFound(f"Issue {short_id[:120]} not found")
    return as_issue(row)


async def list_hashes(call: Call) -> list[Hash]:
    """The groupings that lead to an issue, at most 1000."""
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    async with call.connection() as conn:
        await find_issue(conn, project_id, issue_id)
        rows = await fetch_all(
            conn,
            sql("api/list_hashes"),
            project_id=project_id,
            issue_id=issue_id,
            limit=MOST_HASHES,
        )
    return [Hash.model_validate(row) for row in rows]


async def list_user_reports(call: Call, query: CursorQuery) -> CursorPage[Feedback]:
    """What users wrote about the events of an issue, newest first.

    A page is shorter than `limit` where reports were replaced by newer ones.
    """
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    beyond = read_cursor(query.cursor, ItemPlace)
    async with call.connection() as conn:
        await find_issue(conn, project_id, issue_id)
        rows = await fetch_all(
            conn,
            sql("api/list_feedback_of_issue"),
            project_id=project_id,
            issue_id=issue_id,
            position=beyond and beyond.position,
            item=beyond and beyond.item,
            limit=query.limit + 1,
        )
    shown, cursor = cut(rows, query.limit, ItemPlace.model_validate)
    current = [as_feedback(row) for row in shown if not row["is_replaced"]]
    return CursorPage[Feedback].of(current, cursor)


async def look_up_events(call: Call, query: EventLookup) -> CursorPage[Event]:
    """The events of one user or of one request (the tag `request_id`), 20 a page, newest first."""
    by = "user" if query.user_id is not None else "request"
    value = f"id:{query.user_id}" if by == "user" else query.request_id
    search = {"project_id": call.project_id, "by": by, "value": value}
    beyond = read_cursor(query.cursor, LookupPlace)
    if beyond is not None and beyond.model_dump(include={*search}) != search:
        raise Invalid("cursor: belongs to another search")
    async with call.connection() as conn:
        rows = await fetch_all(
            conn,
            sql(f"api/list_events_of_{by}"),
            project_id=call.project_id,
            value=value,
            environments=query.environment,
            position=beyond and beyond.position,
            item=beyond and beyond.item,
            limit=PAGE + 1,
        )
    shown, cursor = cut(rows, PAGE, lambda row: LookupPlace.model_validate({**row, **search}))
    found = [Event.model_validate({**row, "id": row["event_id"]}) for row in shown]
    return CursorPage[Event].of(found, cursor)
