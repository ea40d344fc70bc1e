"""The real database for every test: one server a run, one fresh copy of a migrated database a test.

With DATABASE_URL set, that server is used (its role must be allowed to create databases); otherwise
the embedded one is started in a temporary directory.
"""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql as pgsql
from psycopg.conninfo import make_conninfo

from rustrak.database.embedded import EmbeddedServer
from rustrak.database.migrate import migrate
from rustrak.database.pool import Connection, connect
from tests.installation import Installation, open_installation

settings.register_profile("long", max_examples=20_000, deadline=None)  # `make fuzz`

Admin = psycopg.Connection[tuple[object, ...]]

ROOM = 2 * 1024**3  # bytes; a run needs a few hundred megabytes


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server to make databases on."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    with (
        tempfile.TemporaryDirectory(prefix="rustrak tests ", dir=_memory()) as directory,
        EmbeddedServer(Path(directory)) as server,
    ):
        yield server.url


@pytest.fixture(scope="session")
def admin(postgres_url: str) -> Iterator[Admin]:
    """A connection that makes and drops the databases of a run."""
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        yield conn


def _memory() -> str | None:
    """A directory in memory if there is a roomy one: copying a database is ten times faster there.

    Tests that kill a server have one of their own, on disk, with fsync.
    """
    shared = "/dev/shm"
    if os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > ROOM:
        return shared
    return None


@pytest.fixture(scope="session")
def template(postgres_url: str, admin: Admin) -> Iterator[str]:
    """The name of a migrated database that every test copies."""
    with new_database(postgres_url, admin=admin) as (name, url):
        asyncio.run(_migrate(url))
        yield name


@pytest.fixture
def database_url(postgres_url: str, template: str, admin: Admin) -> Iterator[str]:
    """A fresh, migrated database."""
    with new_database(postgres_url, template, admin) as (_, url):
        yield url


@pytest.fixture
def empty_database_url(postgres_url: str, admin: Admin) -> Iterator[str]:
    """A fresh database without anything in it."""
    with new_database(postgres_url, admin=admin) as (_, url):
        yield url


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[Connection]:
    """A connection to the fresh database, as the program opens its own."""
    async with await connect(database_url, application="test") as connection:
        yield connection


@pytest.fixture
async def installation(database_url: str) -> AsyncIterator[Installation]:
    """A running web process with two projects, a token, and a digest to drain by hand."""
    async with open_installation(database_url) as opened:
        yield opened


@pytest.fixture
def samples() -> Path:
    """Envelopes recorded from real SDKs; see the README there."""
    return Path(__file__).parent / "samples"


@contextmanager
def new_database(
    server_url: str, template: str = "template1", admin: Admin | None = None
) -> Iterator[tuple[str, str]]:
    """A database of its own, dropped at the end: its name and its URL.

    Without `admin` each statement has a connection of its own, for a server that may be killed.
    """
    name = f"rustrak_test_{uuid.uuid4().hex[:12]}"
    copying = "CREATE DATABASE {} TEMPLATE {}"
    if admin and admin.info.server_version >= 150_000:
        copying += " STRATEGY FILE_COPY"  # older servers have no other
    _administer(server_url, admin, copying, name, template)
    try:
        yield name, database_on(server_url, name)
    finally:
        _administer(server_url, admin, "DROP DATABASE {} WITH (FORCE)", name)


def _administer(server_url: str, admin: Admin | None, statement: str, *names: str) -> None:
    command = pgsql.SQL(statement).format(*map(pgsql.Identifier, names))
    if admin:
        admin.execute(command)
        return
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(command)


def database_on(server_url: str, name: str) -> str:
    """The URL of another database on the same server."""
    parts = psycopg.conninfo.conninfo_to_dict(server_url)
    user = parts.get("user", "")
    password = f":{parts['password']}" if parts.get("password") else ""
    host, port = parts.get("host", "localhost"), parts.get("port", 5432)
    assert make_conninfo(server_url)  # a broken DATABASE_URL fails here, with libpq's reason
    return f"postgresql://{user}{password}@{host}:{port}/{name}"


async def _migrate(url: str) -> None:
    async with await connect(url, application="test", statement_timeout=0) as connection:
        await migrate(connection)
