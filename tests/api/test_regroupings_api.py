"""The past regrouped over the API."""

from typing import Any

from rustrak.database.pool import Connection, fetch_all
from rustrak.regroup.work import work
from tests.installation import Installation
from tests.made_events import digested, error

RULES = "error.type:*Error -> errors\n"


def path(installation: Installation, rest: str = "") -> str:
    return f"/api/projects/{installation.project_id}/regroupings{rest}"


async def asked(installation: Installation, conn: Connection, **body: Any) -> Any:
    made = await installation.request("POST", path(installation), body, status=201)
    assert made["state"] == "previewing"
    jobs = await fetch_all(conn, "SELECT task_name, queue_name FROM procrastinate_jobs")
    assert {"task_name": "regroup", "queue_name": "regroup"} in jobs
    await work(conn, 0)
    return await installation.get(path(installation, f"/{made['id']}"))


async def test_a_regrouping_is_shown_applied_and_undone(
    installation: Installation, conn: Connection
) -> None:
    await digested(installation, error("KeyError"), error("IndexError"), error("Warning"))
    found = await asked(installation, conn, rules=RULES)
    assert found["state"] == "previewed"
    assert found["difference"]["headline"] == "2 issues become 1, 1 unchanged"
    assert len(await installation.issues()) == 3
    place = path(installation, f"/{found['id']}")
    await installation.request("POST", place + "/apply", {})
    await work(conn, 0)
    assert (await installation.get(place))["state"] == "applied"
    assert len(await installation.issues()) == 2
    await installation.request("POST", place + "/apply", {}, status=409)
    await installation.request("POST", place + "/undo", {})
    await work(conn, 0)
    assert (await installation.get(place))["state"] == "undone"
    assert len(await installation.issues()) == 3
    (listed,) = await installation.get(path(installation))
    assert listed["id"] == found["id"]


async def test_a_regrouping_may_be_of_a_time(installation: Installation, conn: Connection) -> None:
    await digested(installation, error("KeyError"), error("IndexError"))
    found = await asked(installation, conn, rules=RULES, until="2020-01-01T00:00:00Z")
    assert found["difference"]["headline"] == "2 unchanged"
    reach = await installation.get(f"/api/projects/{installation.project_id}/grouping/reach")
    assert reach["earliest"] is not None


async def test_what_cannot_be_asked_is_told(installation: Installation) -> None:
    for body in ({"rules": "nonsense"}, {"version": "v9"}, {"since": "yesterday"}):
        await installation.request("POST", path(installation), body, status=400)
    made = await installation.request("POST", path(installation), {}, status=201)
    place = path(installation, f"/{made['id']}")
    await installation.request("POST", place + "/undo", {}, status=409)
    given_up = await installation.request("DELETE", place)
    assert (given_up["state"], given_up["error"]) == ("failed", "given up")
