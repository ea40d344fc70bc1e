"""Transactions by name: how many, how fast, how many of them failed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.api.call import Call
from rustrak.database.pool import fetch_all
from rustrak.database.queries import sql
from rustrak.schemas.transactions import (
    HourOfTransactions,
    SlowTransaction,
    Transaction,
    TransactionDetail,
    TransactionDetailQuery,
    TransactionQuery,
    Transactions,
    TransactionsQuery,
)

EXAMPLES = 10  # slowest ones shown


async def list_transactions(call: Call, query: TransactionsQuery) -> Transactions:
    """Each name's count, failure rate, p50 and p95, runs a minute, and when it was last seen."""
    async with call.connection() as conn:
        rows = await fetch_all(
            conn,
            sql("api/list_transactions"),
            **_wanted(call, query),
            sort=query.sort.value,
            limit=query.limit,
        )
    minutes = query.hours * 60
    items = [Transaction(**row, per_minute=row["count"] / minutes) for row in rows]
    return Transactions(items=items, total_count=rows[0]["total_count"] if rows else 0)


async def get_transaction(call: Call, query: TransactionDetailQuery) -> TransactionDetail:
    """One name's hours, and its slowest runs with their traces."""
    wanted = {**_wanted(call, query), "name": query.name}
    async with call.connection() as conn:
        hours = await fetch_all(conn, sql("api/list_transaction_hours"), **wanted)
        slowest = await fetch_all(
            conn, sql("api/list_slowest_transactions"), **wanted, limit=EXAMPLES
        )
    return TransactionDetail(
        name=query.name,
        hours=[HourOfTransactions(**row) for row in hours],
        slowest=[_slow(row) for row in slowest],
    )


def _wanted(call: Call, query: TransactionQuery) -> dict[str, Any]:
    """What all statements here are given."""
    return {
        "project_id": call.project_id,
        "since": datetime.now(UTC) - timedelta(hours=query.hours),
        "environments": query.environment,
        "release": query.release,
    }


def _slow(row: DictRow) -> SlowTransaction:
    trace: UUID = row["trace_id"]
    ids = {"trace_id": trace.hex if trace.int else None, "span_id": row["span_id"] or None}
    return SlowTransaction(**{**row, **ids})
