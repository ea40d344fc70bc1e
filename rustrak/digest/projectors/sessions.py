"""`session` and `sessions` items: how healthy releases are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from rustrak.database.arrays import bigints, hex_uuids, integers, texts, times
from rustrak.database.pool import Connection, execute
from rustrak.database.queries import sql
from rustrak.digest.projector import Projector, StoredItem
from rustrak.items.sessions import SessionCount, read_session, read_sessions
from rustrak.projections.folded import Folded
from rustrak.projections.insert import Columns, insert_new


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A row of `session_counts`, and who it was: a hash of 32 digits, or '' for nobody."""

    project_id: int
    key: str
    position: int
    item: int
    received_at: datetime
    release: str
    environment: str
    hour: datetime
    user: str
    total: int
    errored: int
    crashed: int
    abnormal: int


def read_sessions_item(item: StoredItem) -> list[SessionRow]:
    """One row of an update, or one for each hour and user of aggregates.

    Raises Malformed without a release, and for an update without a usable start.
    """
    payload, headers, received_at = item.payload, item.headers, item.received_at
    if item.item.type == "session":
        update = read_session(payload, headers, received_at=received_at)
        return [_row(item, update[0].sid, update)]
    aggregates = read_sessions(payload, headers, received_at=received_at)
    position, number = item.place
    return [_row(item, f"{position}:{number}:{n}", [one]) for n, one in enumerate(aggregates)]


def _row(item: StoredItem, key: str, counts: Sequence[SessionCount]) -> SessionRow:
    first = counts[0]
    return SessionRow(
        project_id=item.project_id,
        key=key,
        position=item.stored.position,
        item=item.number,
        received_at=item.received_at,
        release=first.release,
        environment=first.environment,
        hour=first.hour,
        user=first.user,
        total=sum(one.total for one in counts),
        errored=sum(one.errored for one in counts),
        crashed=sum(one.crashed for one in counts),
        abnormal=sum(one.abnormal for one in counts),
    )


async def fold_sessions(conn: Connection, rows: Sequence[SessionRow]) -> Folded:
    """Every session once.

    An update that says nothing new is applied all the same: that is what most updates do, and a
    note of each as a duplicate would outnumber the sessions.
    """
    await insert_new(conn, sql("projections/fold_sessions"), _COLUMNS, _merged(rows))
    users = sorted({_user(row) for row in rows if row.user})
    if users:
        projects, releases, hours, environments, hashes, crashed = zip(*users, strict=True)
        await execute(
            conn,
            sql("projections/insert_session_users"),
            project_ids=integers(projects),
            releases=texts(releases),
            hours=times(hours),
            environments=texts(environments),
            user_hashes=hex_uuids(hashes),
            has_crashed=integers(crashed),
        )
    return Folded()


def _merged(rows: Iterable[SessionRow]) -> list[SessionRow]:
    """One row a session, in key order; the statement takes no key twice."""
    merged: dict[tuple[int, str], SessionRow] = {}
    for row in sorted(rows, key=attrgetter("project_id", "key", "position", "item")):
        first = merged.setdefault((row.project_id, row.key), row)
        if row is not first:
            merged[row.project_id, row.key] = replace(
                first,
                errored=max(first.errored, row.errored),
                crashed=max(first.crashed, row.crashed),
                abnormal=max(first.abnormal, row.abnormal),
            )
    return list(merged.values())


def _user(row: SessionRow) -> tuple[int, str, datetime, str, str, int]:
    """A row of `session_users`."""
    has_crashed = int(row.crashed > 0)
    return row.project_id, row.release, row.hour, row.environment, row.user, has_crashed


_COLUMNS: Columns = {
    "project_id": integers,
    "key": texts,
    "position": bigints,
    "item": integers,
    "received_at": times,
    "release": texts,
    "environment": texts,
    "hour": times,
    "total": bigints,
    "errored": bigints,
    "crashed": bigints,
    "abnormal": bigints,
}

SESSIONS = Projector(
    "session", frozenset({"session", "sessions"}), read_sessions_item, fold_sessions
)
