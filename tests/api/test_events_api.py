"""Events over the API: pages by cursor, one event in full, and nothing found where nothing is."""

import base64
import json
from typing import Any
from uuid import UUID, uuid4

from rustrak.database.pool import Connection
from tests.installation import Installation
from tests.made_events import digested, error
from tests.refusals import refusal

FIELDS = [
    "id",
    "event_id",
    "issue_id",
    "title",
    "timestamp",
    "level",
    "platform",
    "release",
    "environment",
]
MORE_FIELDS = [
    "ingested_at",
    "culprit",
    "server_name",
    "sdk_name",
    "sdk_version",
    "user",
    "tags",
    "data",
    "annotations",
]


async def path_of_issue(installation: Installation) -> str:
    (issue,) = await installation.issues()
    return f"/api/projects/{installation.project_id}/issues/{issue['id']}"


def ids(page: dict[str, Any]) -> list[str]:
    return [event["event_id"].replace("-", "") for event in page["items"]]


async def test_a_listed_event_has_every_field_of_the_contract(installation: Installation) -> None:
    (sent,) = await digested(installation, error(release="shop@1", environment="prod"))
    path = await path_of_issue(installation)
    page = await installation.get(f"{path}/events")
    assert list(page) == ["items", "has_more"]
    (event,) = page["items"]
    assert list(event) == FIELDS
    assert event["id"] == event["event_id"] == str(UUID(sent))
    assert event["issue_id"] == path.rpartition("/")[2]
    assert event["timestamp"].endswith("Z")
    assert (event["release"], event["environment"]) == ("shop@1", "prod")


async def test_missing_texts_are_empty_and_a_missing_level_is_error(
    installation: Installation,
) -> None:
    (sent,) = await digested(installation, {"message": "hello"})
    event = await installation.get(f"/api/projects/{installation.project_id}/events/{sent}")
    missing = ("release", "environment", "server_name", "sdk_name", "sdk_version", "user")
    assert {name: event[name] for name in missing} == dict.fromkeys(missing, "")
    assert (event["level"], event["tags"]) == ("error", {"level": "error"})


async def test_an_event_is_shown_in_full_with_its_payload_as_sent(
    installation: Installation,
) -> None:
    sent = error(
        release="shop@1",
        server_name="web-1",
        user={"id": 42},
        tags={"colour": "red"},
        breadcrumbs={"values": [{"message": "clicked"}]},
        sdk={"name": "sentry.python", "version": "2.0"},
        extra={"nested": {"unknown": [1, None, "x"]}},
    )
    (event_id,) = await digested(installation, sent)
    path = await path_of_issue(installation)
    event = await installation.get(f"{path}/events/{UUID(event_id)}")
    assert list(event) == FIELDS + MORE_FIELDS
    assert event["data"] == sent
    assert event["ingested_at"].endswith("Z")
    assert (event["server_name"], event["user"]) == ("web-1", "id:42")
    assert (event["sdk_name"], event["sdk_version"]) == ("sentry.python", "2.0")
    assert event["tags"]["colour"] == "red"


async def test_what_the_sdk_shortened_is_told(installation: Installation) -> None:
    meta = {"message": {"": {"rem": [["!limit", "s", 5, 8]], "len": 1000, "val": "whole"}}}
    (sent,) = await digested(installation, {"message": "hello...", "_meta": meta})
    event = await installation.get(f"/api/projects/{installation.project_id}/events/{sent}")
    remark = {"rule": "!limit", "kind": "substituted", "start": 5, "end": 8}
    assert event["annotations"] == [
        {"path": "message", "remarks": [remark], "errors": [], "length": 1000}
    ]


async def test_an_event_is_found_by_the_id_the_sdk_reported(installation: Installation) -> None:
    (sent,) = await digested(installation, error())
    path = await path_of_issue(installation)
    event = await installation.get(f"{path}/events/{sent}")
    events = f"/api/projects/{installation.project_id}/events"
    for spelling in (sent, sent.upper(), str(UUID(sent))):
        assert await installation.get(f"{events}/{spelling}") == event


async def test_an_event_without_a_version_in_its_id_is_shown(installation: Installation) -> None:
    await digested(installation, error(event_id="f" * 31 + "0"))
    page = await installation.get(f"{await path_of_issue(installation)}/events")
    assert ids(page) == ["f" * 31 + "0"]


