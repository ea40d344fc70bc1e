"""What events say of releases, by environment: how many are applied, and from when to when any were
received, so that a release was heard of for good once it was."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from rustrak.database.arrays import bigints, integers, texts, times
from rustrak.database.pool import Connection, execute
from rustrak.database.queries import sql
from rustrak.projections.event_row import EventRow

Sighting = tuple[int, str, str]
"""Project, release and environment."""


async def fold_releases(
    conn: Connection, rows: Iterable[EventRow], *, applied: Iterable[EventRow]
) -> None:
    """Add what a batch brings; `applied` are those of its events that are counted."""
    seen: dict[Sighting, list[datetime]] = {}
    for row in rows:
        if row.release:
            seen.setdefault(_sighting(row), []).append(row.received_at)
    if not seen:
        return
    counts = Counter(map(_sighting, applied))
    sightings = sorted(seen)
    await execute(
        conn,
        sql("projections/fold_releases"),
        project_ids=integers([project_id for project_id, _, _ in sightings]),
        releases=texts(release for _, release, _ in sightings),
        environments=texts(environment for _, _, environment in sightings),
        event_counts=bigints([counts[sighting] for sighting in sightings]),
        first_seen=times([min(seen[sighting]) for sighting in sightings]),
        last_seen=times([max(seen[sighting]) for sighting in sightings]),
    )


def _sighting(row: EventRow) -> Sighting:
    return row.project_id, row.release, row.environment
