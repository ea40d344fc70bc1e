"""Proof that nothing was lost and nothing counted twice, from one SQL statement.

Operators run it as `rustrak verify`; the tests run it after every fault.
"""

from dataclasses import dataclass

from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql


@dataclass(frozen=True, slots=True)
class Balance:
    """The books of one project, in items (the last four in events and issues)."""

    project_id: int
    received: int
    """Items in the ledger, those retention took, and those a quota refused."""
    applied: int
    duplicate: int
    filtered: int
    rate_limited: int
    invalid: int
    unsupported: int
    parked: int
    pending: int
    """Items of envelopes still in the inbox."""
    applied_events: int
    """Those of the applied items that are events."""
    events: int
    """Rows of the events projection."""
    counted: int
    """The sum of all issues' event counts."""
    miscounted_issues: int
    """Issues whose count differs from their rows."""

    @property
    def difference(self) -> int:
        """Items received that ended nowhere (positive) or more than once (negative)."""
        ended = self.applied + self.duplicate + self.filtered + self.rate_limited
        ended += self.invalid + self.unsupported
        return self.received - ended - self.parked - self.pending

    @property
    def is_even(self) -> bool:
        """Whether every item is accounted for and every counter is right."""
        return (
            self.difference == 0
            and self.applied_events == self.events == self.counted
            and self.miscounted_issues == 0
        )


async def balances(conn: Connection) -> list[Balance]:
    """The books of every project that ever received anything; reads the whole ledger."""
    return [Balance(**row) for row in await fetch_all(conn, sql("projections/balances"))]
