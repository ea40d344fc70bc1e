"""From firings to what is told: one notice a rule, however many issues it is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.alerts.cooldown import Firing, as_firings
from rustrak.alerts.notice import AlertType, IssueLine, MonitorLine, Notice, ProjectLine
from rustrak.alerts.rules import Rule, as_rule
from rustrak.database.arrays import texts, uuids
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql

MOST_OTHERS: Final = 50
"""Issues of a storm that a notice names beside the first; the rest is counted."""

_REASONS: Final = {
    AlertType.NEW_ISSUE: "seen for the first time",
    AlertType.REGRESSION: "it was resolved and came back",
    AlertType.UNMUTE: "it is no longer muted",
    AlertType.MONITOR_MISSED: "a monitor did not do what was expected",
    AlertType.TEST: "somebody pressed the test button",
}


async def tell_due(conn: Connection, url: str, now: datetime) -> int:
    """Write the notices that are due and a delivery for each of their channels; how many
    deliveries. `url` is our public address. Runs in a transaction."""
    deliveries = 0
    for row in await fetch_all(conn, sql("alerts/lock_due_rules"), now=now):
        rule = as_rule(row)
        taken = await fetch_all(conn, sql("alerts/take_due_firings"), rule_id=rule.id, now=now)
        notice = await _notice(conn, rule, as_firings(taken), url, now)
        if notice is None:
            continue
        await execute(conn, sql("alerts/note_told"), rule_id=rule.id, now=now)
        deliveries += await _insert_deliveries(conn, rule, notice)
    return deliveries


async def _notice(
    conn: Connection, rule: Rule, firings: Sequence[Firing], url: str, now: datetime
) -> Notice | None:
    """What a rule tells; None when it was disabled, or nothing of it is left."""
    found = await fetch_one(conn, sql("alerts/get_project"), project_id=rule.project_id)
    described = await _describe(conn, rule.project_id, firings)
    told = [firing for firing in firings if firing.issue_id in described]
    if found is None or not told or not rule.is_enabled:
        return None
    project = ProjectLine.model_validate(found)
    lines = [issue_line(described[firing.issue_id], project, url) for firing in told]
    first, many = lines[0], len(lines) > 1
    # not the event's time: two events of one issue may be received in the same moment
    moment = int(now.timestamp() * 1000)
    return Notice(
        alert_id=f"{project.id}-{first.id}-{moment}",
        alert_type=AlertType.DIGEST if many else rule.alert_type,
        triggered_at=now,
        project=project,
        issue=first,
        monitor=_monitor(rule, described[first.id]),
        issue_url=first.url,
        reason=_reason(rule, len(lines)),
        others=tuple(lines[1 : 1 + MOST_OTHERS]),
        more=max(0, len(lines) - 1 - MOST_OTHERS),
    )


async def _describe(
    conn: Connection, project_id: int, firings: Sequence[Firing]
) -> dict[UUID, DictRow]:
    rows = await fetch_all(
        conn,
        sql("alerts/describe_issues"),
        project_id=project_id,
        issue_ids=uuids([firing.issue_id for firing in firings]),
        event_ids=texts([firing.event_hex for firing in firings]),
    )
    return {row["id"]: row for row in rows}


def issue_line(row: DictRow, project: ProjectLine, url: str) -> IssueLine:
    """A described issue, with the link that people follow."""
    return IssueLine(
        id=row["id"],
        short_id=f"{project.slug.upper()}-{row['digest_order']}",
        title=row["title"],
        level=row["level"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        event_count=row["event_count"],
        environment=row["environment"] or None,
        release=row["release"] or None,
        culprit=row["culprit"] or None,
        url=f"{url}/projects/{project.id}/issues/{row['id']}",
    )


def _monitor(rule: Rule, row: DictRow) -> MonitorLine | None:
    if rule.alert_type is not AlertType.MONITOR_MISSED:
        return None
    tags: dict[str, Any] = row["tags"] or {}
    return MonitorLine(
        slug=tags.get("monitor.slug", ""),
        environment=row["environment"] or "",
        status=tags.get("monitor.status", ""),
    )


def _reason(rule: Rule, issues: int) -> str:
    """One sentence, such as "more than 100 events in 5 minutes"."""
    if rule.alert_type in _REASONS:
        what = _REASONS[rule.alert_type]
    else:
        noun = "users" if rule.alert_type is AlertType.USER_THRESHOLD else "events"
        count, minutes = rule.conditions["count"], rule.conditions["minutes"]
        what = f"more than {count} {noun} in {minutes} minute{'s' if minutes > 1 else ''}"
    return what if issues == 1 else f"{issues} {_KINDS[rule.alert_type]}: {what}"


_KINDS: Final = {
    AlertType.NEW_ISSUE: "new issues",
    AlertType.REGRESSION: "issues",
    AlertType.UNMUTE: "issues",
    AlertType.EVENT_THRESHOLD: "issues",
    AlertType.USER_THRESHOLD: "issues",
    AlertType.MONITOR_MISSED: "monitors",
}


async def _insert_deliveries(conn: Connection, rule: Rule, notice: Notice) -> int:
    return await execute(
        conn,
        sql("alerts/insert_deliveries"),
        rule_id=rule.id,
        project_id=rule.project_id,
        issue_id=notice.issue.id if notice.issue else None,
        alert_type=rule.alert_type,
        alert_id=notice.alert_id,
        notice=notice.model_dump_json(),
    )
