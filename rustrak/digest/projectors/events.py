"""`event` items (errors and messages) and `security` items (browser reports) become issues."""

from collections.abc import Sequence

import orjson

from rustrak.database.pool import Connection
from rustrak.digest.projector import Filtered, Projector, StoredItem
from rustrak.events.event import Event
from rustrak.events.filters import filter_reason
from rustrak.events.title import MAX_TITLE, title
from rustrak.grouping import group
from rustrak.ledger.stored_events import event_document, stored_event
from rustrak.projections.apply_events import apply_events
from rustrak.projections.apply_outcomes import ISSUE_DELETED, Outcome
from rustrak.projections.attention import bring_back
from rustrak.projections.event_row import EventRow, grouping_id
from rustrak.projections.folded import DUPLICATE, Folded


def read_event(item: StoredItem) -> list[EventRow]:
    """An item as a row.

    Raises Malformed when it is neither an event nor a report, and Filtered when its project does
    not want it.
    """
    rules = item.rules
    document = event_document(item.stored, item.envelope, item.number)
    reason = filter_reason(document, item.stored.remote_addr, rules.filters)
    if reason is not None:
        raise Filtered(reason)
    event = stored_event(item.stored, item.envelope, item.number, document, rules.scrubbing)
    return [_row(item, event)]


def _row(item: StoredItem, event: Event) -> EventRow:
    shown = title(event)
    grouping = group(event, item.rules.grouping.config_for(event, item.received_at))
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
        title=grouping.title[:MAX_TITLE] or shown.title,
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
    deleted = (Outcome.FILTERED, ISSUE_DELETED)
    endings = {(row.position, row.item): DUPLICATE for row in applied.duplicate}
    endings |= {(row.position, row.item): deleted for row in applied.deleted}
    returned = await bring_back(conn, applied.applied, applied.watched)
    return Folded(endings, applied.changes + returned)


EVENTS = Projector("event", frozenset({"event", "security"}), read_event, fold_events)
