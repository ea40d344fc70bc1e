"""What the digest is told when the job that wakes the rules cannot be written down."""

import pytest
from psycopg.errors import DiskFull

from rustrak.database.pool import Connection
from rustrak.digest.lane import AWAY
from rustrak.jobs import ALERTS, DECIDE_ALERTS, defer
from tests.alerts.alerting import add_rule
from tests.installation import Installation
from tests.made_events import digested, error

FULL = """
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER fill BEFORE INSERT ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION fill();
"""


async def test_what_the_database_says_is_not_wrapped(
    installation: Installation, conn: Connection
) -> None:
    await conn.execute(FULL)
    with pytest.raises(DiskFull):
        await defer(conn, DECIDE_ALERTS, ALERTS)


async def test_an_event_is_not_to_blame_for_a_full_disk(
    installation: Installation, conn: Connection
) -> None:
    await add_rule(installation)
    await conn.execute(FULL)
    with pytest.raises(AWAY):
        await digested(installation, error())
    parked = await (await conn.execute("SELECT FROM parked")).fetchall()
    assert parked == []
    await conn.execute("DROP TRIGGER fill ON procrastinate_jobs")
    await installation.digest()
    assert len(await installation.issues()) == 1
