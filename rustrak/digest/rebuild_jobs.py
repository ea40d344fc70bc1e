"""The Procrastinate tasks of rebuilds: done when asked for, gone on with after a worker died."""

import orjson
from procrastinate import App

from rustrak.database.pool import Connection, Pool, execute, fetch_one
from rustrak.database.queries import sql
from rustrak.digest.rebuild import give_up, rebuild
from rustrak.errors import Conflict, RustrakError
from rustrak.jobs import REBUILD, REGROUP
from rustrak.logging import Note, log


class Cancelled(RustrakError):
    """Somebody told the rebuild to stop."""


def add_rebuild_jobs(jobs: App, url: str, pool: Pool) -> None:
    """Give an application our tasks. One place does a rebuild; others pass it over."""

    @jobs.task(name=REBUILD, queue=REGROUP)
    async def work() -> None:
        await rebuild_as_asked(url, pool)

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="resume_rebuild", queue=REGROUP, queueing_lock="resume_rebuild")
    async def resume(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes it
        await rebuild_as_asked(url, pool)


async def rebuild_as_asked(url: str, pool: Pool) -> None:
    """Do the rebuild that was asked for, if there is one and nobody else is doing it: by a process
    beside this one that rests as long as it works, so that digests keep their pace."""
    async with pool.connection() as conn:
        row = await fetch_one(conn, sql("digest/running_rebuild"))
        if row is None:
            return

        async def progress(done: int, total: int) -> None:
            told = await fetch_one(
                conn, sql("digest/report_rebuild"), id=row["id"], done=done, total=total
            )
            if told is None:
                raise Cancelled("cancelled")

        try:
            made = await rebuild(
                url, processes=1, progress=progress, is_gentle=True, is_check=row["is_check"]
            )
        except Conflict:
            return  # somebody else is at it; the next look is in a minute
        except Cancelled:
            await give_up(conn)
        except Exception as error:
            log.exception(Note.REBUILD_FAILED)
            await _end(conn, row["id"], "failed", error=f"{type(error).__name__}: {error}"[:1000])
        else:
            await _end(conn, row["id"], "done", differences=made.differences)


async def _end(
    conn: Connection,
    rebuild_id: int,
    state: str,
    *,
    differences: dict[str, int] | None = None,
    error: str = "",
) -> None:
    said = None if differences is None else orjson.dumps(differences).decode()
    await execute(
        conn,
        sql("digest/end_rebuild"),
        id=rebuild_id,
        state=state,
        differences=said,
        error=error,
    )
