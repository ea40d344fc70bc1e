"""The end of mutes whose time is up, once a minute."""

from datetime import datetime

from rustrak.alerts.outbox import note_occasions, of_changes
from rustrak.database.pool import Connection
from rustrak.logging import Note, log
from rustrak.projections.attention import end_due_mutes
from rustrak.projections.changes import Change


async def end_mutes(conn: Connection, now: datetime | None = None) -> list[Change]:
    """End all mutes whose time is up at `now` (the database's clock if None), a transaction a
    hundred; `conn` in autocommit mode."""
    ended: list[Change] = []
    while True:
        async with conn.transaction():
            changes = await end_due_mutes(conn, now)
            await note_occasions(conn, of_changes(changes))
        if not changes or changes[0] in ended:  # a clock that was set back lets nothing end
            break
        ended += changes
    if ended:
        log.info(Note.MUTES_ENDED, issues=len(ended))
    return ended
