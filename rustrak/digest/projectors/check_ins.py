"""`check_in` items: signs of life of cron jobs, which become runs of monitors."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import orjson

from rustrak.database.pool import Connection
from rustrak.digest.projector import Projector, StoredItem
from rustrak.items.checkins import read_check_in
from rustrak.items.schedules import write_monitor_config
from rustrak.projections.event_row import RUSTRAK
from rustrak.projections.folded import Folded
from rustrak.projections.insert import folded
from rustrak.projections.monitors import CheckInRow, apply_check_ins


def read(item: StoredItem) -> list[CheckInRow]:
    """A check-in as a row. Raises Malformed when it is no JSON object or names no monitor."""
    found = read_check_in(item.payload, item.headers, received_at=item.received_at)
    return [
        CheckInRow(
            project_id=item.project_id,
            monitor_slug=found.monitor_slug,
            environment=found.environment,
            check_in_id=_run_id(item, found.check_in_id),
            has_id=bool(found.check_in_id),
            position=item.stored.position,
            item=item.number,
            received_at=item.received_at,
            status=found.status,
            duration="" if found.duration is None else repr(found.duration),
            release=found.release,
            config=(
                ""
                if found.config is None
                else orjson.dumps(write_monitor_config(found.config)).decode()
            ),
        )
    ]


async def fold(conn: Connection, rows: Sequence[CheckInRow]) -> Folded:
    """A check-in that tells nothing new of its run is a duplicate: a copy, or a second end."""
    return folded(rows, await apply_check_ins(conn, rows))


def _run_id(item: StoredItem, check_in_id: str) -> UUID:
    """The run's id; without one, an id of the item's place, so that it is a run of its own."""
    if check_in_id:
        return UUID(check_in_id)
    return uuid5(RUSTRAK, f"check-in/{item.project_id}/{item.stored.position}/{item.number}")


CHECK_INS = Projector("check_in", frozenset({"check_in"}), read, fold)