async def test_events_come_in_pages_of_twenty_in_both_orders(installation: Installation) -> None:
    sent = []
    for _ in range(45):
        sent.append(await installation.send(error()))
    await installation.digest()
    path = await path_of_issue(installation)
    for order, expected in (("desc", sent[::-1]), ("asc", sent)):
        query, seen, sizes = f"?order={order}", [], []
        while query:
            page = await installation.get(f"{path}/events{query}")
            seen += ids(page)
            sizes.append(len(page["items"]))
            assert ("next_cursor" in page) == page["has_more"]
            query = f"?order={order}&cursor={page['next_cursor']}" if page["has_more"] else ""
        assert seen == expected
        assert sizes == [20, 20, 5]
    assert ids(await installation.get(f"{path}/events")) == sent[:24:-1]


async def test_a_full_last_page_has_no_cursor(installation: Installation) -> None:
    await digested(installation, *[error() for _ in range(20)])
    page = await installation.get(f"{await path_of_issue(installation)}/events")
    assert list(page) == ["items", "has_more"]
    assert (len(page["items"]), page["has_more"]) == (20, False)


async def test_a_cursor_keeps_its_place_while_events_come_in(installation: Installation) -> None:
    sent = []
    for _ in range(25):
        sent.append(await installation.send(error()))
    await installation.digest()
    path = await path_of_issue(installation)
    first = await installation.get(f"{path}/events")
    await digested(installation, error())
    second = await installation.get(f"{path}/events?cursor={first['next_cursor']}")
    assert ids(first) + ids(second) == sent[::-1]


async def test_a_cursor_is_base64_of_compact_json(installation: Installation) -> None:
    await digested(installation, *[error() for _ in range(21)])
    page = await installation.get(f"{await path_of_issue(installation)}/events")
    cursor = page["next_cursor"]
    assert "=" not in cursor
    text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert list(json.loads(text)) == ["order", "last_digest_order"]
    assert b" " not in text


async def test_a_broken_cursor_is_refused(installation: Installation) -> None:
    await digested(installation, error())
    path = await path_of_issue(installation)

    async def reason(cursor: str) -> str:
        kind, message = await refusal(installation, "GET", f"{path}/events?cursor={cursor}", 400)
        assert kind == "ValidationError"
        return message

    for cursor in ("!", "a", "%00", "ä", "a=b"):
        assert await reason(cursor) == "Validation error: Invalid cursor encoding"
    texts = ("{}", "[]", "7", "null", '"x"', "{", '{"last_digest_order":"1"}', "\udcff")
    numbers = ("-1", "1.5", "true", "null", "9223372036854775808", "1e400", "[]")
    for text in (
        *texts,
        *(f'{{"order":"desc","last_digest_order":{number}}}' for number in numbers),
    ):
        cursor = base64.urlsafe_b64encode(text.encode(errors="surrogateescape")).decode()
        assert await reason(cursor) == "Validation error: Invalid cursor format", text


async def test_an_unknown_order_is_refused(installation: Installation) -> None:
    await digested(installation, error())
    path = await path_of_issue(installation)
    assert (await refusal(installation, "GET", f"{path}/events?order=up", 400))[0] == (
        "ValidationError"
    )


async def test_what_does_not_exist_is_not_found(installation: Installation) -> None:
    event, other = await digested(installation, error(), error("Other"))
    project = f"/api/projects/{installation.project_id}"
    issues = {issue["title"]: issue["id"] for issue in await installation.issues()}
    issue = issues["ValueError: no"]
    for path in (
        f"{project}/issues/{uuid4()}/events",
        f"{project}/issues/{uuid4()}/events/{event}",
        f"{project}/issues/{issue}/events/{uuid4()}",
        f"{project}/issues/{issue}/events/{other}",
        f"{project}/issues/{issue}/events/1",
        f"{project}/events/{uuid4()}",
        f"{project}/events/x",
        f"/api/projects/4711/events/{event}",
        f"/api/projects/4711/issues/{issue}/events",
    ):
        assert (await refusal(installation, "GET", path, 404))[0] == "NotFound", path


async def test_an_event_whose_body_retention_took_is_not_found(
    installation: Installation, conn: Connection
) -> None:
    (sent,) = await digested(installation, error())
    await conn.execute("ALTER TABLE envelopes DISABLE TRIGGER append_only")
    await conn.execute("DELETE FROM envelopes")
    path = f"/api/projects/{installation.project_id}/events/{sent}"
    _, message = await refusal(installation, "GET", path, 404)
    assert message.endswith("is listed, but its body is no longer stored")


async def test_the_events_of_some_environments(installation: Installation) -> None:
    await digested(
        installation, *(error(environment=name) for name in ("prod", "test", "prod", "dev"))
    )
    (issue,) = await installation.issues()
    path = f"/api/projects/{installation.project_id}/issues/{issue['id']}/events?environment="
    for environments, names in {"prod": ["prod", "prod"], "dev,test": ["dev", "test"]}.items():
        page = await installation.get(path + environments)
        assert [event["environment"] for event in page["items"]] == names
