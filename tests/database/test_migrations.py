"""Migrations: each applied once, from wherever they are run, and history is not edited."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg.errors import DivisionByZero

from rustrak.database import migrate as migrate_module
from rustrak.database.migrate import (
    PROJECTION_VERSION,
    Migration,
    migrate,
    migrations,
    pending,
    require_current,
)
from rustrak.database.pool import Connection, connect, fetch_all, fetch_one
from rustrak.database.queries import sql_directory
from rustrak.errors import RustrakError, SchemaOutdated

CHECKSUMS = Path(__file__).parent / "projection_checksums.json"


@pytest.fixture
def add_migration(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts one more migration behind those there are."""

    def add(text: str) -> None:
        known = list(migrations())

        def more() -> Iterator[Migration]:
            yield from known
            yield Migration("9999_test.sql", text)

        monkeypatch.setattr(migrate_module, "migrations", more)

    return add


def names() -> list[str]:
    return [migration.name for migration in migrations()]


async def exists(conn: Connection, table: str) -> bool:
    row = await fetch_one(conn, "SELECT to_regclass(%(table)s) AS found", table=table)
    return row is not None and row["found"] is not None


async def test_an_empty_database_is_migrated_once(empty_database_url: str) -> None:
    async with await connect(empty_database_url, application="test") as conn:
        assert await migrate(conn) == names()
        assert await migrate(conn) == []
        assert await pending(conn) == []
        await require_current(conn)
        assert await exists(conn, "public.envelopes")
        assert await exists(conn, f"projection_{PROJECTION_VERSION}.issues")
        assert await exists(conn, "public.procrastinate_jobs")
        live = await fetch_all(conn, "SELECT version FROM projection_versions WHERE is_live")
        assert live == [{"version": PROJECTION_VERSION}]


async def test_looking_at_what_is_pending_changes_nothing(empty_database_url: str) -> None:
    async with await connect(empty_database_url, application="test") as conn:
        assert await pending(conn) == names()
        assert not await exists(conn, "public.schema_migrations")
        with pytest.raises(SchemaOutdated, match="migrations are pending; run `rustrak migrate`"):
            await require_current(conn)


async def test_runs_at_the_same_time_apply_each_migration_once(empty_database_url: str) -> None:
    async def run() -> list[str]:
        async with await connect(empty_database_url, application="test") as conn:
            return await migrate(conn)

    applied = await asyncio.gather(run(), run(), run())
    assert sorted(name for run in applied for name in run) == sorted(names())


async def test_only_what_is_missing_is_applied(
    conn: Connection, add_migration: Callable[[str], None]
) -> None:
    add_migration("CREATE TABLE more ()")
    assert await pending(conn) == ["9999_test.sql"]
    assert await migrate(conn) == ["9999_test.sql"]
    assert await pending(conn) == []


async def test_a_migration_changed_after_it_was_applied_is_refused(
    conn: Connection, add_migration: Callable[[str], None]
) -> None:
    add_migration("CREATE TABLE more ()")
    await migrate(conn)
    add_migration("CREATE TABLE more (id integer)")
    for look in (pending, migrate, require_current):
        with pytest.raises(RustrakError, match=r"9999_test\.sql was changed after it was applied"):
            await look(conn)


async def test_a_migration_that_fails_leaves_nothing_behind(
    conn: Connection, add_migration: Callable[[str], None]
) -> None:
    add_migration("CREATE TABLE half (); SELECT 1 / 0")
    with pytest.raises(DivisionByZero):
        await migrate(conn)
    assert not await exists(conn, "public.half")
    assert await pending(conn) == ["9999_test.sql"]
    add_migration("CREATE TABLE half ()")
    assert await migrate(conn) == ["9999_test.sql"]


async def test_a_table_in_use_is_waited_for(
    conn: Connection, database_url: str, add_migration: Callable[[str], None]
) -> None:
    add_migration("ALTER TABLE projects ADD COLUMN colour text")
    async with await connect(database_url, application="other") as other:
        async with other.transaction():
            await other.execute("LOCK TABLE projects IN ACCESS SHARE MODE")
            running = asyncio.create_task(migrate(conn))
            done, _ = await asyncio.wait([running], timeout=0.6)
            assert not done
        assert await running == ["9999_test.sql"]


async def test_a_table_in_use_for_too_long_is_given_up(
    conn: Connection,
    database_url: str,
    add_migration: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migrate_module, "LOCK_TRIES", 2)
    add_migration("ALTER TABLE projects ADD COLUMN colour text")
    async with (
        await connect(database_url, application="other") as other,
        other.transaction(),
    ):
        await other.execute("LOCK TABLE projects IN ACCESS SHARE MODE")
        with pytest.raises(RustrakError, match="found its tables locked"):
            await migrate(conn)
    assert await migrate(conn) == ["9999_test.sql"]


async def test_migrations_of_a_newer_version_do_not_stop_an_older_one(conn: Connection) -> None:
    await conn.execute("INSERT INTO schema_migrations VALUES ('9999_newer.sql', 'x')")
    await require_current(conn)


def test_a_changed_projection_has_a_new_version() -> None:
    """New files may join a version; those that are in it stay as they are once released."""
    files = sorted((sql_directory() / "projections").glob("*.sql"))
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    recorded = json.loads(CHECKSUMS.read_text("utf-8"))
    assert recorded.get(str(PROJECTION_VERSION)) == found, (
        "sql/projections changed: raise PROJECTION_VERSION if the changed file was released, "
        f"and record in {CHECKSUMS.name}: {json.dumps(found, indent=4)}"
    )
