"""What users write: legacy `user_report` items, `feedback` events and the crash-report dialog.

Source: Sentry protocol, user feedback.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rustrak.errors import Invalid, Malformed
from rustrak.items.clock import drift, moment
from rustrak.items.values import document, mapping, text, uuid
from rustrak.protocol.event_id import parse_event_id

MAX_MESSAGE: Final = 4096
"""Characters."""

_MAX_NAME = 128  # characters
_MAX_EMAIL = 254  # characters; the longest address mail can carry
_MAX_URL = 2048  # characters


@dataclass(slots=True, frozen=True)
class Feedback:
    """A user's words; `event_id` is that of the error they are about, if any.

    Everything is as typed: nobody has checked the address, and the URL may be no web address.
    """

    event_id: str | None
    timestamp: datetime
    name: str
    email: str
    message: str
    url: str


def read_user_report(
    payload: object, headers: Mapping[str, Any], *, received_at: datetime
) -> Feedback:
    """A report on an event; of several on one event the newest counts. Raises Malformed when empty.

    The body of the legacy HTTP API has the same form.
    """
    raw = document(payload)
    return Feedback(
        uuid(raw.get("event_id")) or uuid(headers.get("event_id")) or None,
        moment(raw.get("timestamp"), drift(headers, received_at), received_at),
        text(raw.get("name"), _MAX_NAME),
        text(raw.get("email"), _MAX_EMAIL),
        _message(raw.get("comments")),
        "",
    )


def read_feedback(
    payload: object, headers: Mapping[str, Any], *, received_at: datetime
) -> Feedback:
    """A feedback event, whose own id is that of its envelope. Raises Malformed when empty.

    Its user fills in for a missing name or address.
    """
    event = document(payload)
    context = mapping(mapping(event.get("contexts")).get("feedback"))
    user = mapping(event.get("user"))
    name = context.get("name") or user.get("name") or user.get("username")
    return Feedback(
        uuid(context.get("associated_event_id")) or None,
        moment(event.get("timestamp"), drift(headers, received_at), received_at),
        text(name, _MAX_NAME),
        text(context.get("contact_email") or user.get("email"), _MAX_EMAIL),
        _message(context.get("message")),
        text(context.get("url"), _MAX_URL),
    )


def read_error_page_form(
    event_id: object, fields: Mapping[str, Any], *, received_at: datetime
) -> Feedback:
    """What somebody typed into the crash-report dialog; only the comments are required.

    Raises Malformed for the `eventId` of the query, Invalid without comments.
    """
    comments = text(fields.get("comments"), MAX_MESSAGE)
    about = parse_event_id(event_id)
    if not comments:
        raise Invalid("comments: This field is required.")
    return Feedback(
        uuid(about) or None,
        received_at,
        text(fields.get("name"), _MAX_NAME),
        text(fields.get("email"), _MAX_EMAIL),
        comments,
        "",
    )


def _message(value: object) -> str:
    message = text(value, MAX_MESSAGE)
    if not message:
        raise Malformed("the feedback has no message")
    return message
