"""Quotas without a query a request: each process counts for itself and exchanges totals.

Pure: times are parameters, the rows travel with whoever calls. About once a second a background
task adds what `Meter.take_deltas` returns to shared counters and gives their totals to
`Meter.learn`.

How far above a limit L can N processes go? A process knows the shared total U of its last exchange
and its own use since; it refuses what would lift the sum above L. So one process alone is exact.
Of the remainder L - U it also sets aside what others reported between its last two exchanges, as
they will have used as much again, and until the next exchange it uses no more than its share,
max(remainder / N, MIN_SHARE), plus the quantity q of one admission. So shares shrink near a limit:
a steady flood that needs three intervals to use up a quota exceeds it by N (MIN_SHARE + q) at most
(simulated, for 2 to 8 processes).

A flood that sets in suddenly is not foreseen. The processes exchange one after the other, each once
an interval, and a total lacks what the others have not reported yet. Let k be the last turn at
which anything remains, r(k). The N shares that are out then were learned in the last N turns and
amount to at most the mean of r over these; the excess is that mean less r(k). A turn reports at
most R / N, R being what remained two intervals earlier, so the mean lies at most R (N - 1) / 2N
above r(k). The excess is less than R / 2, plus 1.5 N (MIN_SHARE + q) for the minimum and the last
admissions: 1.5 L for a flood that takes the quota of a whole window within two intervals.

A process that has not exchanged for STALE_AFTER seconds does not know what others use and admits
all of L - U (fail open); N such processes admit at most N L together.

The price: a burst into one process that exceeds its share within one interval is refused until the
next exchange although the quota is not used up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from rustrak.accounts.quotas import Quota, window_bounds
from rustrak.protocol.categories import BYTE_CATEGORIES, INTERNAL
from rustrak.protocol.ratelimits import RateLimit, announced

MIN_SHARE: Final = 20
"""Items (or bytes) a process may use between two exchanges while the quota is not used up."""
STALE_AFTER: Final = 5.0
"""Seconds without an exchange after which the use of others counts as unknown."""
EXCHANGE_WAIT: Final = 1
"""Seconds to wait when only the share is used up: the next exchange brings another."""
MAX_JITTER: Final = 0.1
"""Part of the wait that may be added to it, so that clients do not return all at once."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A category is refused by a quota; it may be tried again after so many seconds."""

    category: str
    quota: Quota
    retry_after: int


@dataclass(frozen=True, slots=True)
class Usage:
    """A row of the exchange: quantity used of a quota in the window that starts then (Unix)."""

    key: str
    window_start: int
    quantity: int


@dataclass(slots=True)
class _Counter:
    """One quota in its current window; `handed` and `used` are ours and not in `shared`."""

    quota: Quota
    start: int = 0  # Unix seconds
    end: int = 0
    shared: int = 0  # of all processes, at the last exchange
    handed: int = 0  # taken for an exchange that was not confirmed yet
    used: int = 0  # since then
    others: int = 0  # what the others reported between the last two exchanges


