"""Events: listed from the projection, read from the ledger."""

import asyncio
from dataclasses import asdict
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.accounts.kept_settings import get_settings
from rustrak.api.call import Call
from rustrak.api.cursors import BigInt, Place, cut, read_cursor
from rustrak.api.issues import find_issue
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.events.meta import read_meta
from rustrak.events.prepare import prepare
from rustrak.events.scrub import ScrubRules
from rustrak.ledger.envelopes import StoredEnvelope, read_envelope
from rustrak.protocol.jsontext import parse_json
from rustrak.schemas.base import CursorPage, Order
from rustrak.schemas.events import Annotation, Event, EventDetail, EventsQuery, Neighbours

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


class EventPlace(Place):
    """In the original's words; the query's `order` is what counts."""

    order: Order
    last_digest_order: BigInt


async def list_events(call: Call, query: EventsQuery) -> CursorPage[Event]:
    """The events of an issue, twenty a page."""
    issue_id = call.uuid("issue_id")
    beyond = read_cursor(query.cursor, EventPlace)
    name = "oldest_first" if query.order is Order.ASC else "newest_first"
    async with call.connection() as conn:
        await find_issue(conn, call.project_id, issue_id)
        rows = await fetch_all(
            conn,
            sql(f"api/list_events_{name}"),
            project_id=call.project_id,
            issue_id=issue_id,
            beyond=None if beyond is None else beyond.last_digest_order,
            environments=query.environment,
            limit=PAGE + 1,
        )
    shown, cursor = cut(
        rows,
        PAGE,
        lambda row: EventPlace(order=query.order, last_digest_order=row["position"]),
    )
    return CursorPage[Event].of([Event(**_shown(row)) for row in shown], cursor)


async def get_event_of_issue(call: Call) -> EventDetail:
    """One event of an issue, with its payload."""
    issue_id = call.uuid("issue_id")
    async with call.connection() as conn:
        await find_issue(conn, call.project_id, issue_id)
        return await _detail(conn, call.project_id, call.uuid("event_id"), issue_id)


async def get_event(call: Call) -> EventDetail:
    """One event by the id the SDK reported, with its payload."""
    async with call.connection() as conn:
        return await _detail(conn, call.project_id, call.uuid("event_id"), None)


async def get_neighbours(call: Call) -> Neighbours:
    """The events of the same issue that were received before and after one."""
    async with call.connection() as conn:
        row = await find_event(conn, call.project_id, call.uuid("event_id"))
        found = await fetch_one(
            conn,
            sql("api/find_neighbours"),
            project_id=call.project_id,
            issue_id=row["issue_id"],
            position=row["position"],
        )
    return Neighbours.model_validate(found)


async def require_event(conn: Connection, project_id: int, event_id: UUID) -> None:
    """Raises NotFound for an id nothing was received under; its event may still be to come."""
    row = await fetch_one(conn, sql("api/knows_event"), project_id=project_id, event_id=event_id)
    if row is None or not row["found"]:
        raise NotFound(f"Event {event_id} not found")


async def find_event(
    conn: Connection, project_id: int, event_id: UUID, issue_id: UUID | None = None
) -> DictRow:
    """An event's row; of a certain issue if one is given. Raises NotFound."""
    row = await fetch_one(
        conn, sql("api/get_event"), project_id=project_id, event_id=event_id, issue_id=issue_id
    )
    if row is None:
        raise NotFound(f"Event {event_id} not found")
    return row


async def find_envelope(conn: Connection, row: DictRow) -> StoredEnvelope:
    """The envelope of an event's row. Raises NotFound once retention has taken it."""
    stored = await read_envelope(conn, position=row["position"], received_at=row["received_at"])
    if stored is None:
        raise NotFound(f"Event {row['event_id']} is listed, but its body is no longer stored")
    return stored


async def _detail(
    conn: Connection, project_id: int, event_id: UUID, issue_id: UUID | None
) -> EventDetail:
    row = await find_event(conn, project_id, event_id, issue_id)
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
    stored = await find_envelope(conn, row)
    settings = await get_settings(conn, stored.project_id)
    return await asyncio.to_thread(_opened, stored, row["item"], settings.scrubbing.rules)


def _opened(stored: StoredEnvelope, item: int, rules: ScrubRules) -> dict[str, object]:
    """In a thread: inflating 100 MB of attachments beside the event would hold everybody up."""
    payload = parse_json(stored.open().items[item].payload)
    document = payload if isinstance(payload, dict) else {"reports": payload}
    return prepare(document, stored.remote_addr, rules)


def _shown(row: DictRow) -> DictRow:
    return {"id": row["event_id"], **{name: row[name] for name in _SHOWN}}
