"""Weeks of the ledger go, and what was counted stays."""

from datetime import UTC, datetime, timedelta

from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.ledger.retention import complete_since, drop_week, old_weeks
from tests.installation import Installation
from tests.made_events import digested, error

LONG_AGO = datetime(2026, 1, 7, 12, tzinfo=UTC)
"""A Wednesday."""


async def aged(conn: Connection) -> None:
    """Everything in the ledger, as if it had been received long ago."""
    await conn.execute("SELECT make_envelope_partition(%s)", [LONG_AGO])
    await conn.execute("SET rustrak.erasing = on")
    for table in ("envelopes", "events", "inbox"):
        await conn.execute(f"UPDATE {table} SET received_at = %s", [LONG_AGO])
    await conn.execute("RESET rustrak.erasing")


async def test_a_week_that_is_old_enough_goes_and_counts_stay(
    installation: Installation, conn: Connection
) -> None:
    (event, _) = await digested(installation, error("KeyError"), error("KeyError"))
    before = await installation.issues()
    await aged(conn)
    assert await complete_since(conn) is None
    assert await old_weeks(conn, LONG_AGO + timedelta(days=4)) == [], "its week is not over"
    (week,) = await old_weeks(conn, LONG_AGO + timedelta(days=5))
    assert (week.name, week.week.weekday()) == ("envelopes_20260105", 0)
    await drop_week(conn, week)
    assert await fetch_all(conn, "SELECT FROM envelopes") == []
    assert await installation.issues() == before
    place = f"/api/projects/{installation.project_id}/events/{event}"
    gone = await installation.request("GET", place, status=404)
    assert "no longer stored" in gone["error"]["message"]
    assert await complete_since(conn) == datetime(2026, 1, 12, tzinfo=UTC)
    assert await old_weeks(conn, datetime.now(UTC)) == []


async def test_a_week_with_something_undigested_stays(
    installation: Installation, conn: Connection
) -> None:
    await installation.send(error())
    await aged(conn)
    assert await old_weeks(conn, datetime.now(UTC)) == []
    row = await fetch_one(conn, "SELECT count(*) AS waiting FROM inbox")
    assert row is not None
    assert row["waiting"] == 1
