"""Deciding the same about many issues: about all of them, or about none."""

from typing import Any
from uuid import uuid4

from rustrak.database.pool import Connection
from tests.api.deciding import decided, kinds, opened, path_of, seen_again
from tests.installation import Installation
from tests.made_events import digested, error
from tests.refusals import refusal


async def test_many_issues_are_decided_about_at_once(
    installation: Installation, conn: Connection
) -> None:
    await digested(installation, *map(error, "ABC"))
    third, second, first = await installation.issues()
    await decided(installation, second, priority="high")
    many = f"/api/projects/{installation.project_id}/issues"
    ids = [third["id"], second["id"], second["id"]]
    answer = await installation.request("PUT", many, {"ids": ids, "priority": "high"})
    assert answer == {"changed": [third["id"]], "unchanged": [second["id"]]}
    wishes = {"status": "ignored", "status_details": {"ignore_count": 1}, "priority": "low"}
    answer = await installation.request("PUT", many, {"ids": ids, **wishes})
    assert answer == {"changed": sorted({*ids}), "unchanged": []}
    shown = {issue["id"]: issue for issue in await installation.issues()}
    assert {shown[each]["status"] for each in ids} == {"ignored"}
    assert {shown[each]["priority"] for each in ids} == {"low"}
    assert shown[first["id"]] == first
    assert len(await kinds(conn)) == 6
    assert not (await seen_again(installation, second, kind="B"))["is_muted"]
    assert (await installation.get(path_of(third)))["is_muted"]


async def test_many_are_changed_or_none(installation: Installation, conn: Connection) -> None:
    issue = await opened(installation)
    (theirs,) = await foreign(installation)
    many = f"/api/projects/{installation.project_id}/issues"
    for other in (str(uuid4()), theirs["id"]):
        ids = [issue["id"], other]
        for method, body in (
            ("PUT", {"ids": ids, "status": "resolved"}),
            ("DELETE", {"ids": ids}),
        ):
            _, message = await refusal(installation, method, many, 404, body)
            assert message == f"Resource not found: Issue {other} not found"
    wrong_ids: list[Any] = [None, [], "x", ["x"], [1], {}, [issue["id"]] * 1001]
    for ids in wrong_ids:
        for method in ("PUT", "DELETE"):
            await refusal(installation, method, many, 400, {"ids": ids, "status": "resolved"})
    assert await installation.issues() == [issue]
    assert await installation.issues(1) == [theirs]
    assert await kinds(conn) == []


async def foreign(installation: Installation) -> list[dict[str, Any]]:
    """The issues of the other project, of which there is one."""
    await digested(installation, error(), project=1)
    return await installation.issues(1)


async def test_many_issues_are_deleted_at_once(installation: Installation) -> None:
    await digested(installation, *map(error, "ABC"), error("A"))
    third, second, first = await installation.issues()
    many = f"/api/projects/{installation.project_id}/issues"
    ids = [first["id"], third["id"], first["id"]]
    answer = await installation.request("DELETE", many, {"ids": ids})
    assert answer == {"deleted": sorted({*ids})}
    assert await installation.issues() == [second]
    await refusal(installation, "DELETE", many, 404, {"ids": ids})
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.filtered, books.is_even) == (1, 3, True)
