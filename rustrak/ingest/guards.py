"""Guards of the server itself: a backlog or a disk that is about to be full closes the intake.

Refusing early costs events; a full disk costs the database. Looked at every few seconds by
`quota_exchange`, never by a request.
"""

import shutil
from pathlib import Path

from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Overloaded, Throttled
from rustrak.logging import Note, log

RETRY_AFTER = 60  # seconds; a backlog or a disk takes its time

OPEN = "ok"
BACKLOG = "backlog"
DISK = "disk"


class Guards:
    """What the last look found; `state` is one of the words above."""

    def __init__(self, settings: Settings) -> None:
        self.state = OPEN
        self._most_waiting = settings.max_backlog
        self._least_free = settings.min_free_bytes
        self._disk = settings.data_dir if settings.database_url is None else None

    def check(self) -> None:
        """Raises Throttled or Overloaded while the intake is closed."""
        if self.state == BACKLOG:
            raise Throttled("too many events wait to be digested; try again later", RETRY_AFTER)
        if self.state == DISK:
            raise Overloaded("the disk is nearly full; try again later", RETRY_AFTER)

    async def look(self, conn: Connection) -> None:
        """Look again; a change is noted once."""
        found = await self._look(conn)
        if found != self.state:
            self.state = found
            if found == OPEN:
                log.warning(Note.INTAKE_OPENED)
            else:
                log.error(Note.INTAKE_CLOSED, why=found)

    async def _look(self, conn: Connection) -> str:
        if self._disk is not None and not _has_room(self._disk, self._least_free):
            return DISK
        row = await fetch_one(conn, sql("ingest/backlog_exceeds"), most=self._most_waiting)
        return BACKLOG if row is not None and row["is_exceeded"] else OPEN


def _has_room(directory: Path, least: int) -> bool:
    """True also when nobody can tell, as for a database elsewhere."""
    try:
        return shutil.disk_usage(directory).free >= least
    except OSError:
        return True
