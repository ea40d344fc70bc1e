"""Rows that are written once: whoever folds the same item again changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, LiteralString

from rustrak.database.arrays import Column
from rustrak.database.pool import Connection, fetch_all
from rustrak.projections.folded import DUPLICATE, Folded, Place

LARGEST_INSERT = 5000
"""Rows a statement; a batch of log lines may bring ten times as many."""

Columns = Mapping[str, Callable[[Sequence[Any]], Column]]
"""Attributes of a row, which are also the parameters of the statement, and how each is sent."""


async def insert_new(
    conn: Connection, query: LiteralString, columns: Columns, rows: Sequence[Any]
) -> set[Place]:
    """Insert rows, given in key order; the places of those that were not there before.

    `query` must ignore conflicts and return position and item of what it inserted.
    """
    inserted: set[Place] = set()
    for start in range(0, len(rows), LARGEST_INSERT):
        inserted |= await _insert(conn, query, columns, rows[start : start + LARGEST_INSERT])
    return inserted


async def _insert(
    conn: Connection, query: LiteralString, columns: Columns, rows: Sequence[Any]
) -> set[Place]:
    values = zip(*map(attrgetter(*columns), rows), strict=True)
    params = {
        name: column(found) for (name, column), found in zip(columns.items(), values, strict=True)
    }
    found = await fetch_all(conn, query, **params)
    return {(row["position"], row["item"]) for row in found}


def folded(rows: Sequence[Any], inserted: set[Place]) -> Folded:
    """An item none of whose rows was new has been folded before: it is a duplicate."""
    places = {(row.position, row.item) for row in rows}
    return Folded(dict.fromkeys(places - inserted, DUPLICATE))
