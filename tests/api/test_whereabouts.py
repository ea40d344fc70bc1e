"""Where did my event go? Every envelope of an id, and how each of its items ended."""

import json
import uuid
from typing import Any

from rustrak.database.pool import connect, execute
from tests.installation import Installation, envelope


async def story(installation: Installation, event_id: str, project: int = 0) -> list[Any]:
    """Of each delivery, the types of its items and how they ended."""
    project_id = installation.projects[project]["id"]
    found = await installation.get(f"/api/projects/{project_id}/where/{event_id}")
    return [
        [(fate["type"], fate["outcome"]) for fate in delivery["fates"]]
        for delivery in found["deliveries"]
    ]


async def test_an_event_is_followed_from_the_door_to_its_issue(
    installation: Installation,
) -> None:
    event_id = await installation.send({"message": "here"})
    assert await story(installation, event_id) == [[("event", "pending")]]
    await installation.digest()
    assert await story(installation, event_id) == [[("event", "applied")]]
    found = await installation.get(f"/api/projects/{installation.project_id}/where/{event_id}")
    (issue,) = await installation.issues()
    (delivery,) = found["deliveries"]
    assert delivery["fates"][0]["issue_id"] == issue["id"]
    assert delivery["remote_addr"] == "127.0.0.1"
    assert delivery["encoding"] == "gzip"


async def test_the_senders_address_is_told_as_the_project_lets_see_it(
    installation: Installation,
) -> None:
    event_id = await installation.send({"message": "here"})
    project = f"/api/projects/{installation.project_id}"
    for policy, shown in (("anonymise", "127.0.0.0"), ("drop", ""), ("keep", "127.0.0.1")):
        await installation.request(
            "PATCH", f"{project}/settings", {"scrubbing": {"ip_policy": policy}}
        )
        (delivery,) = (await installation.get(f"{project}/where/{event_id}"))["deliveries"]
        assert delivery["remote_addr"] == shown


async def test_every_item_and_every_delivery_is_told_of(installation: Installation) -> None:
    event_id = uuid.uuid4().hex
    body = envelope(
        {"event_id": event_id},
        ({"type": "event"}, json.dumps({"message": "here"}).encode()),
        ({"type": "hologram"}, b"{}"),
    )
    broken = envelope({"event_id": event_id}, ({"type": "event"}, b"[]"))
    for sent in (body, body, broken):
        assert (await installation.post_envelope(sent)).status == 200
    await installation.digest()
    assert await story(installation, event_id) == [
        [("event", "applied"), ("hologram", "unsupported")],
        [("event", "duplicate"), ("hologram", "unsupported")],
        [("event", "invalid")],
    ]


async def test_a_parked_envelope_is_told_of_with_its_error(installation: Installation) -> None:
    event_id = await installation.send({"message": "here"})
    async with await connect(installation.database_url, application="test") as conn:
        await execute(
            conn,
            "INSERT INTO parked (project_id, position, item, received_at, items, error, traceback,"
            " program) SELECT project_id, position, -1, received_at, 1, 'Boom: no', '', 'test'"
            " FROM envelopes",
        )
        await execute(conn, "DELETE FROM inbox")
    assert await story(installation, event_id) == [[("envelope", "parked")]]


async def test_an_event_of_another_project_is_nowhere_here(installation: Installation) -> None:
    event_id = await installation.send({"message": "theirs"}, project=1)
    await installation.digest()
    path = f"/api/projects/{installation.project_id}/where/{event_id}"
    await installation.get(path, status=404)
    assert await story(installation, event_id, project=1) == [[("event", "applied")]]


async def test_what_never_came_is_not_found(installation: Installation) -> None:
    path = f"/api/projects/{installation.project_id}/where/{uuid.uuid4().hex}"
    await installation.get(path, status=404)
    await installation.get(f"/api/projects/99/where/{uuid.uuid4().hex}", status=404)
