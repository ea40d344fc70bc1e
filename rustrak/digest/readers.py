"""Item types and how to read them: envelope and item in, a row for the projections out.

Pure. A type without a reader is kept raw in the ledger and counted as unsupported, so that a reader
added later finds its bytes.
"""

from collections.abc import Callable
from typing import Final

import orjson

from rustrak.events.decode import decode_event
from rustrak.events.normalise import normalise
from rustrak.events.title import title
from rustrak.grouping import group
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.projections.event_row import EventRow, grouping_id
from rustrak.protocol.envelope import Envelope
from rustrak.protocol.timestamps import parse_timestamp

Reader = Callable[[StoredEnvelope, Envelope, int], EventRow]


def read_event(stored: StoredEnvelope, envelope: Envelope, item: int) -> EventRow:
    """An `event` item as a row. Raises Malformed when it is not a JSON object."""
    event = normalise(
        decode_event(envelope.items[item].payload),
        event_id=stored.event_id.hex,
        received_at=stored.received_at,
        sent_at=parse_timestamp(envelope.headers.get("sent_at")),
    )
    shown = title(event)
    grouping = group(event)
    opens = grouping_id(stored.project_id, grouping.key)
    return EventRow(
        project_id=stored.project_id,
        event_id=event.event_id,
        issue_id=opens,
        grouping_id=opens,
        position=stored.position,
        item=item,
        received_at=stored.received_at,
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


READERS: Final[dict[str, Reader]] = {"event": read_event}
