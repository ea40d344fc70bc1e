"""What a regrouping would change, shown before it is done: nothing live is written."""

from collections import Counter
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from psycopg.rows import DictRow

from rustrak.database.pool import execute, fetch_all
from rustrak.database.queries import sql
from rustrak.grouping.config import GroupingConfig
from rustrak.grouping.timeline import ALWAYS, Period
from rustrak.regroup.difference import Change, Flows, compare
from rustrak.regroup.reread import count_events, executor_for, reread
from rustrak.regroup.run import PREVIEWED, PREVIEWING, Run, set_state

MOST_SHOWN: Final = 200  # changes kept with their issues
MOST_EXAMPLES: Final = 3  # events of a change


async def preview(run: Run) -> None:
    """Read the events again and keep what would change."""
    row = run.row
    period = Period(
        position=2**62,
        since=row["since"] or datetime.fromisoformat(ALWAYS),
        until=row["until"],
        config=GroupingConfig.of(row["version"], row["rules"]),
    )
    plan = run.plan((await run.timeline()).after(period))
    flows: Flows = Counter()
    for found in await fetch_all(run.conn, sql("regroup/list_flows"), project_id=run.project_id):
        flows[found["issue_id"], found["grouping_id"]] = found["events"]
    examples: dict[tuple[UUID, UUID], list[str]] = {}
    total, read = await count_events(run.conn, plan), 0
    with executor_for(total, run.processes) as executor:
        async for batch in reread(run.conn, plan, executor):
            read += len(batch)
            for event in batch:
                if event.new != event.old:
                    flows[event.issue_id, event.old] -= 1
                    flows[event.issue_id, event.new] += 1
                    some = examples.setdefault((event.issue_id, event.new), [])
                    if len(some) < MOST_EXAMPLES:
                        some.append(event.event_id.hex)
            await run.report(read, total)
    shown = await _difference(run, +flows, examples)
    await execute(
        run.conn,
        sql("regroup/keep_difference"),
        id=row["id"],
        difference=orjson.dumps(shown).decode(),
    )
    await set_state(run.conn, run.project_id, row["id"], PREVIEWED, [PREVIEWING])


async def _difference(
    run: Run, flows: Flows, examples: dict[tuple[UUID, UUID], list[str]]
) -> dict[str, Any]:
    """The difference as data, with the names people know issues by."""
    groupings = list({grouping for _, grouping in flows})
    known = {
        row["id"]: row["issue_id"]
        for row in await fetch_all(
            run.conn,
            sql("regroup/list_known_groupings"),
            project_id=run.project_id,
            grouping_ids=groupings,
        )
    }
    issues = list({issue for issue, _ in flows})
    names = {
        row["id"]: row
        for row in await fetch_all(
            run.conn, sql("regroup/list_names"), project_id=run.project_id, issue_ids=issues
        )
    }
    numbers = {issue: row["digest_order"] for issue, row in names.items()}
    found = compare(flows, known, numbers)
    return {
        "headline": found.headline(),
        "merged": found.merged,
        "split": found.split,
        "changed": len(found.changes),
        "unchanged": found.unchanged,
        "routes": {str(grouping): str(issue) for grouping, issue in found.routes.items()},
        "changes": [
            _shown(change, names, _examples(change, examples))
            for change in found.changes[:MOST_SHOWN]
        ],
    }


def _examples(change: Change, examples: dict[tuple[UUID, UUID], list[str]]) -> list[str]:
    some = [
        event
        for (issue, _), events in sorted(examples.items())
        if issue in change.before
        for event in events
    ]
    return some[: MOST_EXAMPLES * len(change.before)][:20]


def _shown(change: Change, names: dict[UUID, DictRow], examples: list[str]) -> dict[str, Any]:
    def issues(side: dict[UUID, int]) -> list[dict[str, Any]]:
        largest = sorted(side.items(), key=lambda pair: (-pair[1], pair[0]))
        return [
            {
                "id": str(issue),
                "short_id": names[issue]["short_id"] if issue in names else None,
                "title": names[issue]["title"] if issue in names else None,
                "events": events,
            }
            for issue, events in largest[:50]
        ]

    return {
        "before": issues(change.before),
        "after": issues(change.after),
        "examples": examples,
    }
