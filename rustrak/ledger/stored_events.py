"""Events opened from the ledger: the same for the digest, for who asks why, and for a replay."""

from typing import Any
from uuid import uuid5

from rustrak.events.decode import decode_event
from rustrak.events.event import Event
from rustrak.events.normalise import normalise
from rustrak.events.prepare import prepare_listed
from rustrak.events.scrub import ScrubRules
from rustrak.events.security import read_reports
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.protocol.envelope import Envelope
from rustrak.protocol.timestamps import parse_timestamp


def event_document(stored: StoredEnvelope, envelope: Envelope, number: int) -> dict[str, Any]:
    """The document of an `event` or `security` item as it was sent.

    Raises Malformed when it is neither an event nor a report.
    """
    item = envelope.items[number]
    return decode_event(item.payload) if item.type == "event" else _report(stored, envelope, number)


def stored_event(
    stored: StoredEnvelope,
    envelope: Envelope,
    number: int,
    document: dict[str, Any],
    scrubbing: ScrubRules,
) -> Event:
    """The well-formed event, without what the project's rules do not allow."""
    return normalise(
        prepare_listed(document, stored.remote_addr, scrubbing),
        event_id=_event_id(stored, envelope, number),
        received_at=stored.received_at,
        sent_at=parse_timestamp(envelope.headers.get("sent_at")),
    )


def _report(stored: StoredEnvelope, envelope: Envelope, number: int) -> dict[str, Any]:
    """The document of a browser's report, with what intake noted about its sender."""
    item = envelope.items[number]
    agent = item.headers.get("user_agent")
    (document, *_) = read_reports(
        item.payload,
        received_at=stored.received_at,
        ip_address=stored.remote_addr,
        user_agent=agent if isinstance(agent, str) else "",
    )
    document["release"] = item.headers.get("sentry_release")
    document["environment"] = item.headers.get("sentry_environment")
    return document


def _event_id(stored: StoredEnvelope, envelope: Envelope, number: int) -> str:
    """The envelope's id; of several reports delivered at once, the others get their own."""
    if envelope.items[number].type == "event" or number == 0:
        return stored.event_id.hex
    return uuid5(stored.event_id, str(number)).hex
