"""How a project's events are grouped: shown, changed, tried, explained."""

from typing import Any

from rustrak.database.pool import Connection
from rustrak.grouping import LATEST
from tests.installation import Installation
from tests.made_events import digested, error


def path(installation: Installation, project: int = 0) -> str:
    return f"/api/projects/{installation.projects[project]['id']}/grouping"


async def put(installation: Installation, status: int = 200, **body: Any) -> Any:
    return await installation.request("PUT", path(installation), body, status=status)


async def test_a_new_project_is_grouped_by_the_latest_version(installation: Installation) -> None:
    found = await installation.get(path(installation))
    assert (found["version"], found["latest_version"], found["rules"]) == (LATEST, LATEST, "")
    (first,) = found["history"]
    assert (first["decided_by"], first["is_undone"]) == ("rustrak", False)


async def test_a_project_older_than_the_second_version_stays_with_the_first(
    installation: Installation, conn: Connection
) -> None:
    await conn.execute("ALTER TABLE decisions DISABLE TRIGGER append_only")
    await conn.execute("DELETE FROM decisions")
    assert (await installation.get(path(installation)))["version"] == "v1"
    (event,) = await digested(installation, error())
    place = path(installation).replace("/grouping", f"/events/{event}/grouping")
    assert (await installation.get(place))["explanation"]["version"] == "v1"


async def test_rules_are_for_what_is_received_from_then_on(installation: Installation) -> None:
    before = error("KeyError", "a")
    await digested(installation, before, error("IndexError", "b"))
    rules = 'error.type:*Error -> all-errors title="All errors"\n'
    found = await put(installation, rules=rules)
    assert found["rules"] == rules
    assert found["history"][0]["decided_by"].startswith("user:")
    await digested(installation, error("KeyError", "c"), error("IndexError", "d"))
    issues = await installation.issues()
    assert sorted(issue["event_count"] for issue in issues) == [1, 1, 2]
    assert [issue["title"] for issue in issues if issue["event_count"] == 2] == ["All errors"]
    assert await put(installation, rules=rules) == found, "saying the same again is no change"


async def test_a_change_can_be_taken_back_once(installation: Installation) -> None:
    found = await put(installation, rules="type:* -> one")
    undo = f"{path(installation)}/{found['history'][0]['position']}/undo"
    after = await installation.request("POST", undo, {})
    assert (after["rules"], after["history"][0]["is_undone"]) == ("", True)
    await installation.request("POST", undo, {}, status=409)
    await digested(installation, error("KeyError"), error("IndexError"))
    assert len(await installation.issues()) == 2
    await installation.request("POST", f"{path(installation)}/4711/undo", {}, status=404)


async def test_rules_that_cannot_be_read_are_refused_with_their_places(
    installation: Installation,
) -> None:
    for method, place in (("PUT", ""), ("POST", "/try")):
        body = {"rules": "type:A -app\nnonsense\ntype:B\n"}
        answer = await installation.request(method, path(installation) + place, body, status=400)
        messages = [fault["message"] for fault in answer["error"]["fields"]]
        assert [message.split(":")[0] for message in messages] == [
            "line 2, column 1",
            "line 3, column 6",
        ]
    answer = await put(installation, status=400, version="v9")
    assert "use one of: v1, v2" in answer["error"]["message"]
    assert (await installation.get(path(installation)))["rules"] == ""


async def test_rules_are_tried_on_an_event_without_being_saved(installation: Installation) -> None:
    (event,) = await digested(installation, error("KeyError", "k"))
    body = {"rules": "error.type:KeyError -> keys", "event_id": event}
    found = await installation.request("POST", path(installation) + "/try", body)
    assert found["rules"] == 1
    assert [part["value"] for part in found["explanation"]["components"]] == ["keys"]
    assert found["explanation"]["rules"][0]["line"] == 1
    body = {"rules": "", "event": error("KeyError", "k")}
    found = await installation.request("POST", path(installation) + "/try", body)
    assert found["explanation"]["components"][0]["value"] == "KeyError"
    missing = {"rules": "", "event_id": "0" * 32}
    await installation.request("POST", path(installation) + "/try", missing, status=404)
    assert (await installation.get(path(installation)))["rules"] == ""


async def test_an_explanation_tells_when_an_event_would_be_grouped_otherwise_now(
    installation: Installation,
) -> None:
    (event,) = await digested(installation, error("KeyError", "k"))
    place = path(installation).replace("/grouping", f"/events/{event}/grouping")
    found = await installation.get(place)
    assert found["grouping_id"] == found["current_grouping_id"] == found["issue_id"]
    assert found["explanation"]["strategy"] == "exception"
    await put(installation, rules="type:* -> one")
    assert await installation.get(place) == found, "received before the change"
