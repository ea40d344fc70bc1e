"""Issues merged, split and parted again over the API, with real events."""

from typing import Any

from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.rebuild import rebuild
from rustrak.digest.restoring import restore
from tests.digest.test_rebuild import assert_same, dump, silent
from tests.installation import Installation
from tests.made_events import digested, error

KINDS = ("KeyError", "IndexError", "TypeError")


async def opened(installation: Installation) -> dict[str, str]:
    """Ids of three issues by the type of their error."""
    await digested(installation, *(error(kind, f"no {kind}") for kind in KINDS))
    return {issue["title"].partition(":")[0]: issue["id"] for issue in await installation.issues()}


def path(installation: Installation, issue: str, rest: str = "") -> str:
    return f"/api/projects/{installation.project_id}/issues/{issue}{rest}"


async def test_merged_issues_are_one_until_the_merge_is_undone(
    installation: Installation, conn: Connection
) -> None:
    ids = await opened(installation)
    before = sorted(await installation.issues(), key=lambda issue: str(issue["id"]))
    key, index = ids["KeyError"], ids["IndexError"]
    merged = await installation.request(
        "POST", path(installation, key, "/merge"), {"issues": [index]}
    )
    assert (merged["id"], merged["event_count"]) == (key, 2)
    gone = await installation.request("GET", path(installation, index), status=404)
    assert f"was merged into {key}" in gone["error"]["message"]
    groupings = await installation.get(path(installation, key, "/groupings"))
    assert {(one["title"], one["event_count"]) for one in groupings} == {
        ("KeyError: no KeyError", 1),
        ("IndexError: no IndexError", 1),
    }
    await digested(installation, error("IndexError", "again"))
    assert (await installation.get(path(installation, key)))["event_count"] == 3
    (decision,) = await fetch_all(conn, "SELECT position FROM decisions WHERE kind = 'merge'")
    place = f"/api/projects/{installation.project_id}/decisions/{decision['position']}/undo"
    await installation.request("POST", place, {}, status=204)
    await installation.request("POST", place, {}, status=409)
    after = {issue["id"]: issue for issue in await installation.issues()}
    assert after[index]["event_count"] == 2
    assert [after[issue["id"]] for issue in before if issue["id"] != index] == [
        issue for issue in before if issue["id"] != index
    ]
    kinds = [one["kind"] for one in await activity(installation, index)]
    assert kinds == ["undo", "merge"]


async def activity(installation: Installation, issue: str) -> list[Any]:
    found: list[Any] = (await installation.get(path(installation, issue, "/activity")))["items"]
    return found


async def test_what_an_issue_says_is_read_from_the_ledger_when_it_comes_back(
    installation: Installation, conn: Connection
) -> None:
    long = "no " + "x" * 300
    await digested(installation, error("KeyError", long), error("TypeError", "other"))
    ids = {one["title"].partition(":")[0]: one["id"] for one in await installation.issues()}
    key, other = ids["KeyError"], ids["TypeError"]
    await installation.request("POST", path(installation, other, "/merge"), {"issues": [key]})
    await installation.request("POST", path(installation, other, "/split"), {"groupings": [key]})
    assert (await installation.get(path(installation, key)))["event_count"] == 1
    (row,) = await fetch_all(conn, f"SELECT value FROM issues WHERE id = '{key}'")
    assert row["value"] == long


async def test_what_cannot_be_merged_split_or_undone_is_told(
    installation: Installation, conn: Connection
) -> None:
    ids = await opened(installation)
    key = ids["KeyError"]
    nobody = "00000000-0000-4000-8000-000000000000"
    for rest, body, status in (
        ("/merge", {"issues": [key]}, 400),
        ("/merge", {"issues": []}, 400),
        ("/merge", {"issues": [nobody]}, 404),
        ("/split", {"groupings": [key]}, 400),
        ("/split", {"groupings": [nobody]}, 400),
    ):
        await installation.request("POST", path(installation, key, rest), body, status=status)
    query = "SELECT position FROM decisions WHERE kind = 'change_grouping' LIMIT 1"
    (row,) = await fetch_all(conn, query)
    place = f"/api/projects/{installation.project_id}/decisions/{row['position']}/undo"
    answer = await installation.request("POST", place, {}, status=400)
    assert "cannot be undone here" in answer["error"]["message"]
    assert len(await installation.issues()) == 3


async def last_decision(installation: Installation, issue: str) -> Any:
    return (await installation.get(path(installation, issue, "/activity")))["items"][0]


async def undo(installation: Installation, position: int) -> None:
    place = f"/api/projects/{installation.project_id}/decisions/{position}/undo"
    await installation.request("POST", place, {}, status=204)


async def test_what_was_written_about_an_issue_can_be_taken_back_and_brought_back(
    installation: Installation,
) -> None:
    ids = await opened(installation)
    place = path(installation, ids["KeyError"], "/comments")

    async def texts() -> list[str]:
        return [one["text"] for one in (await installation.get(place))["items"]]

    comment = await installation.request("POST", place, {"text": "first"}, status=201)
    written = await last_decision(installation, ids["KeyError"])
    await installation.request("PATCH", f"{place}/{comment['id']}", {"text": "second"})
    reworded = await last_decision(installation, ids["KeyError"])
    await undo(installation, reworded["id"])
    assert await texts() == ["first"]
    await installation.request("DELETE", f"{place}/{comment['id']}", status=204)
    deleted = await last_decision(installation, ids["KeyError"])
    assert await texts() == []
    await undo(installation, deleted["id"])
    assert await texts() == ["first"]
    await undo(installation, written["id"])
    assert await texts() == []
    await undo(installation, (await last_decision(installation, ids["KeyError"]))["id"])
    assert await texts() == ["first"]


async def test_a_deleted_issue_comes_back_with_everything(
    installation: Installation, conn: Connection, database_url: str
) -> None:
    ids = await opened(installation)
    issue = ids["KeyError"]
    await installation.request("PATCH", path(installation, issue), {"priority": "high"})
    place = path(installation, issue, "/comments")
    await installation.request("POST", place, {"text": "hm"}, status=201)
    before = await dump(conn)
    await installation.request("DELETE", path(installation, issue), status=204)
    await installation.get(path(installation, issue), status=404)
    gone = await last_decision(installation, issue)
    assert gone["kind"] == "delete"
    await undo(installation, gone["id"])
    (job,) = await fetch_all(conn, "SELECT task_name, args FROM procrastinate_jobs"
                             " WHERE task_name = 'restore'")  # fmt: skip
    await restore(conn, job["args"]["project_id"])
    assert_same(await dump(conn), before)
    await rebuild(database_url, processes=0, progress=silent)
    assert_same(await dump(conn), before)
    await undo(installation, (await last_decision(installation, issue))["id"])
    await installation.get(path(installation, issue), status=404)
    assert all(books.is_even for books in (await installation.books()).values())
