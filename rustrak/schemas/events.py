"""Events."""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, model_validator

from rustrak.schemas.base import Environments, Order, Query, Reply

LONGEST_WORD = 200
"""Bytes of what events are looked up by."""
_CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f\ud800-\udfff]")


class EventsQuery(Query):
    order: Order = Order.DESC
    cursor: str | None = None
    environment: Environments = None


class Event(Reply):
    id: UUID
    event_id: UUID
    issue_id: UUID
    title: str
    timestamp: datetime
    level: str
    platform: str
    release: str
    environment: str


def _word(text: str) -> str:
    if not 1 <= len(text.encode("utf-8", "replace")) <= LONGEST_WORD:
        raise ValueError(f"must have 1 to {LONGEST_WORD} bytes")
    if text != text.strip() or _CONTROL.search(text):
        raise ValueError("must not begin or end with a blank, nor contain control characters")
    return text


class EventLookup(Query):
    """By exactly one of the two."""

    user_id: Annotated[str, AfterValidator(_word)] | None = None
    request_id: Annotated[str, AfterValidator(_word)] | None = None
    cursor: str | None = None
    environment: Environments = None

    @model_validator(mode="after")
    def _one(self) -> "EventLookup":
        if (self.user_id is None) == (self.request_id is None):
            raise ValueError("give either user_id or request_id")
        return self


class Remark(Reply):
    rule: str
    kind: str
    start: int | None
    end: int | None


class Annotation(Reply):
    path: str
    """Of the attribute, dotted; "" for the event itself."""
    remarks: list[Remark]
    errors: list[str]
    length: int | None
    """Before it was shortened."""


class EventDetail(Event):
    ingested_at: datetime
    culprit: str
    server_name: str
    sdk_name: str
    sdk_version: str
    user: str
    """Who was affected, as kind and value: 'id:42', 'email:…', '' for nobody."""
    tags: dict[str, str]
    data: dict[str, Any]
    """The event as it was received, scrubbed, with the address of its user filled in."""
    annotations: list[Annotation]
    """What the SDK, or a relay on the way, removed, shortened or could not read (`_meta`)."""


class Neighbours(Reply):
    """Ids of events; null at either end."""

    older: UUID | None
    newer: UUID | None
