"""The soak: a rate for a long time, a line every ten seconds, and the accounts at the end.

Called by the command line with a reachable server.
"""

import asyncio
import time
from array import array
from collections import Counter
from random import Random

from bench.bodies import BodyMaker
from bench.client import Ledger, open_load, schedule
from bench.measure import Subject, open_api, storage, verify
from bench.processes import Usage
from bench.report import Metrics, percentiles_ms

SEGMENT_SECONDS = 10.0


class Totals:
    """What the segments add up to. Ids are kept only if each is to be looked up at the end."""

    def __init__(self, *, keep_ids: bool) -> None:
        self.fates: Counter[str] = Counter()
        self.latencies = array("d")
        self.event_ids: list[str] = []
        self._keep_ids = keep_ids

    def add(self, ledger: Ledger, event_ids: list[str]) -> None:
        """Count one segment in."""
        self.fates += ledger.counts()
        self.latencies.extend(ledger.latencies())
        if self._keep_ids:
            self.event_ids += [event_ids[number] for number in ledger.acknowledged()]


async def soak(
    subject: Subject, maker: BodyMaker, rate: float, seconds: float, random: Random | None
) -> Metrics:
    """`rate` events a second; the bodies of a segment are made while the one before is sent.

    Every segment is due at its own time after the start, so a stall that outlasts one is charged
    to the next as well.
    """
    totals = Totals(keep_ids=subject.verify_every)
    segments = max(1, round(seconds / SEGMENT_SECONDS))
    events = round(rate * SEGMENT_SECONDS)
    async with open_api(subject) as api, open_load(subject.dsn, subject.connections) as load:
        counter = subject.counter(api)
        base = await counter.count() or 0 if counter else 0
        bodies = await asyncio.to_thread(maker.make, events)
        start = time.monotonic()
        for segment in range(segments):
            due = schedule(start + segment * SEGMENT_SECONDS, rate, SEGMENT_SECONDS, random)
            requests = [subject.dsn.envelope_request(body) for body in bodies.bodies]
            more = events if segment + 1 < segments else 0
            ledger, following = await asyncio.gather(
                load.run(requests, due), asyncio.to_thread(maker.make, more)
            )
            totals.add(ledger, bodies.event_ids)
            stored = await api.count() if api else None
            backlog = None if stored is None else load.acknowledged - (stored - base)
            elapsed = time.monotonic() - start
            print(_line(elapsed, ledger, backlog, subject.groups.usage()), flush=True)
            bodies = following
        metrics: Metrics = {fate: totals.fates[fate] for fate in sorted(totals.fates)}
        metrics |= await storage(counter, base, totals.fates, start)
    metrics |= percentiles_ms("acknowledge", totals.latencies)
    return metrics | await verify(subject, totals.event_ids)


def _line(elapsed: float, ledger: Ledger, backlog: int | None, usage: dict[str, Usage]) -> str:
    fates = ", ".join(f"{fate} {count:,}" for fate, count in sorted(ledger.counts().items()))
    latency = percentiles_ms("", ledger.latencies())
    times = " ".join(f"{name.strip()} {value:.1f}" for name, value in latency.items() if value)
    memory = " ".join(f"{label} {group.pss / 1e6:.0f}" for label, group in usage.items())
    waiting = "n/a" if backlog is None else f"{backlog:,}"
    return f"{elapsed:7.0f} s  {fates}; {times}; backlog {waiting}; PSS MB {memory or 'n/a'}"
