"""Events folded without a ledger: rows of chosen tags, users and environments, for what is counted
and searched."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from rustrak.database.pool import Connection
from rustrak.projections.apply_events import apply_events
from rustrak.projections.event_row import EventRow, grouping_id

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


def seen(position: int, kind: str = "a", project: int = 1, **said: Any) -> EventRow:
    """An event of an issue, a minute after the one of the position before."""
    opens = grouping_id(project, kind)
    moment = START + timedelta(minutes=position)
    return EventRow(
        project_id=project,
        event_id=f"{position:032x}",
        issue_id=opens,
        grouping_id=opens,
        position=position,
        item=0,
        received_at=moment,
        timestamp=moment,
        title=f"{kind.title()}Error: no {kind}",
        culprit=f"shop.{kind}",
        level=said.get("level", "error"),
        platform=said.get("platform", "python"),
        release=said.get("release", ""),
        environment=said.get("environment", ""),
        server_name=said.get("server_name", ""),
        sdk_name="n",
        sdk_version="v",
        user_ident=said.get("user", ""),
        tags=json.dumps(said.get("tags", {})),
        value=f"no {kind}",
        grouping_version="v1",
        grouping_key="0" * 64,
    )


async def fold(conn: Connection, rows: Sequence[EventRow]) -> None:
    """One batch."""
    async with conn.transaction():
        await apply_events(conn, rows)


def any_event(random: Random, position: int, projects: int = 1) -> EventRow:
    """An event of few kinds and few values, so that many coincide."""
    tags = {
        key: random.choice(values)
        for key, values in {"browser": ["Chrome", "Firefox"], "shop": ["a_b", "a%b", "ab"]}.items()
        if random.random() < 0.8
    }
    return seen(
        position,
        random.choice("abcde"),
        random.randint(1, projects),
        level=random.choice(["error", "error", "info"]),
        release=random.choice(["", "shop@1.0", "shop@1.1", "shop@2.0"]),
        environment=random.choice(["", "production", "production", "staging"]),
        server_name=random.choice(["", "web-1"]),
        user=random.choice(["", "id:1", "id:2", "email:a@b.cd", "ip:10.0.0.1"]),
        tags=tags,
    )