class Meter:
    """What one process knows about the use of all quotas, and what it lets through."""

    def __init__(self, quotas: Iterable[Quota], processes: int) -> None:
        self._counters: dict[str, _Counter] = {}
        self._by_scope: dict[int | None, list[_Counter]] = {}
        self._learned_at = float("-inf")
        self._processes = 1
        self.configure(quotas, processes)

    def configure(self, quotas: Iterable[Quota], processes: int) -> None:
        """Take these quotas from now on; what is known about those that stay is kept.

        `processes` is how many share the quotas. Of two quotas that differ in nothing but the
        limit, the smaller counts.
        """
        known, self._counters, self._by_scope = self._counters, {}, {}
        self._processes = max(1, processes)
        for quota in sorted(quotas, key=lambda quota: quota.limit):
            if quota.key in self._counters:
                continue
            counter = known.get(quota.key) or _Counter(quota)
            counter.quota = quota
            self._counters[quota.key] = counter
            self._by_scope.setdefault(quota.scope, []).append(counter)

    @property
    def has_quotas(self) -> bool:
        """Whether there is anything to exchange."""
        return bool(self._counters)

    def limits(self, project_id: int) -> bool:
        """Whether any quota counts for a project; without one nothing needs to be counted."""
        return project_id in self._by_scope or None in self._by_scope

    def admit(self, project_id: int, quantities: Mapping[str, int], now: float) -> list[Verdict]:
        """Count what is let through; returns one verdict for each category that is refused.

        A category is let through by all its quotas or counted by none, so what a project is
        refused never uses up the quota of the installation.
        """
        counters = self._counters_of(project_id)
        verdicts = []
        for category, quantity in quantities.items():
            asked = [counter for counter in counters if _covers(counter.quota, category)]
            waits = [(self._wait(counter, quantity, now), counter.quota) for counter in asked]
            wait, quota = max(waits, key=lambda pair: pair[0], default=(0, None))
            if wait and quota:
                verdicts.append(Verdict(category, quota, wait))
                continue
            for counter in asked:
                counter.used += quantity
        return verdicts

    def give_back(self, project_id: int, quantities: Mapping[str, int]) -> None:
        """Take back what was let through and not kept: lost with its event, or not stored.

        What has been handed out for an exchange meanwhile stays counted.
        """
        for counter in self._counters_of(project_id):
            for category, quantity in quantities.items():
                if _covers(counter.quota, category):
                    counter.used -= min(quantity, counter.used)

    def take_deltas(self) -> list[Usage]:
        """What to add to the shared counters, sorted by key; the same again until `learn`.

        So nothing is lost when an exchange fails. One that was committed and whose answer was lost
        is added twice, which refuses too early rather than too late, until the window ends.
        """
        deltas = []
        for key, counter in sorted(self._counters.items()):
            counter.handed, counter.used = counter.handed + counter.used, 0
            if counter.handed:
                deltas.append(Usage(key, counter.start, counter.handed))
        return deltas

    def learn(self, totals: Iterable[Usage], now: float) -> None:
        """Take over the shared totals of the current windows, as they are with our deltas added.

        A missing row means that nobody else used anything; rows of other quotas or windows are
        ignored.
        """
        shared = {(row.key, row.window_start): row.quantity for row in totals}
        is_next = self._is_known(now)  # else the difference is of more than one interval
        for key, counter in self._counters.items():
            _roll(counter, now)
            expected = counter.shared + counter.handed
            counter.shared, counter.handed = shared.get((key, counter.start), expected), 0
            counter.others = max(0, counter.shared - expected) if is_next else 0
        self._learned_at = now

    def _counters_of(self, project_id: int) -> list[_Counter]:
        return self._by_scope.get(project_id, []) + self._by_scope.get(None, [])

    def _wait(self, counter: _Counter, quantity: int, now: float) -> int:
        """Seconds until this quantity may be asked for again, 0 when it may pass."""
        _roll(counter, now)
        limit, ours = counter.quota.limit, counter.handed + counter.used
        total = counter.shared + ours
        if total >= limit or total + quantity > limit:
            return max(1, ceil(counter.end - now))
        remainder = limit - counter.shared - counter.others
        share = max(remainder / self._processes, MIN_SHARE)
        return EXCHANGE_WAIT if ours >= share and self._is_known(now) else 0

    def _is_known(self, now: float) -> bool:
        return now - self._learned_at <= STALE_AFTER


def rate_limit(verdict: Verdict, jitter: float = 0.0) -> RateLimit:
    """Returns the verdict as SDKs are told, with up to MAX_JITTER of the wait on top."""
    quota = verdict.quota
    return RateLimit(
        int(verdict.retry_after * (1 + max(0.0, min(jitter, MAX_JITTER)))),
        announced(quota.categories),
        "organization" if quota.scope is None else "project",
        quota.reason_code,
    )


def _covers(quota: Quota, category: str) -> bool:
    if category == INTERNAL:
        return False
    return category in quota.categories or not (quota.categories or category in BYTE_CATEGORIES)


def _roll(counter: _Counter, now: float) -> None:
    """Start afresh in a new window; what of the old one was not exchanged is of no use to it."""
    if not counter.start <= now < counter.end:
        counter.start, counter.end = window_bounds(counter.quota.window, now)
        counter.shared = counter.handed = counter.used = counter.others = 0
