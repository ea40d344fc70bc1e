"""The last question before an arrival is stored: may the project send it, and how is it kept.

In front of the journal. Nothing here costs a query: what projects have decided is handed in by
`keys`, totals by `quota_exchange`, the server's own state by `guards`.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from psycopg.rows import DictRow

from rustrak.accounts.settings import read_quotas, read_scrubbing
from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql
from rustrak.errors import Overloaded, Throttled
from rustrak.events.scrub import ScrubRules
from rustrak.ingest.body import OFF_LOOP
from rustrak.ingest.guards import Guards
from rustrak.ingest.journal import Journal, Settle
from rustrak.ingest.quotas import MAX_JITTER, Meter, Verdict, rate_limit
from rustrak.ingest.scrubbing import kept_address, scrubbed_items
from rustrak.ledger.envelopes import ENVELOPE, Arrival
from rustrak.protocol.categories import (
    DEFAULT,
    envelope_quantities,
    item_category,
    item_quantities,
    kept_items,
)
from rustrak.protocol.envelope import Envelope, Item, write_envelope
from rustrak.protocol.ratelimits import RateLimit, format_rate_limits, format_retry_after

Refusals = Counter[tuple[int, str, str]]
"""Items refused, by project, item type and reason."""


class Admission:
    """Quotas, the server's guards, and scrubbing before anything is stored."""

    def __init__(
        self, journal: Journal, guards: Guards, *, processes: int, clock: Callable[[], float]
    ) -> None:
        self.meter = Meter([], processes)
        self.refused: Refusals = Counter()
        self.guards = guards
        self._journal = journal
        self._processes = processes
        self._clock = clock
        self._scrubbed: dict[int, ScrubRules] = {}

    async def load(self, conn: Connection) -> None:
        """Read what the projects have decided; called with every refresh of the keys."""
        rows = await fetch_all(conn, sql("ingest/list_policies"))
        quotas = [
            setting.quota(row["project_id"])
            for row in rows
            for setting in read_quotas(row["quotas"])
        ]
        processes = max([self._processes, *(row["processes"] for row in rows)])
        self.meter.configure(quotas, processes)
        self._scrubbed = dict(_scrubbed_at_intake(rows))

    async def store(self, arrival: Arrival, envelope: Envelope) -> str:
        """Store what the project may send of an envelope that has items.

        Returns `X-Sentry-Rate-Limits`, empty when nothing was refused. Raises Throttled when all
        is refused, and Overloaded as the journal does.
        """
        admitted, verdicts = self._admit(arrival.project_id, envelope.items)
        kept = kept_items(envelope.items, [verdict.category for verdict in verdicts])
        limits = _limits(verdicts)
        if verdicts:
            self._count_refused(arrival.project_id, envelope.items, kept, verdicts)
            if not kept:
                raise _throttled(verdicts, limits)
            arrival = _of_items(arrival, envelope.headers, kept)
        rules = self._scrubbed.get(arrival.project_id)
        if rules is not None:
            arrival = await _scrub(arrival, Envelope(envelope.headers, kept), rules)
        try:
            await self._journal.store(arrival)
        except Overloaded:
            self.meter.give_back(arrival.project_id, admitted)
            raise
        return format_rate_limits(limits)

    def submit(self, arrival: Arrival, envelope: Envelope, settle: Settle) -> bool:
        """The same without waiting: `settle` hears the end. Raises Throttled and Overloaded.

        False, with nothing done, for an envelope that only `store` can deal with: of which a part
        is refused, or which has to be scrubbed.
        """
        project_id = arrival.project_id
        if project_id in self._scrubbed:
            return False
        if not self.meter.limits(project_id):
            self._journal.submit(arrival, settle)
            return True
        admitted, verdicts = self._admit(project_id, envelope.items)
        if verdicts:
            kept = kept_items(envelope.items, [verdict.category for verdict in verdicts])
            if kept:
                self.meter.give_back(project_id, admitted)
                return False
            self._count_refused(project_id, envelope.items, [], verdicts)
            raise _throttled(verdicts, _limits(verdicts))

        def settled(error: Exception | None) -> None:
            if isinstance(error, Overloaded):
                self.meter.give_back(project_id, admitted)
            settle(error)

        try:
            self._journal.submit(arrival, settled)
        except Overloaded:
            self.meter.give_back(project_id, admitted)
            raise
        return True

    def _admit(
        self, project_id: int, items: Sequence[Item]
    ) -> tuple[Mapping[str, int], list[Verdict]]:
        """What is counted for the items that are kept, and what is refused."""
        if not self.meter.limits(project_id):
            return {}, []
        quantities = envelope_quantities(items)
        verdicts = self.meter.admit(project_id, quantities, self._clock())
        if not verdicts:
            return quantities, []
        refused = {verdict.category for verdict in verdicts}
        kept = envelope_quantities(kept_items(items, refused))
        passed = {name: quantity for name, quantity in quantities.items() if name not in refused}
        lost = {name: quantity - kept.get(name, 0) for name, quantity in passed.items()}
        self.meter.give_back(project_id, lost)  # attachments of a refused event, and the like
        return {name: kept.get(name, 0) for name in passed}, verdicts

    def _count_refused(
        self,
        project_id: int,
        items: Sequence[Item],
        kept: Sequence[Item],
        verdicts: Sequence[Verdict],
    ) -> None:
        """Every item counts once, under the quota of its own category or that of its event."""
        reasons = {verdict.category: verdict.quota.reason_code for verdict in verdicts}
        stored = {id(item) for item in kept}
        for item in items:
            if id(item) in stored:
                continue
            own = [reasons[name] for name in item_quantities(item) if name in reasons]
            reason = (own or list(reasons.values()))[0]
            kind = DEFAULT if item_category(item) == DEFAULT else item.type
            self.refused[project_id, kind, reason] += 1


def _scrubbed_at_intake(rows: Iterable[DictRow]) -> Iterable[tuple[int, ScrubRules]]:
    for row in rows:
        scrubbing = read_scrubbing(row["scrubbing"])
        if scrubbing.mode == "intake":
            yield row["project_id"], scrubbing.rules


def _limits(verdicts: Iterable[Verdict]) -> list[RateLimit]:
    jitter = random.uniform(0, MAX_JITTER)  # noqa: S311 - so that clients do not return together
    return [rate_limit(verdict, jitter) for verdict in verdicts]


def _throttled(verdicts: Sequence[Verdict], limits: Sequence[RateLimit]) -> Throttled:
    retry_after = int(format_retry_after(limits))
    reasons = ", ".join(dict.fromkeys(verdict.quota.reason_code for verdict in verdicts))
    return Throttled(
        f"a quota is used up ({reasons}); try again in {retry_after} s",
        retry_after,
        format_rate_limits(limits),
    )


def _of_items(arrival: Arrival, headers: Mapping[str, object], items: Sequence[Item]) -> Arrival:
    """The arrival with these items only."""
    body = write_envelope(headers, items)
    return replace(arrival, form=ENVELOPE, encoding="", items=len(items), body=body)


async def _scrub(arrival: Arrival, envelope: Envelope, rules: ScrubRules) -> Arrival:
    """The arrival as a project wants it stored."""

    def scrubbed() -> Arrival:
        items = scrubbed_items(envelope.items, arrival.remote_addr, rules)
        return _of_items(arrival, envelope.headers, items)

    is_large = sum(len(item.payload) for item in envelope.items) > OFF_LOOP
    arrival = await asyncio.to_thread(scrubbed) if is_large else scrubbed()
    return replace(arrival, remote_addr=kept_address(arrival.remote_addr, rules))
