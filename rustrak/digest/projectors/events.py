"""`event` items (errors and messages) and `security` items (browser reports) become issues."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid5

import orjson

from rustrak.database.pool import Connection
from rustrak.digest.projector import Filtered, Projector, StoredItem
from rustrak.events.decode import decode_event
from rustrak.events.event import Event
from rustrak.events.filters import filter_reason
from rustrak.events.normalise import normalise
from rustrak.events.prepare import prepare_listed
from rustrak.events.security import read_reports
from rustrak.events.title import title
from rustrak.grouping import group
from rustrak.projections.apply_events import apply_events
from rustrak.projections.apply_outcomes import Outcome
from rustrak.projections.attention import bring_back
from rustrak.projections.event_row import EventRow, grouping_id
from rustrak.projections.folded import DUPLICATE, Folded
from rustrak.protocol.timestamps import parse_timestamp


def read_event(item: StoredItem) -> list[EventRow]:
    """An item as a row.

    Raises Malformed when it is neither an event nor a report, and Filtered when its project does
    not want it.
    """
    document = decode_event(item.payload) if item.item.type == "event" else _report(item)
    remote_addr, rules = item.stored.remote_addr, item.rules
    reason = filter_reason(document, remote_addr, rules.filters)
    if reason is not None:
        raise Filtered(reason)
    event = normalise(
        prepare_listed(document, remote_addr, rules.scrubbing),
        event_id=_event_id(item),
        received_at=item.received_at,
        sent_at=parse_timestamp(item.headers.get("sent_at")),
    )
    return [_row(item, event)]


def _report(item: StoredItem) -> dict[str, Any]:
    """The document of a browser's report, with what intake noted about its sender."""
    headers = item.item.headers
    agent = headers.get("user_agent")
    (document, *_) = read_reports(
        item.payload,
        received_at=item.received_at,
        ip_address=item.stored.remote_addr,
        user_agent=agent if isinstance(agent, str) else "",
    )
    document["release"] = headers.get("sentry_release")
    document["environment"] = headers.get("sentry_environment")
    return document


def _event_id(item: StoredItem) -> str:
    """The envelope's id; of several reports delivered at once, the others get their own."""
    if item.item.type == "event" or item.number == 0:
        return item.stored.event_id.hex
    return uuid5(item.stored.event_id, str(item.number)).hex


def _row(item: StoredItem, event: Event) -> EventRow:
    shown = title(event)
    grouping = group(event)
    opens = grouping_id(item.project_id, grouping.key)
    return EventRow(
        project_id=item.project_id,
        event_id=event.event_id,
        issue_id=opens,
        grouping_id=opens,
        position=item.stored.position,
        item=item.number,
        received_at=item.received_at,
        timestamp=event.timestamp,
        title=shown.title,
        culprit=shown.culprit,
        level=event.level,
        platform=event.platform,
        release=event.release,
        environment=event.environment,
        server_name=event.server_name,
        sdk_name=event.sdk.name,
        sdk_version=event.sdk.version,
        user_ident=event.user.ident,
        tags=orjson.dumps(event.tags).decode(),
        value=shown.value,
        grouping_version=grouping.version,
        grouping_key=grouping.key,
    )


async def fold_events(conn: Connection, rows: Sequence[EventRow]) -> Folded:
    """Events and all that is counted with them."""
    applied = await apply_events(conn, rows)
    deleted = (Outcome.FILTERED, "issue deleted")
    endings = {(row.position, row.item): DUPLICATE for row in applied.duplicate}
    endings |= {(row.position, row.item): deleted for row in applied.deleted}
    returned = await bring_back(conn, applied.applied, applied.watched)
    return Folded(endings, applied.changes + returned)


EVENTS = Projector("event", frozenset({"event", "security"}), read_event, fold_events)
