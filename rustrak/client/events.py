"""Events and what belongs to them."""

from uuid import UUID

from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.client.projects import PROJECTS
from rustrak.schemas.attachments import Attachment
from rustrak.schemas.base import Order
from rustrak.schemas.events import Event, EventDetail
from rustrak.schemas.feedback import Feedback
from rustrak.schemas.whereabouts import Whereabouts


class Events(Noun):
    """Events of a project, by the ids their SDKs reported."""

    def list(self, project_id: int, issue_id: UUID, *, order: Order = Order.DESC) -> Listing[Event]:
        """Those of an issue."""
        return self._by_cursor(
            Event, *PROJECTS, project_id, "issues", issue_id, "events", order=order
        )

    async def get(self, project_id: int, event_id: UUID) -> EventDetail:
        return await self._get(EventDetail, *PROJECTS, project_id, "events", event_id)

    async def where(self, project_id: int, event_id: UUID) -> Whereabouts:
        """What became of it. Raises NotFound when nothing of that id was received."""
        return await self._get(Whereabouts, *PROJECTS, project_id, "where", event_id)

    def attachments(self, project_id: int, event_id: UUID) -> Listing[Attachment]:
        return self._whole(Attachment, *PROJECTS, project_id, "events", event_id, "attachments")

    async def download(self, project_id: int, attachment_id: UUID) -> bytes:
        """The bytes of an attachment, all in memory."""
        return await self._get_bytes(
            *PROJECTS, project_id, "attachments", attachment_id, "download"
        )

    def feedback(self, project_id: int, event_id: UUID) -> Listing[Feedback]:
        """What users wrote about one event."""
        return self._whole(Feedback, *PROJECTS, project_id, "events", event_id, "feedback")

    def all_feedback(self, project_id: int) -> Listing[Feedback]:
        """What users wrote, the newest first."""
        return self._by_cursor(Feedback, *PROJECTS, project_id, "feedback")
