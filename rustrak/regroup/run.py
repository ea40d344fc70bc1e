"""A regrouping as it is kept: what was asked, how far it has come.

The row in `regroups` says what is to be done; doing it may be interrupted at any moment and goes on
where it is run again.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, NotFound, RustrakError
from rustrak.events.scrub import ScrubRules
from rustrak.grouping.config import GroupingConfig
from rustrak.grouping.timeline import Timeline
from rustrak.projections.timelines import timeline_of
from rustrak.regroup.reread import Plan

PREVIEWING, PREVIEWED = "previewing", "previewed"
APPLYING, APPLIED = "applying", "applied"
UNDOING, UNDONE, FAILED = "undoing", "undone", "failed"


class Interrupted(RustrakError):
    """The regrouping was told to do something else, or nothing."""


@dataclass(slots=True)
class Run:
    """A regrouping under way, on a connection of its own in autocommit mode."""

    conn: Connection
    row: DictRow
    scrubbing: ScrubRules
    processes: int

    @property
    def project_id(self) -> int:
        return int(self.row["project_id"])

    def plan(self, timeline: Timeline) -> Plan:
        since, until = self.row["since"], self.row["until"]
        return Plan.of(self.project_id, timeline, self.scrubbing, since, until)

    async def timeline(self) -> Timeline:
        """What the project has decided until now."""
        return await timeline_of(self.conn, self.project_id)

    async def report(self, done: int, total: int) -> None:
        """Raises Interrupted."""
        told = await fetch_one(
            self.conn,
            sql("regroup/report_progress"),
            id=self.row["id"],
            state=self.row["state"],
            done=done,
            total=total,
        )
        if told is None:
            raise Interrupted(f"regrouping {self.row['id']} was stopped")


async def create(
    conn: Connection,
    project_id: int,
    config: GroupingConfig,
    *,
    since: datetime | None,
    until: datetime | None,
    created_by: str,
) -> DictRow:
    """Ask what a configuration would do to the past; the row is what a worker goes by."""
    row = await fetch_one(
        conn,
        sql("regroup/create_run"),
        project_id=project_id,
        version=config.version,
        rules=config.rules.text,
        since=since,
        until=until,
        created_by=created_by,
    )
    assert row is not None
    return row


async def get(conn: Connection, project_id: int, run_id: int) -> DictRow:
    """Raises NotFound."""
    row = await fetch_one(conn, sql("regroup/get_run"), project_id=project_id, id=run_id)
    if row is None:
        raise NotFound(f"Regrouping {run_id} not found")
    return row


async def request(conn: Connection, project_id: int, run_id: int, state: str) -> DictRow:
    """Ask for a regrouping to be applied, undone or given up. Raises NotFound, Conflict."""
    allowed = {
        APPLYING: [PREVIEWED],
        UNDOING: [APPLIED, APPLYING],
        FAILED: [PREVIEWING],
    }[state]
    error = "given up" if state == FAILED else ""
    row = await set_state(conn, project_id, run_id, state, allowed, error)
    if row is None:
        found = await get(conn, project_id, run_id)
        raise Conflict(f"Regrouping {run_id} is {found['state']}")
    return row


async def set_state(
    conn: Connection, project_id: int, run_id: int, state: str, allowed: list[str], error: str = ""
) -> DictRow | None:
    """The row in its new state; None if it was in none of the `allowed` ones."""
    return await fetch_one(
        conn,
        sql("regroup/set_state"),
        project_id=project_id,
        id=run_id,
        state=state,
        from_states=allowed,
        error=error,
    )
