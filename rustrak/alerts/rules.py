"""Rules as projects keep them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from rustrak.alerts.conditions import check_conditions, check_filters
from rustrak.alerts.notice import AlertType
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, Invalid, NotFound

MOST_RULES: Final = 100
"""Rules of a project."""
LONGEST_COOLDOWN: Final = 30 * 24 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule asks for. `conditions` and `filters` as `alerts.conditions` checked them."""

    id: int
    project_id: int
    alert_type: AlertType
    is_enabled: bool
    conditions: dict[str, Any]
    filters: dict[str, Any]
    cooldown_minutes: int
    last_triggered_at: datetime | None
    evaluated_until: datetime

    @property
    def asked(self) -> str:
        """All that an event has to meet, as JSON for `alert_matches`."""
        return _json({**self.conditions, **self.filters})


def as_rule(row: DictRow) -> Rule:
    """A row of alert_rules."""
    given = {name: row[name] for name in Rule.__slots__}
    return Rule(**{**given, "alert_type": AlertType(row["alert_type"])})


async def list_rules(conn: Connection, project_id: int) -> list[DictRow]:
    """The rules of a project with their channel_ids, newest first."""
    return await fetch_all(conn, sql("alerts/list_rules"), project_id=project_id, id=None)


async def get_rule(conn: Connection, project_id: int, rule_id: int) -> DictRow:
    """One rule of a project. Raises NotFound for another project's as for none."""
    row = await fetch_one(conn, sql("alerts/list_rules"), project_id=project_id, id=rule_id)
    if row is None:
        raise NotFound(f"Alert rule {rule_id} not found")
    return row


async def create_rule(
    conn: Connection,
    project_id: int,
    *,
    name: str,
    alert_type: AlertType,
    conditions: dict[str, Any],
    filters: dict[str, Any],
    cooldown_minutes: int,
    is_enabled: bool,
    channel_ids: Sequence[int],
) -> DictRow:
    """A new rule; runs in a transaction.

    Raises Invalid for what cannot be asked, NotFound for an unknown channel, Conflict when the
    project has a rule that asks the same.
    """
    if len(await list_rules(conn, project_id)) >= MOST_RULES:
        raise Invalid(f"a project has at most {MOST_RULES} alert rules")
    try:
        row = await fetch_one(
            conn,
            sql("alerts/create_rule"),
            project_id=project_id,
            name=check_name(name),
            alert_type=alert_type,
            is_enabled=is_enabled,
            conditions=_json(check_conditions(alert_type, conditions)),
            filters=_json(check_filters(filters)),
            cooldown_minutes=check_cooldown(cooldown_minutes),
        )
    except UniqueViolation:
        raise _taken(alert_type) from None
    assert row is not None
    await _put_channels(conn, row["id"], channel_ids)
    return await get_rule(conn, project_id, row["id"])


async def change_rule(
    conn: Connection, project_id: int, rule_id: int, changes: dict[str, Any]
) -> DictRow:
    """Change what is named; the type stays, and channel_ids replace the set. Runs in a transaction.

    Thresholds count from now on what they did not ask before. Raises what `create_rule` raises.
    """
    await execute(conn, sql("alerts/hold_rule"), project_id=project_id, id=rule_id)
    rule = {**await get_rule(conn, project_id, rule_id), **changes}
    alert_type = AlertType(rule["alert_type"])
    try:
        await execute(
            conn,
            sql("alerts/change_rule"),
            project_id=project_id,
            id=rule_id,
            name=check_name(rule["name"]),
            is_enabled=rule["is_enabled"],
            conditions=_json(check_conditions(alert_type, rule["conditions"])),
            filters=_json(check_filters(rule["filters"])),
            cooldown_minutes=check_cooldown(rule["cooldown_minutes"]),
        )
    except UniqueViolation:
        raise _taken(alert_type) from None
    if "channel_ids" in changes:
        await _put_channels(conn, rule_id, changes["channel_ids"])
    return await get_rule(conn, project_id, rule_id)


async def delete_rule(conn: Connection, project_id: int, rule_id: int) -> None:
    """Remove a rule; what it told stays in the history. Raises NotFound."""
    if not await execute(conn, sql("alerts/delete_rule"), project_id=project_id, id=rule_id):
        raise NotFound(f"Alert rule {rule_id} not found")


def check_name(name: str) -> str:
    """The name of a rule or a channel without outer blanks. Raises Invalid."""
    name = name.strip()
    if not name:
        raise Invalid("Name cannot be empty")
    if len(name.encode()) > 255:
        raise Invalid("Name cannot exceed 255 characters")
    return name


def check_cooldown(minutes: int) -> int:
    """Raises Invalid for less than none and more than a month."""
    if not 0 <= minutes <= LONGEST_COOLDOWN:
        raise Invalid(f"cooldown_minutes: must be from 0 to {LONGEST_COOLDOWN}")
    return minutes


async def _put_channels(conn: Connection, rule_id: int, channel_ids: Sequence[int]) -> None:
    """Link a rule to these channels and no others. Raises NotFound for the first unknown one."""
    wanted = sorted(set(channel_ids))
    known = await fetch_all(conn, sql("alerts/lock_channels"), ids=wanted)
    unknown = set(wanted) - {row["id"] for row in known}
    if unknown:
        raise NotFound(f"Channel {min(unknown)} not found")
    await execute(conn, sql("alerts/unlink_channels"), rule_id=rule_id, ids=wanted)
    await execute(conn, sql("alerts/link_channels"), rule_id=rule_id, ids=wanted)


def _taken(alert_type: AlertType) -> Conflict:
    return Conflict(
        f"Alert rule for type '{alert_type}' already exists in this project; "
        "a second one needs other conditions or filters"
    )


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
