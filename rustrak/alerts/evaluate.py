"""Deciding what is told: occasions and thresholds become firings, firings become notices.

Each step is one transaction that holds the rule it speaks for; the rows it takes are its record of
work, so that a step that is lost, repeated or run twice at once tells nothing twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from rustrak.alerts.conditions import period
from rustrak.alerts.cooldown import Firing, after_cooldown, as_firings, notice_gap, quiet_time
from rustrak.alerts.notice import AlertType
from rustrak.alerts.rules import Rule, as_rule
from rustrak.database.arrays import texts, times, uuids
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql

PAGE: Final = 500  # occasions a transaction
MOST_READ: Final = 50_000
"""Events of one issue that a threshold looks at. Beyond, the oldest do not count, and a crossing
may be seen that is none; the quiet time keeps it from being told more than once a period."""
SETTLED: Final = timedelta(seconds=10)
"""How long an envelope may take from its time to its commit."""
OLDEST: Final = timedelta(days=1)
"""How late a threshold may still be found crossed, when no worker ran."""


async def decide_occasions(conn: Connection, now: datetime) -> int:
    """Have rules look at the next occasions; how many there were. Runs in a transaction."""
    rows = await fetch_all(conn, sql("alerts/claim_occasions"), limit=PAGE)
    if not rows:
        return 0
    ids = [row["id"] for row in rows]
    locked = await fetch_all(conn, sql("alerts/lock_rules_of_occasions"), ids=ids)
    rules = {row["id"]: as_rule(row) for row in locked}
    wanted = await fetch_all(conn, sql("alerts/match_occasions"), ids=ids, rule_ids=[*rules])
    wanted.sort(key=itemgetter("alert_rule_id"))
    for rule_id, found in groupby(wanted, itemgetter("alert_rule_id")):
        await fire(conn, rules[rule_id], as_firings(found), now)
    await execute(conn, sql("alerts/delete_occasions"), ids=ids)
    return len(ids)


async def decide_threshold(conn: Connection, rule_id: int, now: datetime, until: datetime) -> None:
    """Look for crossings of one threshold up to `until`, by which everything received has been
    digested. Runs in a transaction; does nothing if somebody else is at it."""
    row = await fetch_one(conn, sql("alerts/lock_rule"), id=rule_id)
    if row is None:
        return
    rule = as_rule(row)
    since, until = max(rule.evaluated_until, until - OLDEST), until - SETTLED
    if until <= since:
        return
    await fire(conn, rule, await find_crossings(conn, rule, since, until), now)
    await execute(conn, sql("alerts/set_evaluated_until"), id=rule_id, until=until)


async def find_crossings(
    conn: Connection, rule: Rule, since: datetime, until: datetime
) -> list[Firing]:
    """When issues crossed the threshold of a rule after `since`, in order of time."""
    rows = await fetch_all(
        conn,
        sql("alerts/find_crossings"),
        project_id=rule.project_id,
        by_users=rule.alert_type is AlertType.USER_THRESHOLD,
        count=rule.conditions["count"],
        period=period(rule.conditions),
        since=since,
        until=until,
        filters=rule.asked,
        most=MOST_READ,
    )
    return as_firings(rows)


async def fire(conn: Connection, rule: Rule, found: Sequence[Firing], now: datetime) -> None:
    """Write down what a rule wants told, given in order of time, and from when on.

    The caller holds the rule. What comes soon after a notice is collected.
    """
    last = await _last_firings(conn, rule, {firing.issue_id for firing in found})
    kept = after_cooldown(found, quiet_time(rule), last)
    if not kept:
        return
    due_at = now
    if rule.last_triggered_at is not None:
        due_at = max(now, rule.last_triggered_at + notice_gap(rule))
    await execute(
        conn,
        sql("alerts/insert_firings"),
        project_id=rule.project_id,
        rule_id=rule.id,
        due_at=due_at,
        issue_ids=uuids([firing.issue_id for firing in kept]),
        event_ids=texts([firing.event_hex for firing in kept]),
        occurred_at=times([firing.occurred_at for firing in kept]),
    )


async def _last_firings(
    conn: Connection, rule: Rule, issue_ids: set[UUID]
) -> Mapping[UUID, datetime]:
    if not issue_ids:
        return {}
    rows = await fetch_all(
        conn, sql("alerts/last_firings"), rule_id=rule.id, issue_ids=uuids(sorted(issue_ids))
    )
    return {row["issue_id"]: row["occurred_at"] for row in rows}
