"""The scenarios: what is sent, in which rhythm, and the figures each run gives.

Called by the command line with a reachable server.
"""

import asyncio
import sys
from functools import partial
from random import Random

from bench.bodies import BodyMaker
from bench.client import open_load, schedule
from bench.measure import Subject, measure, open_api
from bench.report import Metrics
from bench.target import settle

PRELOAD_CHUNK = 20_000
PRELOAD_GZIP_LEVEL = 1
PRELOAD_AHEAD = 100_000
"""Events that may wait to be digested while more are preloaded; too many would be refused."""


async def sustained(
    subject: Subject, maker: BodyMaker, rate: float, seconds: float, random: Random | None
) -> Metrics:
    """A given rate, whatever the answers do."""
    bodies = maker.make(round(rate * seconds))
    pacing = partial(schedule, rate=rate, seconds=seconds, random=random)
    return await measure(subject, bodies, pacing)


async def drain(subject: Subject, maker: BodyMaker, events: int) -> Metrics:
    """As fast as possible; `queryable /s` counts from the first request to the last stored."""
    return await measure(subject, maker.make(events))


async def burst(
    subject: Subject, maker: BodyMaker, events: int, cycles: int, pause: float
) -> list[Metrics]:
    """Drains in cycles; a pause begins when everything is stored. One result a cycle."""
    made = [maker.make(events) for _ in range(cycles)]
    runs = []
    for cycle, bodies in enumerate(made):
        runs.append(await measure(subject, bodies))
        if cycle + 1 < cycles:
            await asyncio.sleep(pause)
    return runs


async def preload(subject: Subject, maker: BodyMaker, events: int) -> None:
    """Fill the server with events before anything is measured; waits until they are stored."""
    async with open_api(subject) as api, open_load(subject.dsn, subject.connections) as load:
        counter = subject.counter(api)
        base = await counter.count() or 0 if counter else 0
        for done in range(0, events, PRELOAD_CHUNK):
            bodies = maker.make(min(PRELOAD_CHUNK, events - done), PRELOAD_GZIP_LEVEL)
            await load.run([subject.dsn.envelope_request(body) for body in bodies.bodies])
            print(f"preloaded {load.acknowledged:,} of {events:,}", file=sys.stderr)
            if counter:
                await settle(counter, base + load.acknowledged - PRELOAD_AHEAD)
        if counter:
            await settle(counter, base + load.acknowledged)
