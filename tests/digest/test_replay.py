"""Replay: what was received but not applied is folded again, once, whatever happens meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from rustrak.database.pool import connect, fetch_all
from rustrak.digest import replay
from rustrak.digest.digester import Digester
from rustrak.digest.projector import Filtered, Projector, StoredItem
from rustrak.digest.projectors import PROJECTORS
from rustrak.digest.projectors.events import EVENTS
from rustrak.digest.replay import Selection, count_items, replay_items
from tests.installation import Installation, envelope


async def digest_with(installation: Installation, *projectors: Projector) -> None:
    digester = Digester(installation.database_url, projectors)
    await digester.drain()
    await digester.close()


async def replayed(
    installation: Installation,
    selection: Selection,
    projectors: Sequence[Projector] = PROJECTORS,
) -> Counter[str]:
    happened: Counter[str] = Counter()
    async with await connect(installation.database_url, application="test") as conn:
        async for batch in replay_items(conn, selection, projectors):
            happened += batch
    return happened


async def send_some(installation: Installation, number: int = 7) -> None:
    for count in range(number):
        await installation.send({"message": f"kind {'abc'[count % 3]}"})


def stumble(_item: StoredItem) -> Any:
    raise RuntimeError("a bug of ours")


def turn_away(_item: StoredItem) -> Any:
    raise Filtered("localhost")


UNSUPPORTED = Selection(("unsupported",))


async def test_a_type_that_had_no_projector_is_filled_from_what_was_received(
    installation: Installation,
) -> None:
    await send_some(installation)
    await digest_with(installation)
    assert await installation.issues() == []
    before = (await installation.books())[installation.project_id]
    assert (before.unsupported, before.is_even) == (7, True)

    assert await replayed(installation, UNSUPPORTED) == {"applied": 7, "opened": 3}
    assert sorted(issue["event_count"] for issue in await installation.issues()) == [2, 2, 3]
    after = (await installation.books())[installation.project_id]
    assert (after.applied, after.unsupported, after.is_even) == (7, 0, True)
    assert await replayed(installation, UNSUPPORTED) == {}


async def test_what_was_parked_by_a_bug_is_applied_after_the_mend(
    installation: Installation,
) -> None:
    body = envelope(
        {},
        ({"type": "event"}, b'{"message":"here"}'),
        ({"type": "hologram"}, b"{}"),
    )
    assert (await installation.post_envelope(body)).status == 200
    await digest_with(installation, replace(EVENTS, read=stumble))
    assert (await installation.books())[installation.project_id].parked == 1

    assert await replayed(installation, Selection(("parked",))) == {"applied": 1, "opened": 1}
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.parked, books.unsupported) == (1, 0, 1)
    assert books.is_even


async def test_what_was_filtered_may_come_in_later(installation: Installation) -> None:
    await send_some(installation, 2)
    await digest_with(installation, replace(EVENTS, read=turn_away))
    assert (await installation.books())[installation.project_id].filtered == 2
    happened = await replayed(installation, Selection(("filtered",)))
    assert happened == {"applied": 2, "opened": 2}
    assert (await installation.books())[installation.project_id].is_even


async def test_what_ends_the_same_way_again_is_tried_once_a_replay(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST_ITEMS", 2)
    for number in range(1, 6):
        body = envelope({"event_id": f"{number:032x}"}, ({"type": "event"}, b"[]"))
        assert (await installation.post_envelope(body)).status == 200
    await installation.digest()
    assert await replayed(installation, Selection(("invalid",))) == {"invalid": 5}
    books = (await installation.books())[installation.project_id]
    assert (books.invalid, books.is_even) == (5, True)


async def test_a_stopped_replay_goes_on_where_it_stopped(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST_ITEMS", 3)
    await send_some(installation)
    await digest_with(installation)
    async with await connect(installation.database_url, application="test") as conn:
        running = replay_items(conn, UNSUPPORTED)
        assert (await anext(running))["applied"] == 3
        await running.aclose()
        left = await count_items(conn, UNSUPPORTED)
    assert [row["items"] for row in left] == [4]
    assert (await replayed(installation, UNSUPPORTED))["applied"] == 4
    assert (await installation.books())[installation.project_id].is_even


async def test_two_replays_and_a_live_digest_count_everything_once(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST_ITEMS", 5)
    await send_some(installation, 60)
    await digest_with(installation)
    await send_some(installation, 30)
    await asyncio.gather(
        replayed(installation, UNSUPPORTED),
        replayed(installation, UNSUPPORTED),
        installation.digest(),
    )
    assert sum(issue["event_count"] for issue in await installation.issues()) == 90
    assert (await installation.books())[installation.project_id].is_even


async def test_a_replay_and_a_digest_do_not_wait_for_each_other_in_a_circle(
    installation: Installation,
) -> None:
    await send_some(installation, 1)
    await installation.digest()
    (issue,) = await installation.issues()
    await send_some(installation, 1)
    await digest_with(installation)  # the second is unsupported
    url = installation.database_url
    async with await connect(url, application="test") as live, live.transaction():
        await live.execute("SELECT FROM issues WHERE id = %s FOR UPDATE", (issue["id"],))
        replaying = asyncio.create_task(replayed(installation, UNSUPPORTED))

        async def waits() -> bool:
            async with await connect(url, application="test") as conn:
                waiting = (
                    "SELECT FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND datname = %(name)s"
                )
                return bool(await fetch_all(conn, waiting, name=conn.info.dbname))

        while not await waits():
            assert not replaying.done()
        await live.execute("UPDATE outcomes SET quantity = quantity")  # as a digest's last write
    assert (await replaying)["applied"] == 1
    assert (await installation.issues())[0]["event_count"] == 2


async def test_a_replay_keeps_to_its_project_and_types(installation: Installation) -> None:
    both = envelope({}, ({"type": "event"}, b'{"message":"a"}'), ({"type": "hologram"}, b"{}"))
    for project in (0, 1):
        assert (await installation.post_envelope(both, project=project)).status == 200
    await digest_with(installation)
    ours = Selection(("unsupported",), installation.project_id, ("event",))
    async with await connect(installation.database_url, application="test") as conn:
        assert [(r["item_type"], r["items"]) for r in await count_items(conn, ours)] == [
            ("event", 1)
        ]
    assert await replayed(installation, ours) == {"applied": 1, "opened": 1}
    assert await installation.issues(1) == []
    assert all(book.is_even for book in (await installation.books()).values())
