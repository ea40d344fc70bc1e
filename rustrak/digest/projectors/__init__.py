"""One file an item type. A type that is not here is kept raw and counted as unsupported."""

from typing import Final

from rustrak.digest.projector import Projector
from rustrak.digest.projectors.attachments import ATTACHMENTS
from rustrak.digest.projectors.check_ins import CHECK_INS
from rustrak.digest.projectors.client_reports import CLIENT_REPORTS
from rustrak.digest.projectors.events import EVENTS
from rustrak.digest.projectors.feedback import FEEDBACK
from rustrak.digest.projectors.logs import LOGS
from rustrak.digest.projectors.sessions import SESSIONS
from rustrak.digest.projectors.spans import SPANS

PROJECTORS: Final[tuple[Projector, ...]] = (
    EVENTS,
    ATTACHMENTS,
    CHECK_INS,
    CLIENT_REPORTS,
    FEEDBACK,
    LOGS,
    SESSIONS,
    SPANS,
)
"""In the order of their locks."""
