"""A load client that remembers what it was promised."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, TCPConnector

from tests.acceptance.processes import PATIENCE
from tests.acceptance.site import Site, body_of
from tests.installation import until

TASKS = 8
SENT_TWICE = 0.1  # share of the events
MOMENTS = 40, 200  # answers after which a fault may come
SHORTEST_PAUSE, LONGEST_PAUSE = 0.02, 0.2  # seconds before a broken request is sent again
ANSWER_PATIENCE = 60.0  # seconds

ERRORS = [f"{kind}Error" for kind in ("Card", "Cart", "Stock", "Price", "Tax", "Mail", "User")]
ERRORS += [f"{kind}Timeout" for kind in ("Bank", "Search", "Cache")]
"""One stack trace each, so one issue each."""


@dataclass
class Load:
    """Events sent from several tasks, some twice, and again when the connection broke."""

    site: Site
    random: Random
    events: int
    new_connections: bool = False
    """One connection a request, so that nothing is said about idle ones."""
    sent: dict[str, str] = field(default_factory=dict)
    """The title of every event's issue, by event id."""
    acknowledged: set[str] = field(default_factory=set)
    refused: Counter[int] = field(default_factory=Counter)
    """Answers other than 200, by status."""
    unreachable: int = 0
    """Connections that nobody took; no request was lost with them."""
    broken: list[str] = field(default_factory=list)
    """Requests that got no answer."""
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to send nothing more."""

    async def run(self) -> None:
        """Send everything."""
        connector = TCPConnector(force_close=self.new_connections, limit=0)
        async with ClientSession(connector=connector) as client, asyncio.TaskGroup() as group:
            for _ in range(TASKS):
                group.create_task(self._send_some(client))

    async def _send_some(self, client: ClientSession) -> None:
        while len(self.sent) < self.events and not self.ending.is_set():
            event = self._next_event()
            copies = 2 if self.random.random() < SENT_TWICE else 1
            sending = [self._send(client, event["event_id"], body_of(event)) for _ in range(copies)]
            await asyncio.gather(*sending)

    def _next_event(self) -> dict[str, Any]:
        event_id = uuid.UUID(int=self.random.getrandbits(128), version=4).hex
        kind = self.random.choice(ERRORS)
        self.sent[event_id] = f"{kind}: no"
        return error_event(kind, event_id)

    async def _send(self, client: ClientSession, event_id: str, body: bytes) -> None:
        deadline = time.monotonic() + PATIENCE
        while not await self._post(client, event_id, body) and not self.ending.is_set():
            assert time.monotonic() < deadline, "nobody answers any more"
            await asyncio.sleep(self.random.uniform(SHORTEST_PAUSE, LONGEST_PAUSE))

    async def _post(self, client: ClientSession, event_id: str, body: bytes) -> bool:
        """Whether there was an answer."""
        try:
            async with asyncio.timeout(ANSWER_PATIENCE):
                response = await client.post(
                    self.site.envelope_url, data=body, headers=self.site.envelope_headers
                )
                await response.read()
        except ClientConnectorError:
            self.unreachable += 1
            return False
        except (ClientError, TimeoutError) as error:
            self.broken.append(f"{type(error).__name__}: {error}")
            return False
        if response.status == 200:
            self.acknowledged.add(event_id)
        else:
            self.refused[response.status] += 1
        return True


def error_event(kind: str, event_id: str | None = None) -> dict[str, Any]:
    """An event whose issue is called `KIND: no`."""
    frames = [
        {"function": function, "module": "shop", "filename": "shop.py", "lineno": 7, "in_app": True}
        for function in ("main", "serve", f"raise_{kind}")
    ]
    return {
        "event_id": event_id or uuid.uuid4().hex,
        "platform": "python",
        "exception": {"values": [{"type": kind, "value": "no", "stacktrace": {"frames": frames}}]},
    }


@asynccontextmanager
async def under_load(load: Load) -> AsyncIterator[None]:
    """Run the block at a random moment of the load, then let the load end."""
    moment = load.random.randrange(*MOMENTS)
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run())
        await until(
            lambda: len(load.acknowledged) >= moment, seconds=PATIENCE, what=f"{moment} answers"
        )
        yield


async def assert_nothing_lost_or_doubled(load: Load, site: Site) -> None:
    """After the fault: every acknowledged event is stored, every stored one is counted once."""
    await site.digested()
    stored = await site.stored_ids()
    assert load.acknowledged <= stored <= set(load.sent)
    assert await site.event_counts() == Counter(load.sent[event_id] for event_id in stored)
    await site.assert_even_books()
