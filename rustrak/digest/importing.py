"""An archive read into an installation: a replay of one project, in one transaction.

In an empty installation the project keeps its number, and with it every id. Where the number is
taken, ids are computed from the keys of the groupings, which are in the archive.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any, Final
from uuid import UUID

import orjson

from rustrak.accounts.projects import create_project
from rustrak.accounts.settings import ProjectSettings
from rustrak.database.arrays import integers, uuids
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.digest.batch import digest_items
from rustrak.digest.projectors import PROJECTORS
from rustrak.digest.rebuild_decisions import fold_decided_of
from rustrak.errors import Conflict
from rustrak.ledger.archive import BadArchive, Record, read_archive
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.ledger.past import hold_past
from rustrak.projections.deletions import list_deletions, note_deletion, take_out_deleted
from rustrak.projections.event_row import grouping_id

BATCH: Final = 200  # envelopes folded at a time
MOST_WEEKS: Final = 600


@dataclass(slots=True)
class Imported:
    """What came of it."""

    project_id: int = 0
    envelopes: int = 0
    decisions: int = 0
    left_out: int = 0
    """Decisions about issues of which there is no event."""


@dataclass(slots=True)
class _Import:
    conn: Connection
    old_project: int
    result: Imported
    keys: dict[UUID, str] = field(default_factory=dict)
    people: dict[int, int | None] = field(default_factory=dict)
    positions: dict[int, int] = field(default_factory=dict)
    waiting: list[Mapping[str, Any]] = field(default_factory=list)
    """Decisions about issues whose keys only their events tell: those that were deleted."""
    deleted: dict[int, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """Records of events that were deleted, by the position of their envelope in the archive."""
    late: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    """The same, by their position here, where the decision is one of those that wait."""

    @property
    def project_id(self) -> int:
        return self.result.project_id

    def here(self, old: str | None) -> UUID | None:
        """The id of an issue or a grouping in this installation, None if it is not known."""
        if old is None or self.project_id == self.old_project:
            return None if old is None else UUID(old)
        key = self.keys.get(UUID(old))
        return None if key is None else grouping_id(self.project_id, key)


async def make_weeks(conn: Connection, file: IO[bytes]) -> None:
    """Read an archive once, to see that it is whole, and make room in the ledger for its weeks.

    Raises BadArchive. `conn` is in autocommit mode: each partition is a short transaction.
    """
    weeks: dict[tuple[int, int], datetime] = {}
    for record in read_archive(file):
        if record.type == "envelope":
            moment = _moment(record)
            weeks.setdefault(moment.isocalendar()[:2], moment)
        if len(weeks) > MOST_WEEKS:
            raise BadArchive("the archive spans more than ten years")
    for moment in weeks.values():
        await execute(conn, sql("ledger/make_week"), week=moment)


async def import_project(conn: Connection, file: IO[bytes], name: str | None = None) -> Imported:
    """Read an archive into a project of its own, all or nothing. Nobody is alerted.

    Raises BadArchive, and Conflict when the name is taken or somebody is at work on the ledger.
    """
    records = read_archive(file)
    header = next(records, None)
    if header is None:
        raise BadArchive("the archive is empty")
    project = header.said["project"]
    async with hold_past(conn), conn.transaction():
        found = await _make_project(conn, project, name)
        state = _Import(conn, project["id"], Imported(project_id=found))
        batch: list[StoredEnvelope] = []
        for record in records:
            if record.type == "envelope":
                if not state.result.envelopes:
                    await _note_unrecorded(state)
                batch.append(await _envelope(state, record))
                if len(batch) == BATCH:
                    await digest_items(conn, batch, PROJECTORS, only={})
                    batch = []
            else:
                await _other(state, record)
        await digest_items(conn, batch, PROJECTORS, only={})
        await _deleted_issues(state)
        await fold_decided_of(conn, state.project_id)
    return state.result


async def _make_project(conn: Connection, project: Mapping[str, Any], name: str | None) -> int:
    wanted = name or str(project["name"])
    kept = {"id": project["id"], "name": wanted, "slug": project["slug"]}
    row = await fetch_one(conn, sql("accounts/create_project_as"), **kept)
    if row is not None:
        return int(row["id"])
    try:
        return int((await create_project(conn, wanted))["id"])
    except Conflict:
        raise Conflict(f"There is a project called {wanted!r}; give --name for another") from None


async def _envelope(state: _Import, record: Record) -> StoredEnvelope:
    said = record.said
    names = ("event_id", "form", "encoding", "items", "client", "remote_addr")
    try:
        values = {name: said[name] for name in names}
        stored = {**values, "received_at": _moment(record), "body": record.body}
    except KeyError as missing:
        raise BadArchive(f"an envelope has no {missing}") from None
    row = await fetch_one(
        state.conn, sql("ledger/import_envelope"), project_id=state.project_id, **stored
    )
    assert row is not None
    state.result.envelopes += 1
    for deleted in state.deleted.get(said.get("position", 0), ()):
        await _record_deleted(state, row["position"], deleted)
    return StoredEnvelope(
        position=row["position"],
        received_at=stored["received_at"],
        project_id=state.project_id,
        event_id=UUID(said["event_id"]),
        form=said["form"],
        encoding=said["encoding"],
        items=said["items"],
        body=record.body,
        remote_addr=said["remote_addr"],
    )


async def _other(state: _Import, record: Record) -> None:
    said = record.said
    if record.type == "groupings":
        state.keys[UUID(said["id"])] = said["key"]
    elif record.type == "people":
        state.people[said["id"]] = await _person(state.conn, said["email"])
    elif record.type == "numbers":
        issue = state.here(said["issue_id"])
        if issue is not None:
            await execute(
                state.conn,
                sql("ledger/import_numbers"),
                project_id=state.project_id,
                issue_ids=uuids([issue]),
                numbers=integers([said["number"]]),
            )
    elif record.type == "deleted":
        state.deleted[said["position"]].append(said)
    elif record.type == "decisions":
        await _decision(state, said)


async def _person(conn: Connection, email: str) -> int | None:
    rows = await fetch_all(conn, sql("accounts/find_person"), email=email)
    return rows[0]["id"] if rows else None


async def _decision(state: _Import, said: Mapping[str, Any]) -> None:
    issue = state.here(said["issue_id"])
    details = _details(state, said)
    if details is None or (said["issue_id"] is not None and issue is None):
        state.waiting.append(said)
        return
    decided_at = datetime.fromisoformat(said["decided_at"])
    row = await fetch_one(
        state.conn,
        sql("ledger/import_decision"),
        decided_at=decided_at,
        project_id=state.project_id,
        issue_id=issue,
        actor=_actor(state, said["actor"]),
        kind=said["kind"],
        details=orjson.dumps(details).decode(),
    )
    assert row is not None
    state.positions[said["position"]] = row["position"]
    state.result.decisions += 1


async def _record_deleted(state: _Import, position: int, said: Mapping[str, Any]) -> None:
    decision = state.positions.get(said["decision"])
    if decision is None:
        state.late.append((position, said))
        return
    await execute(
        state.conn,
        sql("ledger/import_deleted"),
        project_id=state.project_id,
        position=position,
        item=said["item"],
        decision=decision,
        is_undone=said["is_undone"],
    )


async def _note_unrecorded(state: _Import) -> None:
    """All decisions are read; of deletions that do not say what they took out, their time has to
    do."""
    here = {state.positions.get(one["decision"]) for of in state.deleted.values() for one in of}
    for deletion in await list_deletions(state.conn, state.project_id):
        if deletion.position not in here:
            await note_deletion(state.conn, deletion)


async def _deleted_issues(state: _Import) -> None:
    """What was decided about issues that are only known now that their events are folded."""
    rows = await fetch_all(state.conn, sql("ledger/export_groupings"), project_id=state.project_id)
    for row in rows:
        state.keys[grouping_id(state.old_project, row["key"])] = row["key"]
    waiting, state.waiting = state.waiting, []
    for said in waiting:
        await _decision(state, said)
    late, state.late = state.late, []
    for position, said in late:
        await _record_deleted(state, position, said)
    for deletion in await list_deletions(state.conn, state.project_id):
        await note_deletion(state.conn, deletion)
    scrubbing = ProjectSettings().scrubbing.rules  # an import brings no settings
    await take_out_deleted(state.conn, state.project_id, scrubbing)
    state.result.left_out = len(state.waiting)


def _details(state: _Import, said: Mapping[str, Any]) -> dict[str, Any] | None:
    """With the ids of this installation; None where one of them is not known."""
    details = dict(said["details"])
    if said["kind"] == "undo":
        position = state.positions.get(details["position"])
        return None if position is None else {**details, "position": position}
    if said["kind"] == "assign":
        return {**details, "user_id": state.people.get(details["user_id"])}
    if "into" in details:
        details["into"] = _text(state.here(details["into"]))
    if "groupings" in details:
        details["groupings"] = [_text(state.here(old)) for old in details["groupings"]]
    if "routes" in details:
        routes = {
            _text(state.here(grouping)): _text(state.here(issue))
            for grouping, issue in (details["routes"] or {}).items()
        }
        details["routes"] = {old: new for old, new in routes.items() if old and new}
    known = [details.get("into", ""), *details.get("groupings", [])]
    return None if None in known else details


def _text(found: UUID | None) -> str | None:
    return None if found is None else str(found)


def _actor(state: _Import, actor: str) -> str:
    """A person by the number they have here; a stranger's name says where it came from."""
    kind, _, rest = actor.partition(":")
    number = rest.partition(" ")[0]
    if kind != "user" or not number.isdigit():
        return actor
    here = state.people.get(int(number))
    return f"archive:{actor}" if here is None else f"user:{here}"


def _moment(record: Record) -> datetime:
    try:
        return datetime.fromisoformat(record.said["received_at"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        raise BadArchive("an envelope does not say when it was received") from None
