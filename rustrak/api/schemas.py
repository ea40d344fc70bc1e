"""Names that handlers not yet converted use."""

from rustrak.schemas.base import Body as Request
from rustrak.schemas.base import Page, Reply
from rustrak.schemas.events import Annotation, Event, EventDetail

__all__ = ["Annotation", "Event", "EventDetail", "Page", "Reply", "Request"]
