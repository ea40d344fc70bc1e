"""Events: listed from the projection, read from the ledger."""

from dataclasses import asdict
from uuid import UUID

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts.settings import get_settings
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.cursors import read_cursor, reply_with_cursor, write_cursor
from rustrak.api.issues import find_issue
from rustrak.api.old_messages import (
    choice,
    number_in_path,
    reply,
    uuid_in_path,
)
from rustrak.api.schemas import Annotation, Event, EventDetail
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.events.meta import read_meta
from rustrak.events.prepare import prepare
from rustrak.ledger.envelopes import read_envelope
from rustrak.protocol.jsontext import parse_json
from rustrak.schemas.base import Order

_SHOWN = (
    "event_id",
    "issue_id",
    "title",
    "timestamp",
    "level",
    "platform",
    "release",
    "environment",
)

PAGE = 20  # events a page, as the original's clients expect


async def list_events(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/issues/{issue_id}/events?order&cursor"""
    project_id, issue_id = issue_in_path(request)
    order = choice(request, "order", Order.DESC)
    beyond = _position(request.query.get("cursor"))
    name = "oldest_first" if order is Order.ASC else "newest_first"
    async with request.app[POOL].connection() as conn:
        await find_issue(conn, project_id, issue_id)
        rows = await fetch_all(
            conn,
            sql(f"api/list_events_{name}"),
            project_id=project_id,
            issue_id=issue_id,
            beyond=beyond,
            limit=PAGE + 1,
        )
    return _page(rows, order)


async def get_event_of_issue(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/issues/{issue_id}/events/{event_id}"""
    project_id, issue_id = issue_in_path(request)
    async with request.app[POOL].connection() as conn:
        await find_issue(conn, project_id, issue_id)
        return reply(await _detail(conn, project_id, uuid_in_path(request, "event_id"), issue_id))


async def get_event(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/events/{event_id}, by the id the SDK reported."""
    project_id, event_id = event_in_path(request)
    async with request.app[POOL].connection() as conn:
        return reply(await _detail(conn, project_id, event_id, None))


def issue_in_path(request: web.Request) -> tuple[int, UUID]:
    return number_in_path(request, "project_id"), uuid_in_path(request, "issue_id")


def event_in_path(request: web.Request) -> tuple[int, UUID]:
    """Project and event of the path."""
    return number_in_path(request, "project_id"), uuid_in_path(request, "event_id")


async def require_event(conn: Connection, project_id: int, event_id: UUID) -> None:
    """Raises NotFound for an id nothing was received under; its event may still be to come."""
    row = await fetch_one(conn, sql("api/knows_event"), project_id=project_id, event_id=event_id)
    if row is None or not row["found"]:
        raise NotFound(f"Event {event_id} not found")


async def _detail(
    conn: Connection, project_id: int, event_id: UUID, issue_id: UUID | None
) -> EventDetail:
    row = await fetch_one(
        conn, sql("api/get_event"), project_id=project_id, event_id=event_id, issue_id=issue_id
    )
    if row is None:
        raise NotFound(f"Event {event_id} not found")
    data = await _payload(conn, row)
    return EventDetail(
        **_shown(row),
        ingested_at=row["received_at"],
        culprit=row["culprit"],
        server_name=row["server_name"],
        sdk_name=row["sdk_name"],
        sdk_version=row["sdk_version"],
        user=row["user_ident"],
        tags=row["tags"],
        data=data,
        annotations=[Annotation(**asdict(annotation)) for annotation in read_meta(data)],
    )


async def _payload(conn: Connection, row: DictRow) -> dict[str, object]:
    """The event's own JSON, opened from the ledger and scrubbed by the rules of now.

    A list of browser reports is shown as `reports`.

    Raises NotFound once retention has taken it.
    """
    stored = await read_envelope(conn, position=row["position"], received_at=row["received_at"])
    if stored is None:
        raise NotFound(f"Event {row['event_id']} is listed, but its body is no longer stored")
    payload = parse_json(stored.open().items[row["item"]].payload)
    document = payload if isinstance(payload, dict) else {"reports": payload}
    settings = await get_settings(conn, stored.project_id)
    return prepare(document, stored.remote_addr, settings.scrubbing.rules)


def _page(rows: list[DictRow], order: Order) -> web.Response:
    shown = rows[:PAGE]
    has_more = len(rows) > PAGE
    next_cursor = _cursor(order, shown[-1]["position"]) if has_more else None
    return reply_with_cursor([Event(**_shown(row)) for row in shown], next_cursor)


def _shown(row: DictRow) -> DictRow:
    return {"id": row["event_id"], **{name: row[name] for name in _SHOWN}}


def _cursor(order: Order, position: int) -> str:
    """The field names are the original's."""
    return write_cursor({"order": order.value, "last_digest_order": position})


def _position(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    (position,) = read_cursor(cursor, "last_digest_order")
    return position
