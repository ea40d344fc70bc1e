"""How a project's events are grouped: its configuration, its history, and explanations."""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.accounts.kept_settings import get_settings
from rustrak.api.call import Call
from rustrak.api.events import find_envelope, find_event
from rustrak.database.pool import Connection
from rustrak.errors import Conflict, Fault, Invalid, NotFound
from rustrak.events.event import Event
from rustrak.events.normalise import normalise
from rustrak.events.scrub import ScrubRules
from rustrak.grouping import LATEST, VERSIONS, Explanation, GroupingConfig, explain
from rustrak.grouping.timeline import read_timeline
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.ledger.groupings import change_grouping, list_grouping_decisions, undo_for_project
from rustrak.ledger.stored_events import event_document, stored_event
from rustrak.projections.apply_events import own_project
from rustrak.projections.event_row import grouping_id
from rustrak.projections.timelines import timeline_of
from rustrak.schemas.grouping import (
    EventGrouping,
    ExplainedGrouping,
    GroupingChange,
    GroupingTrial,
    NewGrouping,
    ProjectGrouping,
    TrialResult,
)

Told = tuple[DictRow, StoredEnvelope, ScrubRules]
"""The row of an event, its envelope, and what its project scrubs."""


async def get_grouping(call: Call) -> ProjectGrouping:
    """The version and the rules that events received now are grouped by, and what was decided."""
    async with call.connection() as conn:
        return await _grouping(conn, call.project_id)


async def set_grouping(call: Call, body: NewGrouping) -> ProjectGrouping:
    """Group events received from now on by another version, or other rules."""
    project_id = call.project_id
    async with call.connection() as conn, conn.transaction():
        await own_project(conn, project_id)
        current = await current_config(conn, project_id)
        wanted = changed_config(current, body.version, body.rules)
        if wanted != current:
            await change_grouping(
                conn,
                project_id,
                actor=call.actor.name,
                version=wanted.version,
                rules=wanted.rules.text,
            )
        return await _grouping(conn, project_id)


async def undo_grouping(call: Call) -> ProjectGrouping:
    """Take a change back: events received from now on are grouped as if it had not been made."""
    project_id, position = call.project_id, call.number("change_id")
    async with call.connection() as conn, conn.transaction():
        await own_project(conn, project_id)
        history = (await _grouping(conn, project_id)).history
        found = next((change for change in history if change.position == position), None)
        if found is None:
            raise NotFound(f"Change {position} of the grouping not found")
        if found.is_undone:
            raise Conflict("This change was undone before")
        await undo_for_project(conn, project_id, actor=call.actor.name, position=position)
        return await _grouping(conn, project_id)


async def try_grouping(call: Call, body: GroupingTrial) -> TrialResult:
    """Read rules without saving them, and explain an event by them."""
    async with call.connection() as conn:
        current = await current_config(conn, call.project_id)
        config = changed_config(current, body.version, body.rules)
        told = None if body.event_id is None else await _told(conn, call.project_id, body.event_id)
    count = len(config.rules.fingerprint) + len(config.rules.stack)
    event = None
    if told is not None:
        event = await asyncio.to_thread(_open, *told)
    elif body.event is not None:
        event = normalise(body.event, event_id="0" * 32, received_at=datetime.now(UTC))
    found = None if event is None else _shown(explain(event, config))
    return TrialResult(rules=count, explanation=found)


async def explain_event(call: Call) -> EventGrouping:
    """Why an event is in its issue: what made its key, what was left out, and why."""
    project_id, event_id = call.project_id, call.uuid("event_id")
    async with call.connection() as conn:
        row, stored, scrubbing = await _told(conn, project_id, event_id)
        timeline = await timeline_of(conn, project_id)
    event = await asyncio.to_thread(_open, row, stored, scrubbing)
    explanation = explain(event, timeline.config_for(event, row["received_at"]))
    return EventGrouping(
        event_id=event_id,
        issue_id=row["issue_id"],
        grouping_id=row["grouping_id"],
        current_grouping_id=grouping_id(project_id, explanation.key),
        explanation=_shown(explanation),
    )


async def current_config(conn: Connection, project_id: int) -> GroupingConfig:
    """What events received now are grouped by."""
    return (await timeline_of(conn, project_id)).at(datetime.now(UTC))


async def _grouping(conn: Connection, project_id: int) -> ProjectGrouping:
    rows = await list_grouping_decisions(conn, [project_id])
    timeline = read_timeline(rows)
    current = timeline.at(datetime.now(UTC))
    standing = {period.position for period in timeline.periods}
    changes = [row for row in reversed(rows) if row["kind"] == "change_grouping"]
    return ProjectGrouping(
        version=current.version,
        latest_version=LATEST,
        versions=list(VERSIONS),
        rules=current.rules.text,
        history=[
            GroupingChange(
                position=row["position"],
                version=row["details"]["version"],
                rules=row["details"]["rules"],
                since=row["details"]["since"] or row["decided_at"],
                until=row["details"]["until"],
                decided_at=row["decided_at"],
                decided_by=row["actor"],
                is_undone=row["position"] not in standing,
            )
            for row in changes
        ],
    )


def changed_config(
    current: GroupingConfig, version: str | None, rules: str | None
) -> GroupingConfig:
    """Raises Invalid for an unknown version, and for rules that cannot be read."""
    if version is not None and version not in VERSIONS:
        message = f"unknown version {version[:40]!r}; use one of: {', '.join(VERSIONS)}"
        raise Invalid(f"version: {message}", Fault("version", "unknown", message))
    return current.changed(version, rules)


async def _told(conn: Connection, project_id: int, event_id: UUID) -> Told:
    """Raises NotFound for an unknown event, and once retention has taken its body."""
    row = await find_event(conn, project_id, event_id)
    stored = await find_envelope(conn, row)
    return row, stored, (await get_settings(conn, project_id)).scrubbing.rules


def _open(row: DictRow, stored: StoredEnvelope, scrubbing: ScrubRules) -> Event:
    envelope = stored.open()
    document = event_document(stored, envelope, row["item"])
    return stored_event(stored, envelope, row["item"], document, scrubbing)


def _shown(explanation: Explanation) -> ExplainedGrouping:
    return ExplainedGrouping.model_validate(asdict(explanation))
