"""Events of issues whose deletion was undone, folded again from the ledger."""

from rustrak.database.pool import Connection, execute, patiently
from rustrak.database.queries import sql
from rustrak.digest.rebuild_decisions import fold_decided_of
from rustrak.digest.replay import Selection, replay_items
from rustrak.projections.apply_events import own_project
from rustrak.projections.apply_outcomes import ISSUE_DELETED


async def restore(conn: Connection, project_id: int) -> None:
    """Replay what was kept out of a project by deletions; what still is, stays out.

    Killed, it can be run again. `conn` is in autocommit mode.
    """
    async for _ in replay_items(conn, Selection(("filtered",), project_id, reason=ISSUE_DELETED)):
        pass
    async with patiently(conn):
        await own_project(conn, project_id)
        await fold_decided_of(conn, project_id)
        await execute(conn, sql("projections/delete_empty_outcomes"), project_id=project_id)
