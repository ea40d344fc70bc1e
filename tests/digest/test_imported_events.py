"""Events of another tracker's export, in a project."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rustrak.database.pool import Connection
from rustrak.digest.importing_events import import_events, read_file
from rustrak.errors import Malformed
from tests.events.test_foreign_events import EVENT, exported
from tests.installation import Installation


async def test_exported_events_become_issues_once(
    installation: Installation, conn: Connection, tmp_path: Path
) -> None:
    file = tmp_path / "events.json"
    other = exported(eventID="b" * 32, dateReceived="2026-05-01T00:00:00Z")
    file.write_text(json.dumps([exported(), {"id": "no"}, other, exported(eventID="c" * 32)]))
    refused: list[str] = []
    found = read_file(file, refused)
    assert refused == [
        "events.json, event 2: event_id is not a UUID: send 32 hexadecimal digits, with or without"
        " dashes"
    ]
    taken = await import_events(conn, installation.project_id, found)
    assert (taken.imported, taken.known) == (3, 0)
    again = await import_events(conn, installation.project_id, found)
    assert (again.imported, again.known) == (0, 3)
    (issue,) = await installation.issues()
    assert (issue["title"], issue["event_count"]) == ("Failed: no money", 3)
    assert datetime.fromisoformat(issue["first_seen"]) == datetime(
        2026, 3, 1, 10, 0, 2, 500000, tzinfo=UTC
    )
    shown = await installation.get(f"/api/projects/{installation.project_id}/events/{EVENT}")
    assert shown["environment"] == "prod"
    assert all(books.is_even for books in (await installation.books()).values())


@pytest.mark.parametrize(
    "text",
    [
        '{"data": [%s]}',
        "%s\n\n%s\n",
        "%s",
    ],
)
def test_files_of_any_shape(tmp_path: Path, text: str) -> None:
    file = tmp_path / "events.json"
    file.write_text(text.replace("%s", json.dumps(exported())))
    found = read_file(file, [])
    assert {one.event["event_id"] for one in found} == {EVENT}


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_text("<html>")
    with pytest.raises(Malformed):
        read_file(file, [])
