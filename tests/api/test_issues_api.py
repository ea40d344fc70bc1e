"""Issues over the API: listed, shown, decided about, and reopened by what comes later."""

from typing import Any
from uuid import uuid4

from rustrak.database.pool import Connection, fetch_all
from tests.installation import Installation
from tests.made_events import digested, error
from tests.refusals import refusal

FIELDS = [
    "id",
    "project_id",
    "short_id",
    "title",
    "value",
    "culprit",
    "first_seen",
    "last_seen",
    "event_count",
    "level",
    "platform",
    "is_resolved",
    "is_muted",
    "status",
    "substatus",
    "status_details",
    "priority",
    "assignee",
    "comment_count",
    "release",
    "user_count",
    "type",
    "category",
]


def path_of(issue: dict[str, Any]) -> str:
    return f"/api/projects/{issue['project_id']}/issues/{issue['id']}"


async def change(installation: Installation, issue: dict[str, Any], **wanted: Any) -> Any:
    return await installation.request("PATCH", path_of(issue), wanted)


async def titles(installation: Installation, **query: Any) -> list[str]:
    return [issue["title"] for issue in await installation.issues(**query)]


async def test_an_issue_has_every_field_of_the_contract(installation: Installation) -> None:
    await digested(installation, error(transaction="/pay", level="fatal"))
    (listed,) = await installation.issues()
    assert list(listed) == FIELDS
    assert await installation.get(path_of(listed)) == listed
    assert listed["project_id"] == installation.project_id
    assert (listed["short_id"], listed["event_count"]) == ("OURS-1", 1)
    assert (listed["title"], listed["value"]) == ("ValueError: no", "no")
    assert (listed["level"], listed["platform"]) == ("fatal", "python")
    assert (listed["is_resolved"], listed["is_muted"]) == (False, False)
    assert listed["first_seen"].endswith("Z")
    assert listed["last_seen"].endswith("Z")


async def test_a_project_without_events_has_no_issues(installation: Installation) -> None:
    page = await installation.get(f"/api/projects/{installation.project_id}/issues")
    assert page == {"items": [], "total_count": 0, "page": 1, "per_page": 20, "total_pages": 0}


async def test_last_seen_moves_on_and_first_seen_stays(installation: Installation) -> None:
    await digested(installation, error())
    (before,) = await installation.issues()
    await digested(installation, error())
    (after,) = await installation.issues()
    assert after["first_seen"] == before["first_seen"]
    assert after["last_seen"] > before["last_seen"]


async def test_a_list_is_filtered_sorted_and_paged(installation: Installation) -> None:
    await digested(installation, *map(error, ("Open", "Solved", "Muted", "Both")))
    by_title = {issue["title"]: issue for issue in await installation.issues()}
    await change(installation, by_title["Muted: no"], is_muted=True)
    await change(installation, by_title["Both: no"], is_muted=True)
    await change(installation, by_title["Both: no"], is_resolved=True)
    await change(installation, by_title["Solved: no"], is_resolved=True)
    shown = {
        name: await titles(installation, filter=name)
        for name in ("open", "resolved", "muted", "all")
    }
    assert shown == {
        "open": ["Open: no"],
        "resolved": ["Both: no", "Solved: no"],
        "muted": ["Muted: no"],
        "all": ["Both: no", "Muted: no", "Solved: no", "Open: no"],
    }
    default = await installation.get(f"/api/projects/{installation.project_id}/issues")
    assert [issue["title"] for issue in default["items"]] == shown["open"]
    assert default["total_count"] == 1
    assert await titles(installation, order="asc") == shown["all"][::-1]
    await digested(installation, error("Open"))
    recent = await titles(installation, sort="last_seen")
    assert recent[0] == "Open: no"
    assert await titles(installation, sort="last_seen", order="asc") == recent[::-1]
    assert await titles(installation, page="2", per_page="3") == ["Open: no"]
    assert await titles(installation, page="9") == []


async def test_unknown_words_in_a_query_are_refused(installation: Installation) -> None:
    issues = f"/api/projects/{installation.project_id}/issues"
    for query in ("filter=none", "sort=title", "order=up", "page=0", "per_page=0"):
        kind, message = await refusal(installation, "GET", f"{issues}?{query}", 400)
        assert kind == "ValidationError"
        assert message.startswith(f"Validation error: {query.partition('=')[0]}: ")
    await installation.get(f"{issues}?cursor=x&include_resolved=1")


async def test_issues_of_an_unknown_project_are_not_found(installation: Installation) -> None:
    kind, message = await refusal(installation, "GET", "/api/projects/4711/issues", 404)
    assert (kind, message) == ("NotFound", "Resource not found: Project with id 4711 not found")


async def test_an_unknown_issue_is_not_found(installation: Installation) -> None:
    issues = f"/api/projects/{installation.project_id}/issues"
    for name in (str(uuid4()), "1", "x", "%00", "1" * 5000):
        for method, body in (("GET", None), ("PATCH", {"is_resolved": True}), ("DELETE", None)):
            kind, _ = await refusal(installation, method, f"{issues}/{name}", 404, body)
            assert kind == "NotFound"


