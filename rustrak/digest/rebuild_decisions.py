"""What a rebuild folds beside envelopes: decisions, and the few counts the ledger does not have."""

from rustrak.accounts.kept_settings import get_settings
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.digest.rebuild_trimmed import take_over_outcomes
from rustrak.grouping.timeline import standing
from rustrak.ledger.decisions import Decision
from rustrak.projections.decide import fold_decisions
from rustrak.projections.deletions import (
    list_deletions,
    note_deletion,
    note_unrecorded,
    take_out_deleted,
)
from rustrak.projections.refold import refold_decisions
from rustrak.projections.routes import reroute
from rustrak.projections.timelines import timeline_of
from rustrak.regroup.reread import Plan
from rustrak.regroup.settle import settle


async def fold_facts_before(conn: Connection) -> None:
    """What decides where an event belongs: deletions, and routes as they are now."""
    await execute(conn, sql("digest/begin_rebuild"))
    await note_unrecorded(conn)
    for row in await fetch_all(conn, sql("digest/list_decided_projects")):
        await _reroute(conn, row["project_id"])


async def fold_facts_after(conn: Connection) -> None:
    """What people decided about issues, and what is known beside the ledger."""
    await execute(conn, sql("projections/forget_deletions"))
    for deletion in await list_deletions(conn):
        await note_deletion(conn, deletion)
    for row in await fetch_all(conn, sql("digest/list_decided_projects")):
        scrubbing = (await get_settings(conn, row["project_id"])).scrubbing.rules
        await take_out_deleted(conn, row["project_id"], scrubbing)
        await fold_decided_of(conn, row["project_id"])
    await take_over_outcomes(conn)
    await execute(conn, sql("digest/copy_refused"))
    await execute(conn, sql("digest/forget_parked"))
    await execute(conn, sql("digest/copy_parked"))


async def fold_decided_of(conn: Connection, project_id: int) -> None:
    """What was decided about a project whose envelopes are folded."""
    await _reroute(conn, project_id)
    issues = await fetch_all(conn, sql("digest/list_decided_issues"), project_id=project_id)
    await refold_decisions(conn, project_id, [issue["id"] for issue in issues])
    await _fold_comments(conn, project_id)


async def settle_what_was_regrouped(conn: Connection, decision: int) -> list[int]:
    """Envelopes folded before a project's grouping was changed are grouped as they were then;
    returns the projects that are concerned."""
    rows = await fetch_all(conn, sql("digest/list_regrouped_projects"), after=decision)
    projects: list[int] = [row["project_id"] for row in rows]
    for project_id in projects:
        scrubbing = (await get_settings(conn, project_id)).scrubbing.rules
        timeline = await timeline_of(conn, project_id)
        await settle(conn, Plan.of(project_id, timeline, scrubbing), None, _silent)
    return projects


async def _silent(_done: int) -> None:
    """Nobody looks on."""


async def _reroute(conn: Connection, project_id: int) -> None:
    await reroute(conn, project_id, (await get_settings(conn, project_id)).scrubbing.rules)


async def _fold_comments(conn: Connection, project_id: int) -> None:
    query = sql("digest/list_comment_decisions")
    for row in standing(await fetch_all(conn, query, project_id=project_id)):
        await fold_decisions(conn, [Decision.of(project_id, row)])
