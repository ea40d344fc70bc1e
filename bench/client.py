"""The load: requests over many connections, flat out or on a schedule, and what became of each.

Called by the scenarios. A request costs about 15 us of CPU beside the kernel's send and receive.
"""

import asyncio
import time
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random

from bench.connection import NO_ANSWER, Connection, open_connection
from bench.dsn import Dsn

UNSENT = -1
CONNECT_SECONDS = 10.0
RECONNECT_SECONDS = 0.05
PATIENCE_SECONDS = 30.0
"""A run ends when this long nothing was answered; what is in flight then counts as unknown."""


class Ledger:
    """One row a request: its status, and when it was due, sent and answered (monotonic seconds).

    A status is an HTTP status, NO_ANSWER (unknown: the connection broke) or UNSENT. Flat out
    there is no schedule, and a request is due when it is sent.
    """

    def __init__(self, size: int) -> None:
        self.status = array("h", [UNSENT]) * size
        self.sent = array("d", bytes(8 * size))
        self.due = self.sent
        self.answered = array("d", bytes(8 * size))

    def acknowledged(self) -> list[int]:
        """The numbers of the requests answered with a 2xx."""
        return [number for number, status in enumerate(self.status) if 200 <= status < 300]

    def counts(self) -> Counter[str]:
        """Requests by fate: acknowledged, unknown, unsent, or `refused STATUS`."""
        fates: Counter[str] = Counter()
        for status, count in Counter(self.status).items():
            if 200 <= status < 300:
                fates["acknowledged"] += count
            elif status > 0:
                fates[f"refused {status}"] += count
            else:
                fates["unknown" if status == NO_ANSWER else "unsent"] += count
        return fates

    def latencies(self) -> list[float]:
        """Seconds from due to answered of the acknowledged requests.

        Due is when the schedule wanted the request to leave, not when a connection was free: a
        server that stalls is charged for all requests that had to wait behind the stall, which a
        client that times from the sending leaves out (coordinated omission). Flat out the
        figure has that omission: compare it only with other closed loops.
        """
        return [self.answered[number] - self.due[number] for number in self.acknowledged()]

    def lateness(self) -> list[float]:
        """Seconds from due to sent of the acknowledged requests.

        About a millisecond is the client's own timer; more means that every connection was busy,
        so the server did not keep up with the rate.
        """
        return [self.sent[number] - self.due[number] for number in self.acknowledged()]


def schedule(start: float, rate: float, seconds: float, random: Random | None) -> list[float]:
    """`rate * seconds` moments from `start` on, ascending.

    With `random` they come as those of independent users do (a Poisson process, given its
    number), else evenly spaced.
    """
    count = round(rate * seconds)
    if random is None:
        return [start + number / rate for number in range(count)]
    return sorted(start + random.uniform(0, seconds) for _ in range(count))


class Load:
    """Sends numbered requests over its connections; get one from `open_load`.

    Requests below `_released` may leave. Flat out that is all of them at once; on a schedule it
    grows with time, whatever the answers do. A request is sent once and never repeated.
    """

    def __init__(self, connections: int) -> None:
        self.connected = asyncio.Event()
        self.acknowledged = 0
        self._connections = connections
        self._open: set[Connection] = set()
        self._waiting: set[Connection] = set()
        self._requests: Sequence[bytes] = ()
        self._next = self._released = self._unanswered = 0
        self._ledger = Ledger(0)
        self._done = asyncio.Event()
        self._on_acknowledged: Callable[[Ledger, int], None] | None = None

    async def run(
        self,
        requests: Sequence[bytes],
        schedule: Sequence[float] | None = None,
        on_acknowledged: Callable[[Ledger, int], None] | None = None,
    ) -> Ledger:
        """Send every request once, flat out or at `schedule` (monotonic seconds, ascending).

        Returns when all are answered or given up. `on_acknowledged` is called on the hot path.
        """
        self._requests, self._ledger = requests, Ledger(len(requests))
        self._next = self._released = 0
        self._unanswered = len(requests)
        self._on_acknowledged = on_acknowledged
        self._done.clear()
        if schedule is None:
            self._release(len(requests))
        else:
            await self._pace(schedule)
        await self._wait()
        return self._ledger

    async def _pace(self, schedule: Sequence[float]) -> None:
        """The event loop's timers tick in whole milliseconds, so requests leave half of one late
        on average. They are charged for it all the same; `Ledger.lateness` tells how much."""
        self._ledger.due = array("d", schedule)
        while self._released < len(schedule):
            now = time.monotonic()
            self._release(bisect_right(schedule, now, lo=self._released))
            if self._released < len(schedule):
                await asyncio.sleep(schedule[self._released] - now)

    def _release(self, until: int) -> None:
        self._released = until
        while self._waiting and self._next < until:
            connection = self._waiting.pop()
            if not connection.lost.done():
                self._idle(connection)

    async def _wait(self) -> None:
        while self._unanswered:
            before = self._unanswered
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._done.wait()
            except TimeoutError:
                if self._unanswered == before:
                    await self._give_up()
                    return

    async def _give_up(self) -> None:
        self._released = self._next
        busy = [connection for connection in self._open if connection.request >= 0]
        for connection in busy:
            connection.close()
        if busy:
            await asyncio.wait([connection.lost for connection in busy])

    def _idle(self, connection: Connection) -> None:
        number = self._next
        if number >= self._released:
            self._waiting.add(connection)
            if len(self._waiting) == self._connections:
                self.connected.set()
            return
        self._next = number + 1
        self._ledger.sent[number] = time.monotonic()
        connection.send(number, self._requests[number])

    def _answered(self, connection: Connection, status: int, _body: bytes) -> None:
        number, ledger = connection.request, self._ledger
        ledger.answered[number] = time.monotonic()
        ledger.status[number] = status
        self._unanswered -= 1
        if not self._unanswered:
            self._done.set()
        if 200 <= status < 300:
            self.acknowledged += 1
            if self._on_acknowledged:
                self._on_acknowledged(ledger, number)

    async def keep_open(self, dsn: Dsn) -> None:
        """Hold one connection for ever, opening it again when it is lost."""
        while True:
            try:
                connection = await open_connection(dsn, self._idle, self._answered)
            except OSError:
                await asyncio.sleep(RECONNECT_SECONDS)
                continue
            self._open.add(connection)
            try:
                orderly = await connection.lost
            finally:
                self._open.discard(connection)
                self._waiting.discard(connection)
                connection.close()
            if not orderly:
                await asyncio.sleep(RECONNECT_SECONDS)


@asynccontextmanager
async def open_load(dsn: Dsn, connections: int) -> AsyncIterator[Load]:
    """A Load whose connections are open; raises ConnectionError when they cannot be opened."""
    load = Load(connections)
    keepers = [asyncio.create_task(load.keep_open(dsn)) for _ in range(connections)]
    try:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await load.connected.wait()
        except TimeoutError:
            raise ConnectionError(f"{dsn.host}:{dsn.port} takes no connections.") from None
        yield load
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
