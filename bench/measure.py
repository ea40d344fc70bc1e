"""One measured run: the load, memory and CPU while it lasts, then what became of each event.

Called by the scenarios.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.bodies import Bodies
from bench.client import Ledger, Load, open_load
from bench.dsn import Dsn
from bench.processes import POSTGRES, ProcessGroups, Usage
from bench.report import Metrics, percentiles_ms
from bench.target import Api, CommandCount, EventCount, Freshness, find_lost, settle

WATCH_SECONDS = 0.25

Pacing = Callable[[float], list[float]]
"""From the moment a run starts to the moments its requests are due (monotonic seconds)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The server under load, and what may be asked of it."""

    dsn: Dsn
    token: str | None = None
    count_command: str | None = None
    groups: ProcessGroups = field(default_factory=lambda: ProcessGroups({}))
    connections: int = 64
    samples_per_second: int = 20
    verify_every: bool = False

    def counter(self, api: Api | None) -> EventCount | None:
        """How stored events are counted: by the API, else by the command, else not at all."""
        return api or (CommandCount(self.count_command) if self.count_command else None)


class Watch:
    """The highest values while a load runs: RSS by process group, and events not yet stored."""

    def __init__(self, groups: ProcessGroups, load: Load, api: Api | None, base: int) -> None:
        self.rss: dict[str, int] = {}
        self.backlog: int | None = None
        self._groups, self._load, self._api, self._base = groups, load, api, base

    async def follow(self) -> None:
        """Look four times a second until cancelled."""
        while True:
            for label, rss in self._groups.rss().items():
                self.rss[label] = max(rss, self.rss.get(label, 0))
            stored = await self._api.count() if self._api else None
            if stored is not None:
                waiting = self._load.acknowledged - (stored - self._base)
                self.backlog = max(waiting, self.backlog or 0)
            await asyncio.sleep(WATCH_SECONDS)


@asynccontextmanager
async def beside(*followers: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run the coroutines until the block ends."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(follower) for follower in followers]
        yield
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def open_api(subject: Subject) -> AsyncIterator[Api | None]:
    """The API, or None without a token."""
    api = Api(subject.dsn, subject.token) if subject.token else None
    try:
        yield api
    finally:
        if api:
            api.close()


async def measure(subject: Subject, bodies: Bodies, pacing: Pacing | None = None) -> Metrics:
    """Send the bodies, flat out or paced, and wait until the server has stored them."""
    requests = [subject.dsn.envelope_request(body) for body in bodies.bodies]
    async with (
        open_api(subject) as api,
        open_api(subject) as look_ups,
        open_load(subject.dsn, subject.connections) as load,
    ):
        counter = subject.counter(api)
        base = await counter.count() or 0 if counter else 0
        freshness = Freshness(look_ups, bodies.event_ids, subject.samples_per_second)
        watch = Watch(subject.groups, load, api, base)
        before = subject.groups.usage()
        async with beside(watch.follow(), freshness.follow()):
            cpu = time.process_time()
            due = pacing(time.monotonic()) if pacing else None
            ledger = await load.run(requests, due, freshness.sample)
            cpu = time.process_time() - cpu
        metrics = _answers(ledger, cpu, paced=pacing is not None)
        stored, _ = await asyncio.gather(
            storage(counter, base, ledger.counts(), ledger.due[0]), freshness.catch_up()
        )
    metrics |= stored | {"backlog max": watch.backlog}
    metrics |= percentiles_ms("crash to queryable", freshness.seconds)
    acknowledged = ledger.acknowledged()
    metrics |= _processes(before, watch.rss, subject.groups.usage(), len(acknowledged))
    return metrics | await verify(subject, [bodies.event_ids[number] for number in acknowledged])


def _answers(ledger: Ledger, cpu: float, *, paced: bool) -> Metrics:
    fates = ledger.counts()
    seconds = max(ledger.answered) - ledger.due[0]
    metrics: Metrics = {"sent": len(ledger.status) - fates["unsent"]}
    metrics |= {fate: fates[fate] for fate in ("acknowledged", *sorted(fates))}
    metrics["acknowledged /s"] = fates["acknowledged"] / seconds
    metrics |= percentiles_ms("acknowledge", ledger.latencies())
    if paced:
        late = percentiles_ms("sent late", ledger.lateness())
        metrics |= {name: late[name] for name in ("sent late p50 ms", "sent late p99 ms")}
    metrics["client CPU us/request"] = 1e6 * cpu / len(ledger.status)
    metrics["client busy %"] = 100 * cpu / seconds
    return metrics


async def storage(
    counter: EventCount | None, base: int, fates: Counter[str], since: float
) -> Metrics:
    """Loss by count: with unknown requests the truth lies between the acknowledged and both.

    `base` is the count before, `since` the monotonic time of the first request.
    """
    if counter is None:
        return dict.fromkeys(["stored", "queryable /s", "lost", "surplus"])
    acknowledged, most = fates["acknowledged"], fates["acknowledged"] + fates["unknown"]
    count, when = await settle(counter, base + most)
    stored = count - base
    return {
        "stored": stored,
        "queryable /s": stored / (when - since),
        "lost": max(0, acknowledged - stored),
        "surplus": max(0, stored - most),
    }


async def verify(subject: Subject, event_ids: Sequence[str]) -> Metrics:
    """Look up every acknowledged event, if that is wanted; list the lost ones on standard error."""
    if not (subject.token and subject.verify_every):
        return {}
    lost = await find_lost(subject.dsn, subject.token, event_ids)
    for event_id in lost:
        print(f"lost: {event_id}", file=sys.stderr)
    return {"lost by id": len(lost)}


def _processes(
    before: Mapping[str, Usage], peak: Mapping[str, int], after: Mapping[str, Usage], events: int
) -> Metrics:
    metrics: Metrics = {}
    for label, now in after.items():
        idle = before.get(label, Usage())
        metrics[f"{label} processes"] = now.processes
        if label != POSTGRES:
            metrics[f"{label} RSS idle MB"] = idle.rss / 1e6
            metrics[f"{label} RSS peak MB"] = peak.get(label, 0) / 1e6
        metrics[f"{label} PSS idle MB"] = idle.pss / 1e6
        metrics[f"{label} PSS after MB"] = now.pss / 1e6
        metrics[f"{label} CPU s"] = now.cpu - idle.cpu
        metrics[f"{label} CPU us/event"] = 1e6 * (now.cpu - idle.cpu) / max(1, events)
    return metrics
