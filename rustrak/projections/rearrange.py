"""Issues merged, split, and anything that was decided undone: facts first, then their folds, in the
caller's transaction."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, Invalid, NotFound
from rustrak.events.scrub import ScrubRules
from rustrak.grouping.timeline import undone
from rustrak.ledger.decisions import DecisionKind, append_decisions
from rustrak.projections.apply_events import own_project
from rustrak.projections.deletions import set_deletion
from rustrak.projections.refold import ATTRIBUTES, COMMENTS, refold_comments, refold_decisions
from rustrak.projections.routes import reroute

ROUTES: Final = frozenset({DecisionKind.MERGE, DecisionKind.SPLIT})
UNDOABLE: Final = ROUTES | COMMENTS | ATTRIBUTES.keys() | {DecisionKind.DELETE}


async def merge(
    conn: Connection,
    project_id: int,
    *,
    into: UUID,
    issue_ids: Sequence[UUID],
    actor: str,
    scrubbing: ScrubRules,
) -> None:
    """Let the groupings of some issues lead into another one, with all their events. Status,
    assignee and priority are those of the issue they go into; what was decided about the others
    is there again when they are.

    Raises NotFound for an issue that is not there, Invalid for one to be merged into itself.
    """
    if into in issue_ids:
        raise Invalid("issues: an issue cannot be merged into itself")
    await own_project(conn, project_id)
    found = await _groupings(conn, project_id, [into, *issue_ids])
    details = {
        issue: {"into": str(into), "groupings": [str(grouping) for grouping in found[issue]]}
        for issue in dict.fromkeys(issue_ids)
    }
    await append_decisions(
        conn, project_id=project_id, kind=DecisionKind.MERGE, actor=actor, issues=details
    )
    await reroute(conn, project_id, scrubbing)


async def split(
    conn: Connection,
    project_id: int,
    *,
    issue_id: UUID,
    groupings: Sequence[UUID],
    actor: str,
    scrubbing: ScrubRules,
) -> UUID:
    """Let some groupings of an issue lead to one of their own, named after the first; returns it.

    Raises NotFound for an unknown issue, Invalid where nothing would be left, or leave.
    """
    await own_project(conn, project_id)
    known = (await _groupings(conn, project_id, [issue_id]))[issue_id]
    wanted = list(dict.fromkeys(groupings))
    if not wanted or not set(wanted) < set(known):
        raise Invalid("groupings: name some of the issue's groupings, but not all of them")
    home = next((grouping for grouping in wanted if grouping != issue_id), wanted[0])
    if home == issue_id:
        raise Invalid("groupings: the one that opened the issue cannot leave it alone")
    ordered = [home, *(grouping for grouping in wanted if grouping != home)]
    details = {issue_id: {"groupings": [str(grouping) for grouping in ordered]}}
    await append_decisions(
        conn, project_id=project_id, kind=DecisionKind.SPLIT, actor=actor, issues=details
    )
    await reroute(conn, project_id, scrubbing)
    return home


async def find_decision(conn: Connection, project_id: int, position: int) -> DictRow:
    """The decision that undoing this position is about: its own, or of an undo what that undid.

    Raises NotFound for a position nothing was decided at.
    """
    row = await _decision(conn, project_id, position)
    while row["kind"] == DecisionKind.UNDO:
        row = await _decision(conn, project_id, row["details"]["position"])
    return row


async def undo(
    conn: Connection, project_id: int, *, position: int, actor: str, scrubbing: ScrubRules
) -> None:
    """Let a decision about an issue count as never taken; undoing an undo brings it back.

    The events of an issue that was deleted are noted as not applied; a replay brings them back.
    Raises NotFound for a position nothing was decided at, Conflict if it was undone before, Invalid
    for what cannot be undone.
    """
    await own_project(conn, project_id)
    root = await find_decision(conn, project_id, position)
    kind, issue_id = DecisionKind(root["kind"]), root["issue_id"]
    if kind not in UNDOABLE:
        raise Invalid(f"position: a decision of the kind {kind.value!r} cannot be undone here")
    about = await fetch_all(
        conn, sql("ledger/list_decisions_about"), project_id=project_id, issue_ids=[issue_id]
    )
    if position in undone(about):
        raise Conflict("This decision was undone before")
    await append_decisions(
        conn,
        project_id=project_id,
        kind=DecisionKind.UNDO,
        actor=actor,
        issues={issue_id: {"position": position}},
    )
    if kind in ROUTES:
        await reroute(conn, project_id, scrubbing)
    elif kind in COMMENTS:
        await refold_comments(conn, project_id, issue_id)
    elif kind is DecisionKind.DELETE:
        await set_deletion(conn, project_id, issue_id, root["position"], scrubbing)
    else:
        await refold_decisions(conn, project_id, [issue_id])


async def _groupings(
    conn: Connection, project_id: int, issue_ids: Sequence[UUID]
) -> dict[UUID, list[UUID]]:
    """The groupings of each issue. Raises NotFound for an issue without any."""
    rows = await fetch_all(
        conn,
        sql("projections/list_groupings_of"),
        project_id=project_id,
        issue_ids=list(issue_ids),
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["issue_id"], []).append(row["id"])
    for issue_id in issue_ids:
        if issue_id not in found:
            raise NotFound(f"Issue {issue_id} not found")
    return found


async def _decision(conn: Connection, project_id: int, position: int) -> DictRow:
    row = await fetch_one(
        conn, sql("ledger/get_decision"), project_id=project_id, position=position
    )
    if row is None:
        raise NotFound(f"Decision {position} not found")
    return row
