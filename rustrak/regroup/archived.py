"""What a configuration would change for the events of an archive: no database, no server.

For rules that live in a repository: its tests keep an archive, and say what they expect.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any, Final
from uuid import UUID

from rustrak.errors import Problem
from rustrak.events.scrub import ScrubRules
from rustrak.events.title import title
from rustrak.grouping import GroupingConfig, group
from rustrak.grouping.timeline import Timeline, read_timeline, standing
from rustrak.ledger.archive import Record, read_archive
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.ledger.stored_events import event_document, stored_event
from rustrak.projections.event_row import grouping_id
from rustrak.projections.routes import read_routes
from rustrak.regroup.describe import EXAMPLES, Name, describe
from rustrak.regroup.difference import Flows, compare

ITEMS: Final = frozenset({"event", "security"})


def compare_archive(file: IO[bytes], version: str | None, rules: str | None) -> dict[str, Any]:
    """The difference as `rustrak replay --json` prints it; None keeps what the archive has.

    Raises BadArchive, RulesInvalid and UnknownVersion. An event that cannot be read is passed over:
    the digest would not count it either.
    """
    decisions: list[dict[str, Any]] = []
    numbers: dict[UUID, int] = {}
    flows: Flows = Counter()
    titles: dict[UUID, str] = {}
    examples: dict[UUID, list[str]] = {}
    project, timeline, wanted = 0, Timeline(), None
    for record in read_archive(file):
        if record.type == "decisions":
            decisions.append(_decision(record))
        elif record.type == "numbers":
            numbers[UUID(record.said["issue_id"])] = record.said["number"]
        elif record.type == "envelope":
            if wanted is None:
                timeline = read_timeline(_of_grouping(decisions))
                wanted = _wanted(timeline, version, rules)
                routes = read_routes(standing(decisions))
            for event, old, new in _regrouped(record, project, timeline, wanted):
                issue = routes.get(old, old)
                flows[issue, new] += 1
                titles[issue] = event[1]
                if new != old and len(some := examples.setdefault(issue, [])) < EXAMPLES:
                    some.append(event[0])
        elif "project" in record.said:
            project = record.said["project"]["id"]
    known = {grouping: issue for issue, grouping in flows if issue == grouping}
    found = compare(flows, known, numbers)
    names = {
        issue: Name(f"#{numbers[issue]}" if issue in numbers else None, text)
        for issue, text in titles.items()
    }
    return describe(found, names, examples)


def _decision(record: Record) -> dict[str, Any]:
    said = dict(record.said)
    moment = datetime.fromisoformat(said["decided_at"])
    return {**said, "decided_at": moment}


def _of_grouping(decisions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = ("change_grouping", "undo")
    return [row for row in decisions if row["kind"] in kinds and row["issue_id"] is None]


def _wanted(timeline: Timeline, version: str | None, rules: str | None) -> GroupingConfig:
    return timeline.at(datetime.now(UTC)).changed(version, rules)


def _regrouped(
    record: Record, project: int, timeline: Timeline, wanted: GroupingConfig
) -> Iterator[tuple[tuple[str, str], UUID, UUID]]:
    """Id and title of each event of an envelope, its grouping, and the one it would have."""
    stored = _stored(record, project)
    try:
        envelope = stored.open()
    except Problem:
        return
    for number, item in enumerate(envelope.items):
        if item.type not in ITEMS:
            continue
        try:
            document = event_document(stored, envelope, number)
            event = stored_event(stored, envelope, number, document, ScrubRules())
        except Problem:
            continue
        keys = (
            group(event, config).key
            for config in (timeline.config_for(event, stored.received_at), wanted)
        )
        old, new = (grouping_id(project, key) for key in keys)
        yield (event.event_id, title(event).title), old, new


def _stored(record: Record, project: int) -> StoredEnvelope:
    said = record.said
    return StoredEnvelope(
        position=said["position"],
        received_at=datetime.fromisoformat(said["received_at"]),
        project_id=project,
        event_id=UUID(said["event_id"]),
        form=said["form"],
        encoding=said["encoding"],
        items=said["items"],
        body=record.body,
        remote_addr=said["remote_addr"],
    )
