"""How many events the server has stored, and when a given one becomes visible.

Called by the scenarios. Rustrak answers over its REST API; for others there is a count command.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from bench.client import Ledger, open_load
from bench.connection import NO_ANSWER, Connection, open_connection
from bench.dsn import Dsn

COUNT_SECONDS = 0.05
"""Between two counts while waiting; also how exactly a drain is timed."""

LOOK_SECONDS = 0.02  # between two looks for the oldest sampled event
"""Between two rounds of look-ups of events that are not visible yet."""

SETTLE_SECONDS = 10.0
"""Waiting for stored events ends when their number has not moved for this long."""

MOST_WAITING = 100
"""Sampled events waited for at a time; behind a long backlog no new ones are taken."""

VERIFY_CONNECTIONS = 8


class EventCount(Protocol):
    """Knows how many events the server has stored."""

    async def count(self) -> int | None:
        """The number now, or None while the server does not answer."""


class Api:
    """Rustrak's REST API, one GET at a time over one connection, opened again when it is lost."""

    def __init__(self, dsn: Dsn, token: str) -> None:
        self._dsn = dsn
        self._token = token
        self._connection: Connection | None = None
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    async def count(self) -> int | None:
        """Events whose digest is committed; raises PermissionError when the server refuses."""
        status, body = await self._get(f"/api/projects/{self._dsn.project}")
        if status == NO_ANSWER or status >= 500:
            return None
        if status != 200:
            raise PermissionError(f"The project cannot be read (status {status}): check the token.")
        return int(json.loads(body)["stored_event_count"])

    async def has(self, event_id: str) -> bool:
        """Whether the event can be read yet."""
        status, _body = await self._get(event_path(self._dsn, event_id))
        return status == 200

    async def _get(self, path: str) -> tuple[int, bytes]:
        if self._connection is None or self._connection.lost.done():
            try:
                self._connection = await open_connection(self._dsn, self._idle, self._answered)
            except OSError:
                return NO_ANSWER, b""
        self._answer = asyncio.get_running_loop().create_future()
        self._connection.send(0, self._dsn.get_request(path, self._token))
        try:
            return await self._answer
        except asyncio.CancelledError:  # the answer may still come, and would be the next one's
            self.close()
            raise

    def close(self) -> None:
        """Drop the connection; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _idle(self, connection: Connection) -> None:
        """Nothing to send: `_get` does."""

    def _answered(self, _connection: Connection, status: int, body: bytes) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_result((status, body))


def event_path(dsn: Dsn, event_id: str) -> str:
    """Rustrak's look-up by the SDK's event id: 404 until digested, then 200."""
    return f"/api/projects/{dsn.project}/events/{event_id}"


class CommandCount:
    """What a shell command prints: the number of stored events of a foreign server."""

    def __init__(self, command: str) -> None:
        self._command = command

    async def count(self) -> int | None:
        """Raises ValueError when the command prints something else."""
        process = await asyncio.create_subprocess_shell(
            self._command, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        return int(output)


async def settle(counter: EventCount, goal: int) -> tuple[int, float]:
    """Wait until `goal` events are stored or the number stops moving.

    Returns the last number and the monotonic time at which it was first seen.
    """
    stored, moved = -1, time.monotonic()
    while stored < goal and time.monotonic() - moved < SETTLE_SECONDS:
        seen = await counter.count()
        if seen is not None and seen != stored:
            stored, moved = seen, time.monotonic()
        if stored < goal:
            await asyncio.sleep(COUNT_SECONDS)
    return stored, moved


class Freshness:
    """Time from crash to queryable, of about one acknowledged event in a hundred.

    Give `sample` to the load and run `follow` beside it. Only the oldest sampled event is looked
    for, because servers digest about in order and every look costs the server CPU; the figure is
    too high by half a round on average.
    """

    def __init__(self, api: Api | None, event_ids: Sequence[str], per_second: int) -> None:
        """Without an API nothing is sampled."""
        self.seconds: list[float] = []
        self._api = api
        self._event_ids = event_ids
        self._every = max(1, min(100, len(event_ids) // 100))
        self._pause = 1 / per_second
        self._next = 0.0
        self._waiting: deque[tuple[str, float]] = deque()
        self._arrived = asyncio.Event()

    def sample(self, ledger: Ledger, number: int) -> None:
        """Called for every acknowledged event; takes one now and then."""
        if number % self._every or ledger.answered[number] < self._next or self._api is None:
            return
        if len(self._waiting) < MOST_WAITING:
            self._next = ledger.answered[number] + self._pause
            self._waiting.append((self._event_ids[number], ledger.due[number]))
            self._arrived.set()

    async def follow(self) -> None:
        """Look for the sampled events until cancelled."""
        while True:
            await self._arrived.wait()
            await self._look()
            await asyncio.sleep(LOOK_SECONDS)

    async def catch_up(self) -> None:
        """After the load: look for those still waited for, as long as it may reasonably take."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while self._waiting and time.monotonic() < deadline:
            await self._look()
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        assert self._api
        while self._waiting:
            event_id, crashed = self._waiting[0]
            if not await self._api.has(event_id):
                return
            self.seconds.append(time.monotonic() - crashed)
            self._waiting.popleft()
        self._arrived.clear()


async def find_lost(dsn: Dsn, token: str, event_ids: Sequence[str]) -> list[str]:
    """Look every event up by its id; returns those that are not there."""
    requests = [dsn.get_request(event_path(dsn, event_id), token) for event_id in event_ids]
    async with open_load(dsn, VERIFY_CONNECTIONS) as load:
        ledger = await load.run(requests)
    found = set(ledger.acknowledged())
    return [event_id for number, event_id in enumerate(event_ids) if number not in found]
