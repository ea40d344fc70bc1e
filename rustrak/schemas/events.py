"""Events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from rustrak.schemas.base import Order, Query, Reply


class EventsQuery(Query):
    order: Order = Order.DESC
    cursor: str | None = None


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
