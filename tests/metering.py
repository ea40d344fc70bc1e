"""Quotas and meters for tests."""

from collections import Counter
from datetime import UTC, datetime

from rustrak.accounts.quotas import Quota, Window
from rustrak.ingest.quotas import Meter, Usage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()


def quota(limit: int, *categories: str, scope: int | None = 1, window: Window = "minute") -> Quota:
    """A quota, of project 1 unless it says otherwise."""
    return Quota(scope, frozenset(categories), window, limit, "quota")


def admitted(meter: Meter, project_id: int, count: int, now: float, category: str = "error") -> int:
    """How many of `count` single items are let through."""
    return sum(not meter.admit(project_id, {category: 1}, now) for _ in range(count))


def exchange(meter: Meter, shared: Counter[tuple[str, int]], now: float) -> None:
    """What the background task does with one statement."""
    for delta in meter.take_deltas():
        shared[delta.key, delta.window_start] += delta.quantity
    meter.learn([Usage(key, start, total) for (key, start), total in shared.items()], now)
