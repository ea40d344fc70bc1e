"""What a regrouping would change, shown before it is done: nothing live is written."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from rustrak.database.pool import execute, fetch_all
from rustrak.database.queries import sql
from rustrak.grouping.config import GroupingConfig
from rustrak.grouping.timeline import ALWAYS, Period
from rustrak.regroup.describe import EXAMPLES, Name, describe
from rustrak.regroup.difference import Flows, compare
from rustrak.regroup.reread import count_events, executor_for, reread
from rustrak.regroup.run import PREVIEWED, PREVIEWING, Run, set_state


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
    examples: dict[UUID, list[str]] = {}
    total, read = await count_events(run.conn, plan), 0
    with executor_for(total, run.processes) as executor:
        async for batch in reread(run.conn, plan, executor):
            read += len(batch)
            for event in batch:
                if event.new != event.old:
                    flows[event.issue_id, event.old] -= 1
                    flows[event.issue_id, event.new] += 1
                    some = examples.setdefault(event.issue_id, [])
                    if len(some) < EXAMPLES:
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


async def _difference(run: Run, flows: Flows, examples: Mapping[UUID, list[str]]) -> dict[str, Any]:
    groupings = list({grouping for _, grouping in flows})
    known = await fetch_all(
        run.conn,
        sql("regroup/list_known_groupings"),
        project_id=run.project_id,
        grouping_ids=groupings,
    )
    issues = await fetch_all(
        run.conn,
        sql("regroup/list_names"),
        project_id=run.project_id,
        issue_ids=list({issue for issue, _ in flows}),
    )
    numbers = {row["id"]: row["digest_order"] for row in issues}
    names = {row["id"]: Name(row["short_id"], row["title"]) for row in issues}
    found = compare(flows, {row["id"]: row["issue_id"] for row in known}, numbers)
    return describe(found, names, examples)
