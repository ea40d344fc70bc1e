"""What is asked of regroupings, done: by a worker, or by whoever waits for it."""

from concurrent.futures import Executor
from typing import Final

from rustrak.accounts.kept_settings import get_settings
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.grouping.timeline import ALWAYS
from rustrak.ledger.groupings import change_grouping, undo_for_project
from rustrak.projections.apply_events import own_project
from rustrak.projections.routes import reroute
from rustrak.regroup.preview import preview
from rustrak.regroup.reread import count_events, executor_for
from rustrak.regroup.run import (
    APPLIED,
    APPLYING,
    PREVIEWING,
    UNDOING,
    UNDONE,
    Interrupted,
    Run,
    get,
    set_state,
)
from rustrak.regroup.settle import settle

PROCESSES: Final = 2
"""That read events, beside the one that asks."""


async def work(conn: Connection, processes: int = PROCESSES) -> int:
    """Do what is asked of all regroupings that nobody works on; returns of how many."""
    rows = await fetch_all(conn, sql("regroup/list_runs_under_way"))
    done = 0
    for row in rows:
        done += await advance(conn, row["project_id"], row["id"], processes)
    return done


async def advance(conn: Connection, project_id: int, run_id: int, processes: int) -> bool:
    """Do what is asked of one regrouping; whether nobody else was doing it."""
    lock = await fetch_one(conn, sql("regroup/try_lock"), id=run_id)
    assert lock is not None
    if not lock["got"]:
        return False
    try:
        row = await get(conn, project_id, run_id)
        await conn.execute("SET statement_timeout = 0")  # a huge issue takes its time to count anew
        scrubbing = (await get_settings(conn, project_id)).scrubbing.rules
        run = Run(conn, row, scrubbing, processes)
        step = {PREVIEWING: preview, APPLYING: _apply, UNDOING: _undo}.get(row["state"])
        if step is not None:  # else somebody else has done it meanwhile
            await step(run)
    except Interrupted:
        pass
    finally:
        await conn.execute("RESET statement_timeout")
        await execute(conn, sql("regroup/unlock"), id=run_id)
    return True


async def _apply(run: Run) -> None:
    row, conn = run.row, run.conn
    if row["decision"] is None:
        async with conn.transaction():
            await own_project(conn, run.project_id)
            position = await change_grouping(
                conn,
                run.project_id,
                actor=row["created_by"],
                version=row["version"],
                rules=row["rules"],
                since=row["since"].isoformat() if row["since"] else ALWAYS,
                until=row["until"].isoformat() if row["until"] else None,
                routes=row["difference"]["routes"],
            )
            await execute(conn, sql("regroup/keep_decision"), id=row["id"], decision=position)
            await reroute(conn, run.project_id, run.scrubbing)
    await _settle(run)
    await set_state(conn, run.project_id, row["id"], APPLIED, [APPLYING])


async def _undo(run: Run) -> None:
    """The events first, then the routes: these would send them the long way round."""
    row, conn = run.row, run.conn
    standing = {period.position for period in (await run.timeline()).periods}
    if row["decision"] in standing:
        async with conn.transaction():
            await own_project(conn, run.project_id)
            await undo_for_project(
                conn, run.project_id, actor=row["created_by"], position=row["decision"]
            )
    await _settle(run)
    async with conn.transaction():
        await own_project(conn, run.project_id)
        await reroute(conn, run.project_id, run.scrubbing)
    await set_state(conn, run.project_id, row["id"], UNDONE, [UNDOING])


async def _settle(run: Run) -> None:
    plan = run.plan(await run.timeline())
    total = await count_events(run.conn, plan)

    async def progress(done: int) -> None:
        await run.report(done, total)

    executor: Executor | None
    with executor_for(total, run.processes) as executor:
        await settle(run.conn, plan, executor, progress)
