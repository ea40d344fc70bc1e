"""Rules of a project, what became of their alerts, and trying a rule before it is saved."""

from datetime import UTC, datetime, timedelta

from psycopg.rows import DictRow

from rustrak.accounts.projects import get_project
from rustrak.alerts import rules
from rustrak.alerts.backtest import Backtest, back_test
from rustrak.alerts.conditions import check_conditions, check_filters, check_type
from rustrak.alerts.destinations import get_channel
from rustrak.alerts.history import list_history
from rustrak.api.alert_channels import send_test
from rustrak.api.call import Call
from rustrak.schemas.alerts import (
    Delivery,
    HistoryQuery,
    NewRule,
    PastFiring,
    Rule,
    RuleChange,
    RuleTrial,
    Tested,
    Trial,
)

DAYS = 30  # of the past, unless told
LONGEST_HISTORY = 100


async def list_rules(call: Call) -> list[Rule]:
    """The rules of a project, newest first."""
    async with call.connection() as conn:
        await get_project(conn, call.project_id)
        return [as_rule(row) for row in await rules.list_rules(conn, call.project_id)]


async def create_rule(call: Call, body: NewRule) -> Rule:
    """A new rule; what `conditions` holds depends on `alert_type`.

    A project has one rule that asks the same: a second one of a type needs other conditions or
    filters.
    """
    async with call.connection() as conn, conn.transaction():
        await get_project(conn, call.project_id)
        row = await rules.create_rule(
            conn,
            call.project_id,
            name=body.name,
            alert_type=check_type(body.alert_type),
            conditions=body.conditions or {},
            filters=body.filters or {},
            cooldown_minutes=body.cooldown_minutes or 0,
            is_enabled=body.is_enabled is not False,
            channel_ids=body.channel_ids or [],
        )
    return as_rule(row)


async def get_rule(call: Call) -> Rule:
    """One rule."""
    async with call.connection() as conn:
        return as_rule(await rules.get_rule(conn, call.project_id, call.number("rule_id")))


async def change_rule(call: Call, body: RuleChange) -> Rule:
    """Change a rule; its type stays."""
    async with call.connection() as conn, conn.transaction():
        row = await rules.change_rule(
            conn, call.project_id, call.number("rule_id"), body.model_dump(exclude_none=True)
        )
    return as_rule(row)


async def delete_rule(call: Call) -> None:
    """Delete a rule; what it told stays in the history."""
    async with call.connection() as conn:
        await rules.delete_rule(conn, call.project_id, call.number("rule_id"))


async def test_rule(call: Call) -> Tested:
    """Really send a message to every channel of a rule, disabled ones too."""
    async with call.connection() as conn:
        rule = await rules.get_rule(conn, call.project_id, call.number("rule_id"))
        channels = [await get_channel(conn, channel_id) for channel_id in rule["channel_ids"]]
    if not channels:
        return Tested(success=False, message="the rule has no channel to send to")
    results = [(row["name"], await send_test(call, row)) for row in channels]
    failed = [f"{name}: {result.message}" for name, result in results if not result.success]
    message = "; ".join(failed) or "Test notification sent successfully"
    return Tested(success=not failed, message=message)


async def try_rule(call: Call, body: RuleTrial) -> Trial:
    """How often a rule would have fired in the past days, had it been there."""
    days = body.days or DAYS
    rule = _unsaved_rule(call.project_id, body)
    now = datetime.now(UTC)
    async with call.connection() as conn, conn.transaction():
        project = await get_project(conn, call.project_id)
        found = await back_test(conn, rule, now - timedelta(days=days), now)
    return Trial(
        days=days,
        times=len(found.firings),
        notices=found.notices,
        firings=_shown(found, project["slug"]),
    )


async def list_deliveries(call: Call, query: HistoryQuery) -> list[Delivery]:
    """What became of the alerts of a project, newest first."""
    limit = min(max(query.limit, 1), LONGEST_HISTORY)
    async with call.connection() as conn:
        await get_project(conn, call.project_id)
        rows = await list_history(conn, call.project_id, limit)
    return [Delivery.model_validate(row) for row in rows]


def as_rule(row: DictRow) -> Rule:
    """A row as the API shows it."""
    return Rule.model_validate(row)


def _unsaved_rule(project_id: int, body: RuleTrial) -> rules.Rule:
    alert_type = check_type(body.alert_type)
    return rules.Rule(
        id=0,
        project_id=project_id,
        alert_type=alert_type,
        is_enabled=True,
        conditions=check_conditions(alert_type, body.conditions or {}),
        filters=check_filters(body.filters or {}),
        cooldown_minutes=rules.check_cooldown(body.cooldown_minutes or 0),
        last_triggered_at=None,
        evaluated_until=datetime.now(UTC),
    )


def _shown(found: Backtest, slug: str) -> list[PastFiring]:
    return [
        PastFiring(
            at=firing.occurred_at,
            issue_id=firing.issue_id,
            event_id=firing.event_id,
            short_id=f"{slug.upper()}-{issue['digest_order']}",
            title=issue["title"],
            level=issue["level"],
        )
        for firing in found.newest
        if (issue := found.issues.get(firing.issue_id)) is not None
    ]
