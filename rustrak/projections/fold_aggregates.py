"""What is counted of an issue's events: tags, users, environments and hours, by set-based SQL.

Whoever folds holds the rows of the issues (they were just upserted), so that what is read here
stays true until the commit.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Final
from uuid import UUID

from rustrak.database.arrays import bigints, booleans, integers, texts, times, uuids
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.projections.event_row import EventRow
from rustrak.projections.insert import Columns
from rustrak.projections.tag_numbers import environment_number
from rustrak.projections.tally import USER, Added, Figures, Place, Spot, Tally, tally

_COLUMNS: Final[Columns] = {
    "project_id": integers,
    "issue_id": uuids,
    "environment": texts,
    "received_at": times,
}
_HOURS: Final = ("projections/fold_issue_hours", "projections/fold_project_hours")
"""In the order of their locks."""

_DELETIONS: Final = (
    "projections/delete_project_hours",
    "projections/delete_empty_hours",
    "projections/delete_issue_hours",
    "projections/delete_tag_values",
    "projections/delete_issue_tags",
    "projections/delete_issue_environments",
)

NewTag = tuple[int, int, int, int]
"""Project, issue, tag and environment of a row that was not there before."""


async def fold_aggregates(conn: Connection, rows: Sequence[EventRow]) -> None:
    """Count events that were inserted by this transaction and whose issues it has upserted."""
    if not rows:
        return
    places = await _read_places(conn, rows)
    counted = tally(rows, places)
    new = await _grow_tags(conn, counted)
    await _write_places(conn, counted, places, new)
    columns = {name: column([*map(attrgetter(name), rows)]) for name, column in _COLUMNS.items()}
    for name in _HOURS:
        await execute(conn, sql(name), **columns)


async def delete_aggregates(
    conn: Connection, *, project_id: int, issue_ids: Sequence[UUID]
) -> None:
    """Forget what was counted of some issues; the caller owns the project."""
    for name in _DELETIONS:
        await execute(conn, sql(name), project_id=project_id, issue_ids=list(issue_ids))


async def _read_places(conn: Connection, rows: Iterable[EventRow]) -> dict[Spot, Place]:
    spots = list({(row.project_id, row.issue_id, row.environment) for row in rows})
    found = await fetch_all(
        conn,
        sql("projections/read_places"),
        project_ids=integers([project_id for project_id, _, _ in spots]),
        issue_ids=uuids(issue_id for _, issue_id, _ in spots),
        environments=texts(environment for _, _, environment in spots),
        numbers=integers([environment_number(environment) for _, _, environment in spots]),
    )
    return {
        (row["project_id"], row["issue_id"], row["environment"]): Place(
            row["issue"],
            Figures(row["event_count"], row["first_seen"], row["last_seen"])
            if row["event_count"]
            else None,
            frozenset(row["common"] or ()),
        )
        for row in found
    }


async def _grow_tags(conn: Connection, counted: Tally) -> list[NewTag]:
    """Write the tags, with the texts of those that are new somewhere."""
    if counted.broken:
        broken = _columns(counted.broken)
        del broken["are_common"]
        await execute(conn, sql("projections/break_common_tags"), **broken)
    if not counted.added:
        return []
    columns = _columns(sorted(counted.added))
    found = await fetch_all(conn, sql("projections/grow_tags"), **columns)
    new = [
        (row["project_id"], row["issue"], row["tag"], row["environment_number"]) for row in found
    ]
    unknown = sorted({(project_id, tag) for project_id, _, tag, _ in new})
    if unknown:
        await execute(
            conn,
            sql("projections/insert_tag_values"),
            project_ids=integers([project_id for project_id, _ in unknown]),
            numbers=bigints([tag for _, tag in unknown]),
            keys=texts(counted.texts[tag][0] for _, tag in unknown),
            values=texts(counted.texts[tag][1] for _, tag in unknown),
        )
    return new


def _columns(added: Sequence[Added]) -> dict[str, object]:
    projects, issues, tags, environments, are_common, figures = zip(*added, strict=True)
    counts, first_seen, last_seen = zip(*figures, strict=True)
    return {
        "project_ids": integers(projects),
        "issues": integers(issues),
        "tags": bigints(tags),
        "numbers": integers([*map(environment_number, environments)]),
        "are_common": booleans(are_common),
        "event_counts": bigints(counts),
        "first_seen": times(first_seen),
        "last_seen": times(last_seen),
    }


async def _write_places(
    conn: Connection, counted: Tally, places: dict[Spot, Place], new: Iterable[NewTag]
) -> None:
    """Count events and users of the places, and what is new to their issues."""
    met = [tag for tag in new if counted.texts[tag[2]][0] == USER]
    users = Counter((project_id, issue, number) for project_id, issue, _, number in met)
    rows = sorted(
        (spot[0], places[spot].issue, environment_number(spot[2]), spot, figures)
        for spot, figures in counted.places.items()
    )
    await execute(
        conn,
        sql("projections/upsert_places"),
        project_ids=integers([project_id for project_id, *_ in rows]),
        issues=integers([issue for _, issue, *_ in rows]),
        numbers=integers([number for _, _, number, *_ in rows]),
        environments=texts(spot[2] for *_, spot, _ in rows),
        event_counts=bigints([figures.event_count for *_, figures in rows]),
        user_counts=bigints(
            [users[project_id, issue, number] for project_id, issue, number, *_ in rows]
        ),
        first_seen=times([figures.first_seen for *_, figures in rows]),
        last_seen=times([figures.last_seen for *_, figures in rows]),
        common=texts(_array(counted.common.get(spot, ())) for *_, spot, _ in rows),
    )
    newcomers = Counter((project_id, issue, tag) for project_id, issue, tag, _ in met)
    opened = [(spot[0], places[spot].issue) for spot in counted.common]
    if newcomers or opened:
        await execute(
            conn,
            sql("projections/acquaint_issues"),
            user_projects=integers([project_id for project_id, _, _ in newcomers]),
            user_issues=integers([issue for _, issue, _ in newcomers]),
            users=bigints([tag for _, _, tag in newcomers]),
            times_new=bigints([*newcomers.values()]),
            place_projects=integers([project_id for project_id, _ in opened]),
            place_issues=integers([issue for _, issue in opened]),
        )


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, sorted(numbers))) + "}"
