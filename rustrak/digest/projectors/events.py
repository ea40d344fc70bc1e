"""`event` items: errors and messages, which become issues."""

from collections.abc import Sequence

import orjson

from rustrak.database.pool import Connection
from rustrak.digest.projector import Filtered, Projector, StoredItem
from rustrak.events.decode import decode_event
from rustrak.events.event import Event
from rustrak.events.filters import filter_reason
from rustrak.events.normalise import normalise
from rustrak.events.prepare import prepare_listed
from rustrak.events.title import title
from rustrak.grouping import group
from rustrak.projections.apply_events import apply_events
from rustrak.projections.apply_outcomes import Outcome
from rustrak.projections.event_row import EventRow, grouping_id
from rustrak.projections.folded import DUPLICATE, Folded
from rustrak.protocol.timestamps import parse_timestamp


def read_event(item: StoredItem) -> list[EventRow]:
    """An `event` item as a row.

    Raises Malformed when it is not a JSON object, and Filtered when its project does not want it.
    """
    document = decode_event(item.payload)
    remote_addr, rules = item.stored.remote_addr, item.rules
    reason = filter_reason(document, remote_addr, rules.filters)
    if reason is not None:
        raise Filtered(reason)
    event = normalise(
        prepare_listed(document, remote_addr, rules.scrubbing),
        event_id=item.stored.event_id.hex,
        received_at=item.received_at,
        sent_at=parse_timestamp(item.headers.get("sent_at")),
    )
    return [_row(item, event)]


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
    return Folded(endings, opened=len(applied.opened), regressed=len(applied.regressed))


EVENTS = Projector("event", frozenset({"event"}), read_event, fold_events)
