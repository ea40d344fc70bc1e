"""Scrubbing: secrets reach neither lists nor the API, and in mode `intake` not even the ledger."""

import gzip
import json
import uuid
from typing import Any

import pytest

from rustrak.database.pool import Connection, fetch_all
from rustrak.ledger.envelopes import open_body
from tests.installation import Installation, envelope
from tests.settings import set_settings

SECRET = "hunter2hunter2"
EVENT = {
    "message": f"login failed: password={SECRET}",
    "tags": {"api_key": SECRET},
    "extra": {"password": SECRET, "colour": "red"},
    "user": {"ip_address": "{{auto}}", "username": "ada"},
    "request": {"headers": {"Authorization": f"Bearer {SECRET}", "X-Forwarded-For": "192.0.2.9"}},
    "exception": {"values": [{"type": "Error", "value": f"token={SECRET}"}]},
}


async def shown(installation: Installation, event_id: str, project: int = 0) -> dict[str, Any]:
    project_id = installation.projects[project]["id"]
    event: dict[str, Any] = await installation.get(f"/api/projects/{project_id}/events/{event_id}")
    return event


async def stored(conn: Connection) -> list[tuple[bytes, str]]:
    """What the ledger holds, decoded, and whose address."""
    rows = await fetch_all(conn, "SELECT form, encoding, body, remote_addr FROM envelopes")
    found = []
    for row in rows:
        opened = open_body(row["body"], row["encoding"], row["form"], limit=2**30)
        found.append((opened.items[0].payload, row["remote_addr"]))
    return found


async def test_secrets_are_neither_listed_nor_shown(
    installation: Installation, conn: Connection
) -> None:
    event_id = await installation.send(EVENT)
    await installation.digest()
    event = await shown(installation, event_id)
    assert SECRET not in json.dumps(event)
    assert event["data"]["extra"] == {"password": "[Filtered]", "colour": "red"}
    assert event["data"]["user"] == {"ip_address": "127.0.0.1", "username": "ada"}
    assert event["tags"]["api_key"] == "[Filtered]"
    rows = await fetch_all(
        conn, "SELECT events::text FROM events UNION SELECT issues::text FROM issues"
    )
    assert rows
    assert SECRET not in str(rows)
    ((payload, _),) = await stored(conn)
    assert SECRET in payload.decode()  # the fact is kept as it came
    assert (await installation.books())[installation.project_id].is_even


async def test_each_project_is_scrubbed_by_its_own_rules(installation: Installation) -> None:
    await set_settings(installation, scrubbing={"defaults": False, "fields": ["colour"]})
    for project, extra in (
        (0, {"password": SECRET, "colour": "[Filtered]"}),
        (1, {"password": "[Filtered]", "colour": "red"}),
    ):
        event_id = await installation.send(EVENT, project=project)
        await installation.digest()
        assert (await shown(installation, event_id, project))["data"]["extra"] == extra


async def test_rules_of_now_apply_to_what_is_shown_of_the_past(installation: Installation) -> None:
    event_id = await installation.send(EVENT)
    await installation.digest()
    await set_settings(installation, scrubbing={"fields": ["colour"], "ip_policy": "drop"})
    data = (await shown(installation, event_id))["data"]
    assert data["extra"]["colour"] == "[Filtered]"
    assert data["user"] == {"username": "ada"}
    assert data["request"]["headers"].keys() == {"Authorization"}


async def test_addresses_are_anonymised_after_they_were_filled_in(
    installation: Installation,
) -> None:
    await set_settings(installation, scrubbing={"ip_policy": "anonymise"})
    event_id = await installation.send({"message": "hi", "user": {"ip_address": "{{auto}}"}})
    await installation.digest()
    event = await shown(installation, event_id)
    assert event["user"] == "ip:127.0.0.0"
    assert event["data"]["user"]["ip_address"] == "127.0.0.0"


@pytest.mark.parametrize("padding", [0, 200_000])
@pytest.mark.parametrize("path", ["envelope/", "store/"])
async def test_in_mode_intake_nothing_unscrubbed_is_stored(
    installation: Installation, conn: Connection, path: str, padding: int
) -> None:
    await set_settings(installation, scrubbing={"mode": "intake", "ip_policy": "anonymise"})
    event = EVENT | {"event_id": uuid.uuid4().hex, "logger": "x" * padding}
    payload = json.dumps(event).encode()
    body = envelope({"event_id": event["event_id"]}, ({"type": "event"}, payload))
    response = await installation.post_envelope(
        gzip.compress(body if path == "envelope/" else payload), path=path, Content_Encoding="gzip"
    )
    assert response.status == 200
    assert (await response.json())["id"] == event["event_id"]
    ((kept, address),) = await stored(conn)
    assert SECRET not in kept.decode()
    assert (json.loads(kept)["extra"]["password"], address) == ("[Filtered]", "127.0.0.0")
    await installation.digest()
    found = await shown(installation, event["event_id"])
    assert found["data"]["user"] == {"ip_address": "127.0.0.0", "username": "ada"}
    assert (await installation.books())[installation.project_id].is_even


async def test_in_mode_intake_the_address_may_be_dropped_for_good(
    installation: Installation, conn: Connection
) -> None:
    await set_settings(installation, scrubbing={"mode": "intake", "ip_policy": "drop"})
    await installation.send(EVENT)
    ((payload, address),) = await stored(conn)
    assert address == ""
    assert b"127.0.0.1" not in payload
    assert b"192.0.2.9" not in payload


@pytest.mark.parametrize("payload", [b"{password: hunter2hunter2}", b'["hunter2hunter2"]'])
async def test_in_mode_intake_what_cannot_be_read_is_not_stored_but_counted(
    installation: Installation, conn: Connection, payload: bytes
) -> None:
    await set_settings(installation, scrubbing={"mode": "intake"})
    body = envelope({"event_id": uuid.uuid4().hex}, ({"type": "event"}, payload))
    assert (await installation.post_envelope(body)).status == 200
    ((kept, _),) = await stored(conn)
    assert SECRET not in kept.decode()
    await installation.digest()
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.invalid, books.is_even) == (1, 1, True)


async def test_in_mode_intake_other_items_and_other_projects_are_kept_as_they_came(
    installation: Installation, conn: Connection
) -> None:
    await set_settings(installation, scrubbing={"mode": "intake"})
    report = b'{"password": "hunter2hunter2"}'
    body = envelope({"event_id": uuid.uuid4().hex}, ({"type": "client_report"}, report))
    for project in (0, 1):
        assert (await installation.post_envelope(body, project=project)).status == 200
    assert [payload for payload, _ in await stored(conn)] == [report, report]
    rows = await fetch_all(
        conn,
        "SELECT body FROM envelopes WHERE project_id = %(id)s",
        id=installation.projects[1]["id"],
    )
    assert [row["body"] for row in rows] == [body]
