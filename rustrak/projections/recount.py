"""Issues counted anew from their events, after events changed hands.

For whoever owns the project, so that no digest counts meanwhile. Afterwards every number is what
the digest would have counted, had the events always been where they are.
"""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from rustrak.database.arrays import bigints, integers, texts, times, uuids
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.events.scrub import ScrubRules
from rustrak.events.title import title
from rustrak.ledger.envelopes import read_envelopes
from rustrak.ledger.stored_events import event_document, stored_event
from rustrak.projections.refold import refold_decisions

_FORGET: Final = (
    "projections/delete_issue_hours",
    "projections/delete_issue_tags",
    "projections/delete_issue_environments",
)
_COUNT: Final = (
    "projections/recount_tags",
    "projections/recount_places",
    "projections/recount_hours",
)


async def recount(
    conn: Connection, project_id: int, issue_ids: Collection[UUID], scrubbing: ScrubRules
) -> None:
    """Count these issues anew; those without events go, those that have some again come back with
    what was decided about them. `scrubbing` is the project's, for texts read from the ledger."""
    ids = sorted(issue_ids)
    if not ids:
        return
    these = {"project_id": project_id, "issue_ids": ids}
    said = await fetch_all(conn, sql("projections/read_newest"), **these)
    for name in _FORGET:
        await execute(conn, sql(name), **these)
    await execute(conn, sql("projections/delete_empty_issues"), **these)
    await _allot(conn, project_id, ids)
    counted = await fetch_all(conn, sql("projections/recount_issues"), **these)
    values = {row["newest_position"]: str(row["value"]) for row in said}
    newest = {row["id"]: row["newest_position"] for row in counted}
    await _say_values(conn, project_id, newest, values, scrubbing)
    for name in _COUNT:
        await execute(conn, sql(name), **these)
    await execute(conn, sql("projections/delete_empty_groupings"), **these)
    await refold_decisions(conn, project_id, [row["id"] for row in counted if row["is_new"]])


async def _allot(conn: Connection, project_id: int, ids: list[UUID]) -> None:
    """Numbers for issues that never had one."""
    await execute(conn, sql("projections/lock_numbers"), project_ids=[project_id])
    await execute(
        conn,
        sql("projections/allot_numbers"),
        project_ids=integers([project_id] * len(ids)),
        issue_ids=uuids(ids),
    )


async def _say_values(
    conn: Connection,
    project_id: int,
    newest: Mapping[UUID, int],
    known: Mapping[int, str],
    scrubbing: ScrubRules,
) -> None:
    """The value is the one text of the newest event that is not in `events`: where no issue said
    it before, it is read from the ledger. Once retention has taken that, the title has to do."""
    values = {issue: known[position] for issue, position in newest.items() if position in known}
    unknown = [issue for issue in newest if issue not in values]
    if unknown:
        values |= await _read_values(conn, project_id, unknown, scrubbing)
    await execute(
        conn,
        sql("projections/set_issue_values"),
        project_id=project_id,
        issue_ids=uuids(values),
        values=texts(values.values()),
    )


async def _read_values(
    conn: Connection, project_id: int, issue_ids: list[UUID], scrubbing: ScrubRules
) -> dict[UUID, str]:
    places = await fetch_all(
        conn,
        sql("projections/find_places_in_ledger"),
        project_id=project_id,
        issue_ids=issue_ids,
    )
    envelopes = await read_envelopes(
        conn,
        received_at=times([row["received_at"] for row in places]),
        positions=bigints([row["position"] for row in places]),
    )
    by_position = {stored.position: stored for stored in envelopes}
    values = {}
    for row in places:
        stored = by_position.get(row["position"])
        if stored is not None:
            envelope = stored.open()
            document = event_document(stored, envelope, row["item"])
            event = stored_event(stored, envelope, row["item"], document, scrubbing)
            values[row["id"]] = title(event).value
    return values
