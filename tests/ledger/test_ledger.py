"""The ledger: appended and read, never changed; PostgreSQL itself sees to it."""

import os
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from psycopg.errors import CheckViolation, RaiseException

from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.ledger.decisions import DecisionKind, append_decisions
from rustrak.ledger.envelopes import Arrival, append_envelopes, read_envelope

INSERT = """
    INSERT INTO envelopes (received_at, project_id, event_id, form, encoding, items, client,
                           remote_addr, body)
    VALUES (%(received_at)s, 1, gen_random_uuid(), 'envelope', '', 1, '', '', '')
    RETURNING tableoid::regclass::text AS partition, position, received_at
"""


def arrival(body: bytes = b"{}", *, encoding: str = "", items: int = 1) -> Arrival:
    return Arrival(
        project_id=1,
        event_id=uuid4().hex,
        form="envelope",
        encoding=encoding,
        items=items,
        client="test/1",
        remote_addr="127.0.0.1",
        body=body,
    )


async def append(conn: Connection, issue: UUID, kind: DecisionKind) -> None:
    await append_decisions(conn, project_id=1, kind=kind, actor="user:7", issues={issue: {"n": 1}})


async def partitions(conn: Connection) -> list[str]:
    rows = await fetch_all(
        conn,
        "SELECT inhrelid::regclass::text AS name FROM pg_inherits "
        "WHERE inhparent = 'envelopes'::regclass ORDER BY 1",
    )
    return [row["name"] for row in rows]


async def test_facts_can_be_neither_changed_nor_removed(conn: Connection) -> None:
    await append_envelopes(conn, [arrival()])
    await conn.execute(INSERT, {"received_at": datetime(2001, 1, 1, tzinfo=UTC)})
    await append(conn, uuid4(), DecisionKind.MUTE)
    tables = ["decisions", "envelopes", *await partitions(conn)]
    assert len(tables) >= 7
    before = {table: await fetch_all(conn, f"TABLE {table}") for table in tables}
    for table in tables:
        for statement in (
            f"UPDATE {table} SET project_id = 2",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
            f"MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        ):
            with pytest.raises(RaiseException, match="is append-only"):
                await conn.execute(statement)
    with pytest.raises(RaiseException, match="is append-only"):
        await conn.execute("TRUNCATE projects CASCADE; TRUNCATE envelopes, decisions")
    assert before == {table: await fetch_all(conn, f"TABLE {table}") for table in tables}


async def test_partitions_are_there_weeks_ahead(conn: Connection) -> None:
    now = datetime.now(UTC)
    monday = (now - timedelta(days=now.weekday())).date()
    weeks = [f"envelopes_{monday + timedelta(weeks=week):%Y%m%d}" for week in range(5)]
    assert await partitions(conn) == [*weeks, "envelopes_default"]
    row = await fetch_one(conn, INSERT, received_at=now)
    assert row is not None
    assert row["partition"] == weeks[0]
    row = await fetch_one(conn, INSERT, received_at=now + timedelta(weeks=4))
    assert row is not None
    assert row["partition"] == weeks[4]


async def test_making_partitions_again_makes_only_what_is_missing(conn: Connection) -> None:
    assert await fetch_all(conn, "SELECT ensure_envelope_partitions(4)") == []
    made = await fetch_all(conn, "SELECT ensure_envelope_partitions(6) AS name")
    assert len(made) == 2
    assert {row["name"] for row in made} <= set(await partitions(conn))
    await conn.execute(INSERT, {"received_at": datetime.now(UTC) + timedelta(weeks=6)})
    for row in made:
        with pytest.raises(RaiseException, match="is append-only"):
            await conn.execute(f"TRUNCATE {row['name']}")


async def test_rows_nobody_made_room_for_are_kept_and_harm_nothing(conn: Connection) -> None:
    far = datetime.now(UTC) + timedelta(weeks=6)
    row = await fetch_one(conn, INSERT, received_at=far)
    assert row is not None
    assert row["partition"] == "envelopes_default"
    made = await fetch_all(conn, "SELECT ensure_envelope_partitions(8) AS name")
    assert len(made) == 3  # weeks 5, 7 and 8; week 6 stays where its row is
    stored = await read_envelope(conn, position=row["position"], received_at=row["received_at"])
    assert stored is not None
    again = await fetch_one(conn, INSERT, received_at=far)
    assert again is not None
    assert again["partition"] == "envelopes_default"


async def test_bytes_come_back_as_they_were(conn: Connection) -> None:
    bodies = [b"\0", bytes(range(256)), b"\\x00'\"", os.urandom(300_000), "é\ud7ff".encode()]
    await append_envelopes(conn, [arrival(body, encoding="br") for body in bodies])
    rows = await fetch_all(conn, "SELECT position, received_at, bytes FROM inbox ORDER BY 1")
    found = [
        await read_envelope(conn, position=row["position"], received_at=row["received_at"])
        for row in rows
    ]
    assert [stored.body for stored in found if stored] == bodies
    assert [row["bytes"] for row in rows] == [len(body) for body in bodies]
    assert {stored.encoding for stored in found if stored} == {"br"}


async def test_a_batch_is_stored_whole_or_not_at_all(conn: Connection) -> None:
    with pytest.raises(CheckViolation):
        await append_envelopes(conn, [arrival(), arrival(items=0), arrival()])
    assert await fetch_all(conn, "SELECT position FROM envelopes") == []
    assert await fetch_all(conn, "SELECT position FROM inbox") == []


async def test_an_envelope_that_is_not_there_is_none(conn: Connection) -> None:
    now = datetime.now(UTC)
    assert await read_envelope(conn, position=1, received_at=now) is None


async def test_decisions_are_kept_with_their_time_and_order(conn: Connection) -> None:
    issue = uuid4()
    for kind in DecisionKind:
        await append(conn, issue, kind)
    rows = await fetch_all(conn, "SELECT * FROM decisions ORDER BY position")
    assert [row["kind"] for row in rows] == [kind.value for kind in DecisionKind]
    assert [row["decided_at"] for row in rows] == sorted(row["decided_at"] for row in rows)
    assert {(row["actor"], row["issue_id"]) for row in rows} == {("user:7", issue)}
    assert all(row["details"] == {"n": 1} for row in rows)
