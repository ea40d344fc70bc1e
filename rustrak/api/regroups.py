"""The past regrouped: asked for, shown, applied, undone by a worker."""

from typing import Final

from psycopg.rows import DictRow

from rustrak.api.call import Call
from rustrak.api.grouping import changed_config, current_config
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.jobs import REGROUP, defer
from rustrak.ledger.retention import complete_since
from rustrak.regroup import run
from rustrak.schemas.regroups import NewRegrouping, Reach, Regrouping

MOST_LISTED: Final = 50


async def list_regroupings(call: Call) -> list[Regrouping]:
    """The latest regroupings of a project, at most 50."""
    async with call.connection() as conn:
        rows = await fetch_all(
            conn, sql("regroup/list_runs"), project_id=call.project_id, limit=MOST_LISTED
        )
    return [_shown(row) for row in rows]


async def get_regrouping(call: Call) -> Regrouping:
    """How far a regrouping has come, and what it changes."""
    async with call.connection() as conn:
        return _shown(await run.get(conn, call.project_id, call.number("regrouping_id")))


async def preview_regrouping(call: Call, body: NewRegrouping) -> Regrouping:
    """Ask what another version, or other rules, would make of the past. Writes nothing live."""
    async with call.connection() as conn, conn.transaction():
        current = await current_config(conn, call.project_id)
        config = changed_config(current, body.version, body.rules)
        row = await run.create(
            conn,
            call.project_id,
            config,
            since=body.since,
            until=body.until,
            created_by=call.actor.name,
        )
        await defer(conn, REGROUP, REGROUP)
    return _shown(row)


async def apply_regrouping(call: Call) -> Regrouping:
    """Let events be grouped so, those to come at once and those of the past by and by."""
    return await _request(call, run.APPLYING)


async def undo_regrouping(call: Call) -> Regrouping:
    """Take a regrouping back, or break off one that is being applied."""
    return await _request(call, run.UNDOING)


async def cancel_regrouping(call: Call) -> Regrouping:
    """Give up a preview."""
    return await _request(call, run.FAILED)


async def get_reach(call: Call) -> Reach:
    """How far back events can be grouped anew: since when their bodies are in the ledger."""
    async with call.connection() as conn:
        row = await fetch_one(conn, sql("regroup/earliest_envelope"), project_id=call.project_id)
        since = await complete_since(conn, call.project_id)
    assert row is not None
    return Reach(earliest=row["earliest"], complete_since=since)


async def _request(call: Call, state: str) -> Regrouping:
    async with call.connection() as conn, conn.transaction():
        row = await run.request(conn, call.project_id, call.number("regrouping_id"), state)
        await _defer(conn, state)
    return _shown(row)


async def _defer(conn: Connection, state: str) -> None:
    if state != run.FAILED:
        await defer(conn, REGROUP, REGROUP)


def _shown(row: DictRow) -> Regrouping:
    return Regrouping.model_validate(row)
