"""Where an event is."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict

from rustrak.schemas.base import Reply


class Fate(Reply):
    """One item of an envelope and how it ended."""

    model_config = ConfigDict(from_attributes=True)

    item: int
    """Its place in the envelope, from 0."""
    type: str
    bytes: int
    outcome: str
    reason: str
    issue_id: UUID | None


class Delivery(Reply):
    """One envelope that brought the event's id."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    """In the ledger."""
    received_at: datetime
    client: str
    remote_addr: str
    """By the project's `ip_policy`: whole, its network only, or empty."""
    encoding: str
    bytes: int
    fates: list[Fate]


class Whereabouts(Reply):
    """The whole story of one event id in a project."""

    event_id: UUID
    deliveries: list[Delivery]
