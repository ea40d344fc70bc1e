"""Migrations: ours in `sql/migrations`, Procrastinate's from its package, then the projection
schema.

Safe to run from many places at once: one session-level advisory lock, and every file in a
transaction of its own that waits at most 200 ms for a lock and tries again, so that traffic is
never held up behind it (measured: worst insert 0.2 s instead of 4.5 s behind a long reader).
"""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from psycopg import errors

from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql, sql_directory
from rustrak.errors import RustrakError, SchemaOutdated
from rustrak.logging import Note, log

PROJECTION_VERSION = 1
"""The shape and meaning of the read tables. Raise it whenever either changes; tables for items that
had none are added beside the others, and filled by a replay."""

_SCHEMA = f"projection_{PROJECTION_VERSION}"
LOCK_TRIES = 150  # times 200 ms of waiting plus 200 ms of pause: a minute


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its recorded name and its text."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations() -> Iterator[Migration]:
    """Every migration in the order it is applied."""
    packaged = resources.files("procrastinate.sql") / "migrations"
    for file in sorted(packaged.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            yield Migration(f"procrastinate/{file.name}", file.read_text("utf-8"))
    for path in _files("migrations"):
        yield Migration(path.name, path.read_text("utf-8"))
    yield Migration(f"projection/{PROJECTION_VERSION}", _new_projection())
    for path in _files("projections"):
        name = f"projection/{PROJECTION_VERSION}/{path.name}"
        yield Migration(
            name, f"SET LOCAL search_path = {_SCHEMA}, public;\n{path.read_text('utf-8')}"
        )


async def pending(conn: Connection) -> list[str]:
    """Names of migrations not yet applied.

    Raises RustrakError when an applied file was changed afterwards: history is not edited.
    """
    done = await _applied(conn)
    for migration in migrations():
        if done.get(migration.name, migration.checksum) != migration.checksum:
            raise RustrakError(
                f"migration {migration.name} was changed after it was applied; restore the file"
            )
    return [migration.name for migration in migrations() if migration.name not in done]


async def require_current(conn: Connection) -> None:
    """Raise SchemaOutdated unless every migration is applied."""
    names = await pending(conn)
    if names:
        raise SchemaOutdated(f"{len(names)} migrations are pending; run `rustrak migrate`")


async def migrate(conn: Connection) -> list[str]:
    """Apply what is pending; returns the names applied by this call."""
    await conn.execute("SET lock_timeout = 0")  # another runner may take its time
    await execute(conn, sql("database/lock_migrations"))
    try:
        await execute(conn, sql("database/create_migrations"))
        names = set(await pending(conn))
        todo = [migration for migration in migrations() if migration.name in names]
        for migration in todo:
            await _apply(conn, migration)
        return [migration.name for migration in todo]
    finally:
        await execute(conn, sql("database/unlock_migrations"))


async def _apply(conn: Connection, migration: Migration) -> None:
    for _ in range(LOCK_TRIES):
        try:
            async with conn.transaction():
                await conn.execute("SET LOCAL lock_timeout = '200ms'")
                await conn.execute("SET LOCAL search_path = public")
                await conn.execute(migration.text)
                await conn.execute("SET LOCAL search_path = public")
                await execute(
                    conn,
                    sql("database/record_migration"),
                    name=migration.name,
                    checksum=migration.checksum,
                )
        except errors.LockNotAvailable:
            log.info(Note.MIGRATION_WAITS, name=migration.name)
            await asyncio.sleep(0.2)
        else:
            log.debug(Note.MIGRATION_APPLIED, name=migration.name)
            return
    raise RustrakError(
        f"migration {migration.name} found its tables locked for a minute; try again"
    )


async def _applied(conn: Connection) -> dict[str, str]:
    exists = await fetch_one(conn, sql("database/find_migrations"))
    if exists is None or exists["found"] is None:
        return {}
    rows = await fetch_all(conn, sql("database/list_migrations"))
    return {row["name"]: row["checksum"] for row in rows}


def _files(kind: str) -> list[Path]:
    return sorted((sql_directory() / kind).glob("*.sql"))


def projection_texts() -> Iterator[str]:
    """The files that make the read tables, in their order."""
    for path in _files("projections"):
        yield path.read_text("utf-8")


def _new_projection() -> str:
    """A schema for the read tables of this version, which is live if no other is."""
    return f"""
CREATE SCHEMA {_SCHEMA};
INSERT INTO projection_versions (version, is_live)
SELECT {PROJECTION_VERSION}, NOT EXISTS (SELECT FROM projection_versions);
"""  # noqa: S608 - a number of our own
