"""Acceptance tests: real processes, real SDKs, real faults."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from rustrak.database.migrate import migrate
from rustrak.database.pool import connect
from tests.acceptance.postgres import Postgres, open_postgres
from tests.acceptance.site import Site, open_site
from tests.conftest import new_database


@pytest.fixture
async def site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """A site on the database server of the whole test run."""
    async with open_site(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A database server that may be killed."""
    with open_postgres(tmp_path_factory.mktemp("mortal server")) as server:
        yield server


@pytest.fixture
async def mortal_site(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Site]:
    """A site on the database server that may be killed."""
    with new_database(postgres.url) as (_, url):
        async with await connect(url, application="test", statement_timeout=0) as conn:
            await migrate(conn)
        async with open_site(url, tmp_path) as opened:
            yield opened
