"""Where groupings lead: to the issue of their own id, unless a decision that stands says otherwise.

Routes are a function of the decisions alone, written anew after each: the order of folding is no
matter, and undoing a merge is folding without it.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from rustrak.database.arrays import uuids
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.events.scrub import ScrubRules
from rustrak.grouping.timeline import standing
from rustrak.ledger.decisions import DecisionKind
from rustrak.ledger.groupings import list_route_decisions
from rustrak.projections.recount import recount


async def reroute(conn: Connection, project_id: int, scrubbing: ScrubRules) -> set[UUID]:
    """Fold the routes of a project, move the events of groupings that lead elsewhere now, and
    recount; returns the issues that lost or won events. The caller owns the project."""
    decisions = await list_route_decisions(conn, project_id)
    routes = read_routes(standing(decisions))
    await execute(conn, sql("projections/delete_routes"), project_id=project_id)
    await execute(
        conn,
        sql("projections/insert_routes"),
        project_id=project_id,
        grouping_ids=uuids(routes),
        issue_ids=uuids(routes.values()),
    )
    moved = await fetch_all(conn, sql("projections/follow_routes"), project_id=project_id)
    if not moved:
        return set()
    await execute(
        conn,
        sql("projections/move_events_of_groupings"),
        project_id=project_id,
        grouping_ids=uuids([row["id"] for row in moved]),
        left_issues=uuids([row["left_issue"] for row in moved]),
        issue_ids=uuids([row["issue_id"] for row in moved]),
    )
    issues = {row[name] for row in moved for name in ("left_issue", "issue_id")}
    await recount(conn, project_id, issues, scrubbing)
    return issues


def read_routes(decisions: Iterable[Mapping[str, Any]]) -> dict[UUID, UUID]:
    """From decisions that stand, in their order: issues by grouping. Of several about a grouping
    the latest counts; one that leads home is no route."""
    routes: dict[UUID, UUID] = {}
    for row in decisions:
        said = row["details"]
        if row["kind"] == DecisionKind.MERGE:
            routes |= dict.fromkeys(map(UUID, said["groupings"]), UUID(said["into"]))
        elif row["kind"] == DecisionKind.SPLIT:
            groupings = [UUID(grouping) for grouping in said["groupings"]]
            routes |= dict.fromkeys(groupings, groupings[0])
        else:
            found = said.get("routes") or {}
            routes |= {UUID(grouping): UUID(issue) for grouping, issue in found.items()}
    return {grouping: issue for grouping, issue in routes.items() if grouping != issue}
