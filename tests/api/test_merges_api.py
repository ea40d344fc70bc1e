"""Issues merged, split and parted again over the API, with real events."""

from typing import Any

from rustrak.database.pool import Connection, fetch_all
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
    comment = path(installation, key, "/comments")
    await installation.request("POST", comment, {"text": "hello"}, status=201)
    (row,) = await fetch_all(conn, "SELECT position FROM decisions WHERE kind = 'comment'")
    place = f"/api/projects/{installation.project_id}/decisions/{row['position']}/undo"
    answer = await installation.request("POST", place, {}, status=400)
    assert "cannot be undone here" in answer["error"]["message"]
    assert len(await installation.issues()) == 3
