"""Attachments of events."""

from datetime import datetime
from uuid import UUID

from rustrak.schemas.base import Reply


class Attachment(Reply):
    id: UUID
    event_id: UUID
    filename: str
    content_type: str
    """What the client claims."""
    attachment_type: str
    size: int
    """Bytes."""
    received_at: datetime
