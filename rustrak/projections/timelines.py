"""By what the events of projects are grouped, as they have decided until now."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from rustrak.database.pool import Connection
from rustrak.grouping.timeline import Timeline, read_timeline
from rustrak.ledger.groupings import list_grouping_decisions


async def timelines_of(conn: Connection, project_ids: Sequence[int]) -> dict[int, Timeline]:
    """The timeline of each of some projects."""
    decisions: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await list_grouping_decisions(conn, project_ids):
        decisions[row["project_id"]].append(row)
    return {project_id: read_timeline(decisions[project_id]) for project_id in project_ids}


async def timeline_of(conn: Connection, project_id: int) -> Timeline:
    """The timeline of one project."""
    return (await timelines_of(conn, [project_id]))[project_id]
