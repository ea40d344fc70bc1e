"""What users wrote about errors.

Every text is given as it was typed: whoever shows one must escape it, and a `url` is a link only
after its scheme was looked at.
"""

from datetime import datetime
from uuid import UUID

from rustrak.schemas.base import Reply


class Feedback(Reply):
    id: UUID
    source: str
    """'feedback', or 'user_report' for the older form."""
    event_id: UUID | None
    """The event it is about, which may not have arrived."""
    issue_id: UUID | None
    issue_short_id: str | None
    issue_title: str | None
    timestamp: datetime
    received_at: datetime
    name: str
    email: str
    message: str
    url: str
    """As typed; look at its scheme before making it a link."""
