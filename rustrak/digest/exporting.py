"""A project written to an archive, as it is at one moment."""

from datetime import datetime
from typing import IO, Any, Final

from psycopg.rows import DictRow

from rustrak.accounts.projects import get_project
from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.ledger.archive import ArchiveWriter

BATCH: Final = 200  # envelopes fetched at a time


async def export_project(
    conn: Connection,
    project_id: int,
    file: IO[bytes],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Write everything of a project that is a fact; returns the envelopes written. Keys of DSNs are
    left out. Raises NotFound. `conn` is in autocommit mode; memory does not depend on the size."""
    async with conn.transaction():
        await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        project = await get_project(conn, project_id)
        names = ("id", "name", "slug", "created_at")
        writer = ArchiveWriter(file, {name: project[name] for name in names})
        for kind in (
            "people",
            "groupings",
            "numbers",
            "decisions",
            "deleted",
        ):  # in the order of need
            for row in await fetch_all(conn, sql(f"ledger/export_{kind}"), project_id=project_id):
                writer.write({"type": kind, **row})
        count = await _envelopes(conn, writer, project_id, since, until)
    writer.close()
    return count


async def _envelopes(
    conn: Connection,
    writer: ArchiveWriter,
    project_id: int,
    since: datetime | None,
    until: datetime | None,
) -> int:
    count = 0
    async with conn.cursor(name="export", binary=True) as cursor:
        cursor.itersize = BATCH
        wanted = {"project_id": project_id, "since": since, "until": until}
        await cursor.execute(sql("ledger/export_envelopes"), wanted)
        async for row in cursor:
            writer.write({"type": "envelope", **_plain(row)}, bytes(row["body"]))
            count += 1
    return count


def _plain(row: DictRow) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "body"}
