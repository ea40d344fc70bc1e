"""Deliveries: claimed, ended, tried again, shown as history, and forgotten when they are old."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.rows import DictRow

from rustrak.alerts.delivery import TIMEOUT
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql

LEASE: Final = timedelta(seconds=TIMEOUT + 60)
LETTER: Final = timedelta(seconds=TIMEOUT)
"""How long a claimed delivery is left alone, and how much longer for each of its letters; by then
an attempt has long ended, or its worker."""
KEPT: Final = timedelta(days=90)
MOST_PRUNED: Final = 10_000
"""Rows forgotten at a time."""
LONGEST_ERROR: Final = 1000  # characters


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to tell one channel. `attempt` counts from 1."""

    id: int
    channel_id: int | None
    channel_type: str
    attempt: int
    key: str
    notice: Mapping[str, Any]
    """A `Notice`, as stored."""


async def list_history(conn: Connection, project_id: int, limit: int) -> list[DictRow]:
    """What became of a project's alerts, newest first."""
    return await fetch_all(conn, sql("alerts/list_history"), project_id=project_id, limit=limit)


async def claim_delivery(conn: Connection) -> Delivery | None:
    """Claim the delivery that waits longest; the attempt is counted before it is made.

    Channels that failed last come after the others: several that hang would else take turns with
    all they have to hear before one that works is told.
    """
    row = await _claim(conn)
    if row is None:
        return None
    return Delivery(
        id=row["id"],
        channel_id=row["channel_id"],
        channel_type=row["channel_type"],
        attempt=row["attempt_count"],
        key=row["idempotency_key"],
        notice=row["notice"],
    )


async def _claim(conn: Connection) -> DictRow | None:
    async with conn.transaction():
        await execute(conn, sql("alerts/lock_claims"))
        for of_any in (False, True):
            row = await fetch_one(
                conn, sql("alerts/claim_delivery"), lease=LEASE, letter=LETTER, of_any=of_any
            )
            if row is not None:
                return row
    return None


async def find_destination(conn: Connection, delivery: Delivery) -> tuple[Mapping[str, Any], str]:
    """The channel's stored configuration, and why nothing may be sent there any more ('' for
    nothing)."""
    row = await fetch_one(conn, sql("alerts/find_destination"), id=delivery.id)
    if row is None or row["project_is_deleted"]:
        return {}, "the project was deleted"
    if not row["has_channel"]:
        return {}, "the channel was deleted"
    if not row["channel_is_enabled"]:
        return {}, "the channel was disabled"
    if not row["has_rule"]:
        return {}, "the rule was deleted"
    return row["config"], "" if row["rule_is_enabled"] else "the rule was disabled"


async def end_delivery(
    conn: Connection,
    delivery: Delivery,
    status: str,
    error: str | None = None,
    http_status: int | None = None,
) -> None:
    """It was sent, failed for good, or was skipped; the channel remembers what concerns it.

    The channel first, as when one is deleted with its deliveries: no two wait for each other.
    """
    async with conn.transaction():
        if status == "sent":
            await execute(conn, sql("alerts/note_success"), id=delivery.channel_id)
        elif status == "failed":
            await _note_failure(conn, delivery, error or "")
        await execute(
            conn,
            sql("alerts/end_delivery"),
            id=delivery.id,
            status=status,
            error=error[:LONGEST_ERROR] if error else None,
            http_status=http_status,
        )


async def postpone_delivery(
    conn: Connection, delivery: Delivery, delay: timedelta, error: str, http_status: int | None
) -> datetime | None:
    """It failed and will be tried again; when, None if it is no longer ours to say. Runs in a
    transaction."""
    await _note_failure(conn, delivery, error)
    row = await fetch_one(
        conn,
        sql("alerts/postpone_delivery"),
        id=delivery.id,
        attempt=delivery.attempt,
        delay=delay,
        error=error[:LONGEST_ERROR],
        http_status=http_status,
    )
    return row["next_retry_at"] if row is not None else None


async def prune(conn: Connection) -> None:
    """Forget what is older than 90 days, a part at a time."""
    for query in (sql("alerts/prune_history"), sql("alerts/prune_firings")):
        while await execute(conn, query, age=KEPT, limit=MOST_PRUNED) == MOST_PRUNED:
            pass


async def _note_failure(conn: Connection, delivery: Delivery, error: str) -> None:
    await execute(
        conn, sql("alerts/note_failure"), id=delivery.channel_id, error=error[:LONGEST_ERROR]
    )
