"""All read tables made again from the ledger equal those that were made as things came."""

import asyncio
from random import Random
from typing import Any

import pytest

from rustrak.database import projections
from rustrak.database.pool import Connection, connect, fetch_all, open_pool
from rustrak.digest import rebuild as rebuilding
from rustrak.digest.projectors import PROJECTORS
from rustrak.digest.rebuild import give_up, rebuild
from rustrak.digest.rebuild_jobs import rebuild_as_asked
from tests.checked_in import check_in
from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.sent_items import digest_item, session
from tests.telemetry import line, send_lines, send_transactions, transaction


async def silent(_done: int, _total: int) -> None:
    """Nobody looks on."""


async def dump(conn: Connection) -> dict[str, list[Any]]:
    """Every row of every read table."""
    tables = await fetch_all(
        conn,
        "SELECT tablename FROM pg_tables WHERE schemaname = 'projection_1' ORDER BY 1",
    )
    found = {}
    for row in tables:
        query = f"SELECT to_jsonb(t) AS row FROM projection_1.{row['tablename']} t ORDER BY row"
        found[row["tablename"]] = await fetch_all(conn, query)
    return found


async def happened(installation: Installation, seed: int) -> None:
    """Some of everything, and decisions about it."""
    random = Random(seed)
    for number in range(3):
        events = [
            error(
                random.choice(["KeyError", "IndexError", "TypeError"]),
                user={"id": random.choice("12")},
                environment=random.choice(["production", "staging"]),
                release=random.choice(["1", "2"]),
                tags={"colour": random.choice(["red", "blue"])},
            )
            for _ in range(6)
        ]
        await digested(installation, *events, *events[:1], project=number // 2)
        await digest_item(installation, "session", session(str(number)))
        await digest_item(installation, "nothing_we_know", {"a": 1})
    await check_in(installation, "error")
    await send_lines(installation, line("hello"), line("there"))
    await send_transactions(installation, transaction(), transaction(status="error"))
    await digested(installation, error("ValueError"), error("OSError"))
    await decided(installation, random)


async def decided(installation: Installation, random: Random) -> None:
    issues = await installation.issues()
    place = f"/api/projects/{installation.project_id}/issues"
    first, second, third, *_ = random.sample(issues, k=len(issues))
    await installation.request("PATCH", f"{place}/{first['id']}", {"is_resolved": True})
    await installation.request("PATCH", f"{place}/{second['id']}", {"priority": "high"})
    await installation.request(
        "POST", f"{place}/{second['id']}/comments", {"text": "hm"}, status=201
    )
    await installation.request("POST", f"{place}/{second['id']}/merge", {"issues": [third["id"]]})
    gone = next(i for i in issues if i["id"] not in (first["id"], second["id"], third["id"]))
    await installation.request("PATCH", f"{place}/{gone['id']}", {"priority": "low"})
    await installation.request("DELETE", f"{place}/{gone['id']}", status=204)
    for issue in (first, gone):
        kind = issue["title"].partition(":")[0]
        await digested(installation, error(kind))


def assert_same(after: dict[str, list[Any]], before: dict[str, list[Any]]) -> None:
    assert after.keys() == before.keys()
    for table, rows in before.items():
        assert after[table] == rows, table


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_rebuild_equals_what_was_there(
    installation: Installation, conn: Connection, database_url: str, seed: int
) -> None:
    await happened(installation, seed)
    before = await dump(conn)
    assert all(before[table] for table in ("events", "issues", "issue_tags", "outcomes", "logs"))
    issues = await installation.issues()
    assert (await rebuild(database_url, processes=0, progress=silent)).folded > 20
    assert_same(await dump(conn), before)
    assert await installation.issues() == issues, "open connections find the new tables"
    assert not await projections.exists(conn, projections.OLD)
    assert not await projections.exists(conn, projections.BESIDE)
    (row,) = await fetch_all(conn, "SELECT count(*) AS issues FROM public.issues")
    assert row["issues"] >= len(issues)


async def test_a_rebuild_in_other_processes_goes_on_after_it_was_killed(
    installation: Installation,
    conn: Connection,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await happened(installation, 4)
    before = await dump(conn)
    monkeypatch.setattr(rebuilding, "FEW", 0)
    monkeypatch.setattr(rebuilding, "ROWS", 5)
    real, folded = rebuilding.fold_next, 0

    async def dies(*given: Any) -> int:
        nonlocal folded
        folded += 1
        if folded == 3:
            raise ConnectionError
        return await real(*given)

    monkeypatch.setattr(rebuilding, "fold_next", dies)
    with pytest.raises(ConnectionError):
        await rebuild(database_url, processes=0, progress=silent)
    assert_same(await dump(conn), before)
    monkeypatch.setattr(rebuilding, "fold_next", real)
    await rebuild(database_url, processes=1, progress=silent)
    assert_same(await dump(conn), before)


async def test_events_and_decisions_that_come_meanwhile_are_in_it(
    installation: Installation,
    conn: Connection,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await happened(installation, 5)
    monkeypatch.setattr(rebuilding, "FEW", 0)
    monkeypatch.setattr(rebuilding, "ROWS", 5)
    real, came = rebuilding.fold_next, asyncio.Event()

    async def with_news(*given: Any) -> int:
        if not came.is_set():
            came.set()
            await digested(installation, error("KeyError"), error("NewError"))
            await decided(installation, Random(6))
            body = envelope({"event_id": "e" * 32}, ({"type": "event"}, b'{"message":"waits"}'))
            assert (await installation.post_envelope(body)).status == 200
        return await real(*given)

    monkeypatch.setattr(rebuilding, "fold_next", with_news)
    finish = rebuilding._finish
    before: dict[str, list[Any]] = {}

    async def at_last(*given: Any, **named: Any) -> dict[str, int]:
        before.update(await dump(conn))
        return await finish(*given, **named)

    monkeypatch.setattr(rebuilding, "_finish", at_last)
    await rebuild(database_url, processes=0, progress=silent)
    assert_same(await dump(conn), before)
    await installation.digest()
    titles = [issue["title"] for issue in await installation.issues()]
    assert "waits" in titles, "what waited in the inbox is digested into the new tables"


async def test_a_rebuild_is_given_up(
    installation: Installation, conn: Connection, database_url: str
) -> None:
    await happened(installation, 7)
    before = await dump(conn)
    async with await connect(database_url, application="test") as own:
        await rebuilding._begin(own)
        await rebuilding._look(own, None)
        assert await rebuilding.fold_next(own, PROJECTORS)
        await give_up(own)
    assert not await projections.exists(conn, projections.BESIDE)
    assert_same(await dump(conn), before)


async def test_a_check_compares_every_row_and_changes_nothing(
    installation: Installation, conn: Connection, database_url: str
) -> None:
    await happened(installation, 7)
    before = await dump(conn)
    made = await rebuild(database_url, processes=0, progress=silent, is_check=True)
    assert made.differences == {}
    await conn.execute("UPDATE issues SET event_count = event_count + 1 WHERE digest_order = 1")
    await conn.execute("DELETE FROM logs")
    made = await rebuild(database_url, processes=0, progress=silent, is_check=True)
    issues = await fetch_all(conn, "SELECT FROM issues WHERE digest_order = 1")
    assert made.differences == {"issues": 2 * len(issues), "logs": 2}
    assert not await projections.exists(conn, projections.BESIDE)
    await rebuild(database_url, processes=0, progress=silent)
    assert_same(await dump(conn), before)


async def test_a_worker_does_what_is_asked_over_the_api(
    installation: Installation, conn: Connection, database_url: str
) -> None:
    await happened(installation, 8)
    before = await dump(conn)
    await conn.execute("DELETE FROM logs")
    asked = await installation.request("POST", "/api/rebuilds", {"is_check": True}, status=201)
    again = await installation.request("POST", "/api/rebuilds", {}, status=409)
    assert "running" in again["error"]["message"]
    async with open_pool(database_url, application="test", size=1) as pool:
        await rebuild_as_asked(database_url, pool)
        found = await installation.get(f"/api/rebuilds/{asked['id']}")
        assert (found["state"], found["differences"]) == ("done", {"logs": 2})
        assert found["done"] == found["total"] > 20
        asked = await installation.request("POST", "/api/rebuilds", {}, status=201)
        await rebuild_as_asked(database_url, pool)
        assert_same(await dump(conn), before)
        asked = await installation.request("POST", "/api/rebuilds", {}, status=201)
        place = f"/api/rebuilds/{asked['id']}"
        stopped = await installation.request("DELETE", place)
        assert stopped["state"] == "cancelled"
        await installation.request("DELETE", place, status=409)
        await rebuild_as_asked(database_url, pool)
    assert_same(await dump(conn), before)
    states = [one["state"] for one in await installation.get("/api/rebuilds")]
    assert states == ["cancelled", "done", "done"]
    await installation.get("/api/rebuilds/99", status=404)


async def test_a_rebuild_that_is_told_to_stop_leaves_nothing(
    installation: Installation,
    conn: Connection,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await happened(installation, 9)
    before = await dump(conn)
    asked = await installation.request("POST", "/api/rebuilds", {}, status=201)
    real = rebuilding.projections.create_beside

    async def cancelled(*given: Any) -> None:
        await installation.request("DELETE", f"/api/rebuilds/{asked['id']}")
        await real(*given)

    monkeypatch.setattr(rebuilding.projections, "create_beside", cancelled)
    async with open_pool(database_url, application="test", size=1) as pool:
        await rebuild_as_asked(database_url, pool)
    assert not await projections.exists(conn, projections.BESIDE)
    assert_same(await dump(conn), before)
