"""What a rebuild folds beside envelopes: decisions, and the few counts the ledger does not have."""

from collections.abc import Mapping
from typing import Any

from rustrak.accounts.kept_settings import get_settings
from rustrak.database.arrays import times
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.digest.rebuild_trimmed import take_over_outcomes
from rustrak.ledger.decisions import Decision
from rustrak.projections.apply_outcomes import add_outcomes
from rustrak.projections.decide import fold_decisions, outcomes_of_deletion
from rustrak.projections.recount import recount
from rustrak.projections.refold import refold_decisions
from rustrak.projections.routes import reroute
from rustrak.projections.timelines import timeline_of
from rustrak.regroup.reread import Plan
from rustrak.regroup.settle import settle


async def fold_facts_before(conn: Connection) -> None:
    """What decides where an event belongs: deletions, and routes as they are now."""
    await execute(conn, sql("digest/begin_rebuild"))
    for row in await fetch_all(conn, sql("digest/list_deletions"), after=0):
        await note_deletion(conn, row)
    for row in await fetch_all(conn, sql("digest/list_decided_projects")):
        await _reroute(conn, row["project_id"])


async def fold_facts_after(conn: Connection) -> None:
    """What people decided about issues, and what is known beside the ledger."""
    begun = await fetch_one(conn, sql("digest/get_rebuild"))
    assert begun is not None
    for row in await fetch_all(conn, sql("digest/list_deletions"), after=begun["decision"]):
        await delete_until(conn, row)
    for row in await fetch_all(conn, sql("digest/list_decided_projects")):
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


async def settle_what_was_regrouped(conn: Connection, decision: int) -> None:
    """Envelopes folded before a project's grouping was changed are grouped as they were then."""
    for row in await fetch_all(conn, sql("digest/list_regrouped_projects"), after=decision):
        project_id = row["project_id"]
        scrubbing = (await get_settings(conn, project_id)).scrubbing.rules
        timeline = await timeline_of(conn, project_id)
        await settle(conn, Plan.of(project_id, timeline, scrubbing), None, _silent)


async def _silent(_done: int) -> None:
    """Nobody looks on."""


async def note_deletion(conn: Connection, row: Mapping[str, Any]) -> None:
    """What was received of an issue until it was deleted stays out."""
    await execute(
        conn,
        sql("projections/note_deletions"),
        project_id=row["project_id"],
        issue_ids=[row["issue_id"]],
        deleted_at=times([row["deleted_at"]]),
    )


async def delete_until(conn: Connection, row: Mapping[str, Any]) -> None:
    """A deletion that is folded after envelopes: later events stay. `row` has project_id, issue_id
    and deleted_at."""
    await note_deletion(conn, row)
    hours = await fetch_all(
        conn,
        sql("digest/delete_events_until"),
        project_id=row["project_id"],
        issue_id=row["issue_id"],
        deleted_at=row["deleted_at"],
    )
    await add_outcomes(conn, outcomes_of_deletion(row["project_id"], hours))
    scrubbing = (await get_settings(conn, row["project_id"])).scrubbing.rules
    await recount(conn, row["project_id"], [row["issue_id"]], scrubbing)


async def _reroute(conn: Connection, project_id: int) -> None:
    await reroute(conn, project_id, (await get_settings(conn, project_id)).scrubbing.rules)


async def _fold_comments(conn: Connection, project_id: int) -> None:
    query = sql("digest/list_comment_decisions")
    for row in await fetch_all(conn, query, project_id=project_id):
        await fold_decisions(conn, [Decision.of(project_id, row)])
