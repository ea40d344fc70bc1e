"""Guards: a backlog or a disk that is about to be full closes intake early, and opens it again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from rustrak.config import Settings
from rustrak.database.pool import Connection
from rustrak.errors import Overloaded, Throttled
from rustrak.ingest import quota_exchange
from rustrak.ingest.guards import Guards
from tests.installation import Installation, open_installation, until

ELSEWHERE = "postgresql://nobody@localhost/nowhere"


@pytest.fixture
async def installation(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Installation]:
    """Three envelopes may wait, and guards look with every exchange."""
    monkeypatch.setattr(quota_exchange, "LOOK", 0)
    async with open_installation(database_url, Settings(max_backlog=3)) as opened:
        yield opened


async def ready(installation: Installation) -> tuple[int, str]:
    async with installation.client.get(f"{installation.base_url}/health/ready") as response:
        return response.status, (await response.json())["checks"]["intake"]


@pytest.mark.parametrize("path", ["envelope/", "store/"])
async def test_intake_closes_on_a_backlog_and_opens_when_it_is_digested(
    installation: Installation, path: str
) -> None:
    for _ in range(4):
        await installation.send({"message": "hello"})

    async def state() -> bool:
        return await ready(installation) == (503, "backlog")

    await until(state, what="the closing")
    response = await installation.post_envelope(b'{"message": "hello"}', path=path)
    assert (response.status, response.headers["Retry-After"]) == (429, "60")
    assert "X-Sentry-Rate-Limits" not in response.headers
    await installation.digest()

    async def is_open() -> bool:
        return await ready(installation) == (200, "ok")

    await until(is_open, what="the opening")
    await installation.send({"message": "hello"})
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.is_even) == (5, True)


async def test_positions_far_apart_are_no_backlog(conn: Connection) -> None:
    await conn.execute("INSERT INTO inbox VALUES (1, now(), 1, 1, 1), (1000000, now(), 1, 1, 1)")
    guards = Guards(Settings(database_url=ELSEWHERE, max_backlog=2))
    await guards.look(conn)
    guards.check()
    await conn.execute("INSERT INTO inbox VALUES (2, now(), 1, 1, 1)")
    await guards.look(conn)
    with pytest.raises(Throttled, match="wait to be digested"):
        guards.check()


async def test_a_disk_without_room_closes_intake(conn: Connection, tmp_path: Path) -> None:
    guards = Guards(Settings(data_dir=tmp_path, min_free_bytes=2**62))
    guards.check()
    await guards.look(conn)
    assert guards.state == "disk"
    with pytest.raises(Overloaded, match="disk is nearly full") as refusal:
        guards.check()
    assert refusal.value.retry_after == 60


async def test_the_disk_of_a_server_elsewhere_is_not_ours_to_watch(
    conn: Connection, tmp_path: Path
) -> None:
    for settings in (
        Settings(data_dir=tmp_path, min_free_bytes=2**62, database_url=ELSEWHERE),
        Settings(data_dir=tmp_path / "missing", min_free_bytes=2**62),
    ):
        guards = Guards(settings)
        await guards.look(conn)
        guards.check()


async def test_a_change_is_noted_once(conn: Connection, tmp_path: Path) -> None:
    guards = Guards(Settings(data_dir=tmp_path, min_free_bytes=2**62))
    with capture_logs() as notes:
        for _ in range(3):
            await guards.look(conn)
    assert [(note["event"], note["why"]) for note in notes] == [("intake_closed", "disk")]
