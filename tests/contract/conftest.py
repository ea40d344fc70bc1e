"""The dashboard of an administrator, and that of a stranger."""

import pytest

from rustrak.database.pool import Connection, fetch_one
from tests.contract.dashboard import Dashboard, open_dashboard
from tests.installation import Installation


@pytest.fixture
async def dashboard(installation: Installation, conn: Connection) -> Dashboard:
    row = await fetch_one(conn, "SELECT id FROM users WHERE is_admin")
    assert row is not None
    return await open_dashboard(installation, conn, row["id"])


@pytest.fixture
def stranger(installation: Installation) -> Dashboard:
    return Dashboard(installation, None)
