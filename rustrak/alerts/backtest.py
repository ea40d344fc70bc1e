"""How often a rule would have fired, had it been there: read from what is still stored, by the same
statements and the same cooldown that rules fire by.

What it cannot know: issues that were deleted or are muted now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from psycopg.rows import DictRow

from rustrak.alerts.conditions import THRESHOLDS
from rustrak.alerts.cooldown import Firing, after_cooldown, as_firings, notice_gap, quiet_time
from rustrak.alerts.evaluate import find_crossings
from rustrak.alerts.notice import AlertType
from rustrak.alerts.rules import Rule
from rustrak.database.arrays import texts, uuids
from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql

MOST_SHOWN: Final = 100
LONGEST_QUERY: Final = "10s"

_PAST: Final = {
    AlertType.NEW_ISSUE: "alerts/past_openings",
    AlertType.REGRESSION: "alerts/past_regressions",
    AlertType.UNMUTE: "alerts/past_unmutes",
    AlertType.MONITOR_MISSED: "alerts/past_alarms",
}


@dataclass(frozen=True, slots=True)
class Backtest:
    """All firings in order of time, how many notices they would have made, and the issues of the
    newest 100 by id."""

    firings: list[Firing]
    notices: int
    issues: dict[object, DictRow]

    @property
    def newest(self) -> list[Firing]:
        """The newest 100, newest first."""
        return self.firings[: -MOST_SHOWN - 1 : -1]


async def back_test(conn: Connection, rule: Rule, since: datetime, until: datetime) -> Backtest:
    """Try a rule on what was received since then. Runs in a transaction.

    Raises QueryCanceled when it takes too long.
    """
    await execute(conn, sql("alerts/limit_time"), longest=LONGEST_QUERY)
    found = await _find(conn, rule, since, until)
    firings = after_cooldown(found, quiet_time(rule), {})
    shown = firings[-MOST_SHOWN:]
    rows = await fetch_all(
        conn,
        sql("alerts/describe_issues"),
        project_id=rule.project_id,
        issue_ids=uuids([firing.issue_id for firing in shown]),
        event_ids=texts([firing.event_hex for firing in shown]),
    )
    notices = count_notices([firing.occurred_at for firing in firings], notice_gap(rule))
    return Backtest(firings, notices, {row["id"]: row for row in rows})


def count_notices(times: Iterable[datetime], gap: timedelta) -> int:
    """How many notices firings at these times, in order, make: what comes within `gap` of a notice
    is collected until then."""
    notices = 0
    told: datetime | None = None  # when the last notice goes out, later than now while it collects
    for time in times:
        if told is None or time >= told + gap:
            told, notices = time, notices + 1
        elif time > told:
            told, notices = told + gap, notices + 1
    return notices


async def _find(conn: Connection, rule: Rule, since: datetime, until: datetime) -> list[Firing]:
    if rule.alert_type in THRESHOLDS:
        return await find_crossings(conn, rule, since, until)
    query = sql(_PAST[rule.alert_type])
    rows = await fetch_all(conn, query, project_id=rule.project_id, since=since, filters=rule.asked)
    return as_firings(rows)
