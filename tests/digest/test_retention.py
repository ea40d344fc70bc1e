"""Weeks of the ledger go, for all projects or for some; what was counted stays, through a rebuild
too."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from rustrak.database.pool import Connection, connect, fetch_all
from rustrak.digest.rebuild import rebuild
from rustrak.digest.retention import KEPT, Step, forget, plan
from rustrak.errors import Conflict
from rustrak.ledger.past import hold_past
from rustrak.ledger.retention import complete_since
from tests.digest.test_rebuild import assert_same, decided, dump, silent
from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.sent_items import digest_item, session
from tests.telemetry import line, send_lines

LONG_AGO = datetime(2026, 1, 7, 12, tzinfo=UTC)
"""A Wednesday."""
WEEK = datetime(2026, 1, 5, tzinfo=UTC)
NEXT_WEEK = datetime(2026, 1, 12, tzinfo=UTC)


async def send_long_ago(
    installation: Installation,
    conn: Connection,
    *events: dict[str, Any],
    project: int = 0,
    items: tuple[tuple[dict[str, Any], bytes], ...] = (),
) -> list[str]:
    """Send events, and other items with the first of them, that are received long ago; not
    digested yet."""
    sent = []
    for number, event in enumerate(events):
        event_id = uuid4().hex
        together = [({"type": "event"}, json.dumps(event).encode()), *(() if number else items)]
        body = envelope({"event_id": event_id}, *together)
        assert (await installation.post_envelope(body, project=project)).status == 200
        sent.append(event_id)
    await conn.execute("SELECT make_envelope_partition(%s)", [LONG_AGO])
    await conn.execute("SET rustrak.erasing = on")
    for table in ("envelopes", "inbox"):
        await conn.execute(
            f"UPDATE {table} SET received_at = %s FROM inbox AS waiting"
            f" WHERE {table}.position = waiting.position",
            [LONG_AGO],
        )
    await conn.execute("RESET rustrak.erasing")
    return sent


async def forgotten(conn: Connection, days: int | None, now: datetime | None = None) -> list[Step]:
    return [step async for step in forget(conn, days, now or datetime.now(UTC))]


async def keep(installation: Installation, project: int = 0, **ages: int | None) -> None:
    number = installation.projects[project]["id"]
    place = f"/api/projects/{number}/settings"
    await installation.request("PATCH", place, {"retention": ages})


async def bodies(conn: Connection) -> dict[int, int]:
    """Envelopes in the ledger, by project."""
    rows = await fetch_all(
        conn, "SELECT project_id, count(*) AS bodies FROM envelopes GROUP BY 1 ORDER BY 1"
    )
    return {row["project_id"]: row["bodies"] for row in rows}


async def test_a_week_that_is_old_enough_goes_and_counts_stay(
    installation: Installation, conn: Connection
) -> None:
    (event, _) = await send_long_ago(installation, conn, error("KeyError"), error("KeyError"))
    await installation.digest()
    before = await installation.issues()
    project = installation.project_id
    assert await complete_since(conn, project) is None
    assert await plan(conn, 7, LONG_AGO + timedelta(days=11)) == [], "its week is too young"
    (step,) = await forgotten(conn, 7, NEXT_WEEK + timedelta(days=7))
    assert (step.week.name, step.is_whole) == ("envelopes_20260105", True)
    assert await bodies(conn) == {}
    assert await installation.issues() == before
    place = f"/api/projects/{project}/events/{event}"
    gone = await installation.request("GET", place, status=404)
    assert "no longer stored" in gone["error"]["message"]
    assert await complete_since(conn, project) == NEXT_WEEK
    assert all(books.is_even for books in (await installation.books()).values())
    assert await plan(conn, 7, datetime.now(UTC)) == []


async def test_a_week_with_something_undigested_stays(
    installation: Installation, conn: Connection
) -> None:
    await send_long_ago(installation, conn, error())
    assert await plan(conn, 7, datetime.now(UTC)) == []
    assert len(await fetch_all(conn, "SELECT FROM inbox")) == 1


async def test_a_project_has_an_age_of_its_own(
    installation: Installation, conn: Connection
) -> None:
    ours, theirs = (project["id"] for project in installation.projects)
    lines = {"items": [line("hello")]}
    log = ({"type": "log", "item_count": 1}, json.dumps(lines).encode())
    await send_long_ago(installation, conn, error(), error("KeyError"), items=(log,))
    await send_long_ago(installation, conn, error(), project=1)
    await installation.digest()
    before = await installation.issues()
    assert len(await fetch_all(conn, "SELECT FROM logs")) == 1
    await keep(installation, days=30)
    (step,) = await forgotten(conn, None)
    assert (step.dropped, step.is_whole) == ((ours,), False)
    assert await bodies(conn) == {theirs: 1}
    assert await fetch_all(conn, "SELECT FROM logs") == [], "a line is nothing without its body"
    assert await installation.issues() == before
    assert await complete_since(conn, ours) == NEXT_WEEK
    assert await complete_since(conn, theirs) is None
    assert all(books.is_even for books in (await installation.books()).values())
    assert await plan(conn, None, datetime.now(UTC)) == [], "it is done once"
    with pytest.raises(Exception, match="append-only"):
        await conn.execute("DELETE FROM envelopes_20260105")
    await keep(installation, project=1, days=30)
    (step,) = await forgotten(conn, None)
    assert (step.dropped, step.is_whole) == ((theirs,), True)
    assert await bodies(conn) == {}


async def test_a_project_may_keep_longer_than_the_installation(
    installation: Installation, conn: Connection
) -> None:
    ours, theirs = (project["id"] for project in installation.projects)
    for project in (0, 1):
        await send_long_ago(installation, conn, error(), project=project)
    await installation.digest()
    await keep(installation, days=36500)
    (step,) = await forgotten(conn, 7)
    assert step.dropped == (theirs,)
    assert await bodies(conn) == {ours: 1}
    await keep(installation, days=None)
    (step,) = await forgotten(conn, 7)
    assert (step.dropped, step.is_whole) == ((ours,), True)


async def test_what_tells_nothing_new_can_go_sooner(
    installation: Installation, conn: Connection
) -> None:
    many = [error() for _ in range(2 * KEPT + 3)]
    sent = await send_long_ago(installation, conn, *many, error(release="2"), error("KeyError"))
    await send_long_ago(installation, conn, *many, project=1)
    about = {"event_id": sent[KEPT + 1], "name": "a", "email": "", "comments": "it broke"}
    body = envelope({}, ({"type": "user_report"}, json.dumps(about).encode()))
    assert (await installation.post_envelope(body)).status == 200
    await installation.digest()
    before = await installation.issues()
    await keep(installation, thin_after_days=7)
    (step,) = await forgotten(conn, None)
    assert (step.dropped, step.thinned) == ((), (installation.project_id,))
    kept = await fetch_all(
        conn,
        "SELECT event_id FROM envelopes WHERE project_id = %(project)s AND received_at = %(then)s"
        " ORDER BY position",
        project=installation.project_id,
        then=LONG_AGO,
    )
    gone = {sent[KEPT], sent[KEPT + 2]}
    assert [row["event_id"].hex for row in kept] == [one for one in sent if one not in gone]
    assert await installation.issues() == before
    assert all(books.is_even for books in (await installation.books()).values())
    assert await plan(conn, None, datetime.now(UTC)) == []
    await keep(installation, thin_after_days=7, days=30)
    (step,) = await forgotten(conn, None)
    assert step.dropped == (installation.project_id,)
    assert all(books.is_even for books in (await installation.books()).values())


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_rebuild_afterwards_gives_the_same(
    installation: Installation, conn: Connection, database_url: str, seed: int
) -> None:
    random = Random(seed)
    kinds = ["KeyError", "IndexError", "TypeError", "OSError", "ValueError"]
    for project in (0, 1):
        events = [
            error(random.choice(kinds), user={"id": random.choice("123")}, release="1")
            for _ in range(40)
        ]
        await send_long_ago(installation, conn, *events, *events[:2], project=project)
        await digest_item(installation, "session", session(str(project)), project=project)
    await send_long_ago(installation, conn, {"exception": 7}, project=1)
    await installation.digest()
    await digested(installation, *[error(kind, release="2") for kind in kinds])
    await send_lines(installation, line("hello"))
    await decided(installation, random)
    await keep(installation, days=30)
    await keep(installation, project=1, thin_after_days=7)
    (step,) = await forgotten(conn, None)
    assert step.dropped
    assert step.thinned
    before = await dump(conn)
    issues = await installation.issues()
    await rebuild(database_url, processes=0, progress=silent)
    assert_same(await dump(conn), before)
    assert await installation.issues() == issues
    assert all(books.is_even for books in (await installation.books()).values())


async def test_one_at_a_time_works_on_the_past(
    installation: Installation, conn: Connection, database_url: str
) -> None:
    await send_long_ago(installation, conn, error())
    await installation.digest()
    async with await connect(database_url, application="test") as other:
        async with hold_past(other):
            with pytest.raises(Conflict, match="try again"):
                await forgotten(conn, 7)
            with pytest.raises(Conflict, match="try again"):
                await rebuild(database_url, processes=0, progress=silent)
        assert len(await forgotten(conn, 7)) == 1