async def test_resolving_also_unmutes_and_can_be_taken_back(installation: Installation) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    muted = await change(installation, issue, is_muted=True)
    assert (muted["is_resolved"], muted["is_muted"]) == (False, True)
    solved = await change(installation, issue, is_resolved=True)
    assert (solved["is_resolved"], solved["is_muted"]) == (True, False)
    again = await change(installation, issue, is_resolved=False)
    assert (again["is_resolved"], again["is_muted"]) == (False, False)
    assert again == issue


async def test_muting_can_be_taken_back(installation: Installation) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    await change(installation, issue, is_muted=True)
    assert await change(installation, issue, is_muted=False) == issue


async def test_a_muted_issue_stays_muted_whatever_comes(installation: Installation) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    await change(installation, issue, is_muted=True)
    await digested(installation, error())
    (after,) = await installation.issues()
    assert (after["is_muted"], after["event_count"]) == (True, 2)


async def test_a_resolved_issue_cannot_be_muted(installation: Installation) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    await change(installation, issue, is_resolved=True)
    kind, message = await refusal(installation, "PATCH", path_of(issue), 404, {"is_muted": True})
    assert kind == "NotFound"
    assert message == f"Resource not found: Issue {issue['id']} not found or already resolved"
    assert (await change(installation, issue, is_muted=False))["is_resolved"]


async def test_being_resolved_alone_counts_if_both_are_given(installation: Installation) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    both = await change(installation, issue, is_resolved=False, is_muted=True)
    assert (both["is_resolved"], both["is_muted"]) == (False, False)


async def test_a_change_of_nothing_changes_nothing(
    installation: Installation, conn: Connection
) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    for wanted in ({}, {"is_resolved": None}, {"is_muted": None}, {"title": "x"}):
        assert await change(installation, issue, **wanted) == issue
    assert await fetch_all(conn, "SELECT kind FROM decisions WHERE issue_id IS NOT NULL") == []


async def test_a_change_of_the_wrong_type_is_refused(installation: Installation) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    bodies: list[Any] = [{"is_resolved": "yes"}, {"is_muted": 1}, [], {"is_resolved": {}}]
    for wrong in bodies:
        kind, _ = await refusal(installation, "PATCH", path_of(issue), 400, wrong)
        assert kind == "ValidationError"
    assert await installation.get(path_of(issue)) == issue


async def test_an_event_received_after_resolving_reopens(installation: Installation) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    await change(installation, issue, is_resolved=True)
    await digested(installation, error())
    (after,) = await installation.issues()
    assert (after["is_resolved"], after["event_count"]) == (False, 2)
    assert (await change(installation, issue, is_resolved=True))["is_resolved"]


async def test_an_event_received_before_resolving_does_not_reopen(
    installation: Installation,
) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    await installation.send(error())
    await change(installation, issue, is_resolved=True)
    await installation.digest()
    (after,) = await installation.issues()
    assert (after["is_resolved"], after["event_count"]) == (True, 2)


async def test_a_decision_says_who_took_it(installation: Installation, conn: Connection) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    await change(installation, issue, is_resolved=True)
    await installation.request("DELETE", path_of(issue), status=204)
    rows = await fetch_all(
        conn, "SELECT kind, actor FROM decisions WHERE issue_id IS NOT NULL ORDER BY position"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("resolve", "user:1 token:1"),
        ("delete", "user:1 token:1"),
    ]


async def test_a_deleted_issue_is_gone(installation: Installation) -> None:
    await digested(installation, error(), error("Other"))
    other, issue = await installation.issues()
    assert await installation.request("DELETE", path_of(issue), status=204) is None
    assert await installation.issues() == [other]
    for method, body in (("GET", None), ("PATCH", {"is_muted": True}), ("DELETE", None)):
        kind, _ = await refusal(installation, method, path_of(issue), 404, body)
        assert kind == "NotFound"
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.filtered) == (1, 1)
    assert books.is_even


async def test_a_deleted_issue_that_comes_again_has_its_number_but_not_its_events(
    installation: Installation,
) -> None:
    old, _ = await digested(installation, error(), error())
    (issue,) = await installation.issues()
    await installation.request("DELETE", path_of(issue), status=204)
    new, _ = await digested(installation, error(), error("Other"))
    _, again = await installation.issues()
    assert (again["short_id"], again["event_count"]) == (issue["short_id"], 1)
    assert again["first_seen"] > issue["last_seen"]
    page = await installation.get(f"{path_of(again)}/events")
    assert [event["event_id"].replace("-", "") for event in page["items"]] == [new]
    events = f"/api/projects/{installation.project_id}/events"
    assert (await refusal(installation, "GET", f"{events}/{old}", 404))[0] == "NotFound"
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.filtered) == (4, 2, 2)
    assert books.is_even


async def test_what_was_received_before_the_deletion_stays_out(
    installation: Installation,
) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    await installation.send(error())
    await installation.request("DELETE", path_of(issue), status=204)
    await installation.digest()
    assert await installation.issues() == []
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.filtered) == (2, 2)
    assert books.is_even


async def test_a_resolution_does_not_outlive_a_deletion(installation: Installation) -> None:
    await digested(installation, error())
    (issue,) = await installation.issues()
    await change(installation, issue, is_resolved=True)
    await installation.request("DELETE", path_of(issue), status=204)
    await digested(installation, error())
    (again,) = await installation.issues()
    assert not again["is_resolved"]
