"""Comments on issues, and the history of what was decided about them."""

from typing import Any

import pytest

from rustrak.accounts.access import Role, Scope
from rustrak.api.people import as_person
from rustrak.database.pool import Connection, fetch_all
from tests.api.deciding import become, decided, opened, path_of, seen_again
from tests.installation import Installation
from tests.people import make_token
from tests.refusals import refusal


async def write(installation: Installation, issue: dict[str, Any], text: str) -> dict[str, Any]:
    written: dict[str, Any] = await installation.request(
        "POST", path_of(issue) + "/comments", {"text": text}, status=201
    )
    return written


async def history(installation: Installation, issue: dict[str, Any]) -> list[dict[str, Any]]:
    page = await installation.get(path_of(issue) + "/activity?limit=100")
    items: list[dict[str, Any]] = page["items"]
    return items


async def test_a_comment_is_written_reworded_and_deleted(installation: Installation) -> None:
    issue = await opened(installation)
    comments = path_of(issue) + "/comments"
    text = "naïve <b>\U0001f41b</b>\n"
    written = await write(installation, issue, text)
    assert (written["text"], written["edited_at"]) == (text, None)
    assert written["issue_id"] == issue["id"]
    assert written["author"] == {"kind": "token", "user_id": 1, "email": "admin@example.com"}
    assert await installation.get(comments) == {"items": [written], "has_more": False}
    place = f"{comments}/{written['id']}"
    reworded = await installation.request("PATCH", place, {"text": "better"})
    assert (reworded["text"], reworded["created_at"]) == ("better", written["created_at"])
    assert reworded["edited_at"] > written["created_at"]
    assert (await installation.get(path_of(issue)))["comment_count"] == 1
    await installation.request("DELETE", place, status=204)
    assert await installation.get(comments) == {"items": [], "has_more": False}
    assert (await installation.get(path_of(issue)))["comment_count"] == 0
    for method, body in (("PATCH", {"text": "x"}), ("DELETE", None)):
        assert (await refusal(installation, method, place, 404, body))[0] == "NotFound"


async def test_comments_are_paged_newest_first(installation: Installation) -> None:
    issue = await opened(installation)
    for number in range(5):
        await write(installation, issue, str(number))
    comments = path_of(issue) + "/comments?limit=2"
    texts, cursor = [], ""
    while True:
        page = await installation.get(comments + cursor)
        texts += [comment["text"] for comment in page["items"]]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert texts == ["4", "3", "2", "1", "0"]
    for cursor in ("x", "e30", "!", "bnVsbA", "eyJwb3NpdGlvbiI6LTF9"):
        for place in ("comments", "activity", "user-reports"):
            await refusal(installation, "GET", f"{path_of(issue)}/{place}?cursor={cursor}", 400)


async def test_only_a_text_is_a_comment(installation: Installation, conn: Connection) -> None:
    issue = await opened(installation)
    comments = path_of(issue) + "/comments"
    wrong: list[Any] = [{}, {"text": ""}, {"text": " \n"}, {"text": 1}, {"text": "a\0"}, []]
    for body in [*wrong, {"text": "x" * 10_001}, {"text": None}]:
        await refusal(installation, "POST", comments, 400, body)
    assert (await write(installation, issue, "x" * 10_000))["text"] == "x" * 10_000
    assert len(await fetch_all(conn, "SELECT FROM decisions WHERE issue_id IS NOT NULL")) == 1


async def test_a_comment_is_its_authors_or_an_admins_to_change(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    await become(installation, conn, "author@example.com", Role.EDITOR)
    written = await write(installation, issue, "mine")
    place = f"{path_of(issue)}/comments/{written['id']}"
    assert (await installation.request("PATCH", place, {"text": "still"}))["text"] == "still"
    await become(installation, conn, "other@example.com", Role.EDITOR)
    for method, body in (("PATCH", {"text": "x"}), ("DELETE", None)):
        assert (await refusal(installation, method, place, 403, body))[0] == "Forbidden"
    await become(installation, conn, "chief@example.com", Role.ADMIN)
    reworded = await installation.request("PATCH", place, {"text": "moderated"})
    assert (reworded["author"]["email"], reworded["text"]) == ("author@example.com", "moderated")
    await become(installation, conn, "viewer@example.com", Role.VIEWER)
    page = await installation.get(path_of(issue) + "/comments")
    assert [comment["text"] for comment in page["items"]] == ["moderated"]


async def test_a_token_without_the_scope_admin_changes_no_comment_of_others(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    written = await write(installation, issue, "mine")
    place = f"{path_of(issue)}/comments/{written['id']}"
    chief = await become(installation, conn, "chief@example.com", Role.ADMIN)
    installation.token = await make_token(conn, chief, Scope.WRITE)
    for method, body in (("PATCH", {"text": "x"}), ("DELETE", None)):
        assert (await refusal(installation, method, place, 403, body))[0] == "Forbidden"
    own = await write(installation, issue, "my own")
    await installation.request("DELETE", f"{path_of(issue)}/comments/{own['id']}", status=204)


async def test_the_history_says_who_decided_what(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation, release="a")
    user_id = await become(installation, conn, "ann@example.com", Role.EDITOR)
    await decided(installation, issue, status="resolved")
    event = (await seen_again(installation, issue, release="b"), await newest(installation, issue))
    await decided(installation, issue, assignee=user_id, priority="high")
    entries = await history(installation, issue)
    assert [entry["kind"] for entry in entries] == ["assign", "prioritise", "regress", "resolve"]
    ann = {"kind": "token", "user_id": user_id, "email": "ann@example.com"}
    rustrak = {"kind": "rustrak", "user_id": None, "email": None}
    assert [entry["actor"] for entry in entries] == [ann, ann, rustrak, ann]
    assert [entry["details"] for entry in entries] == [
        {"user_id": user_id, "email": "ann@example.com"},
        {"priority": "high"},
        {"event_id": event[1], "release": "b"},
        {},
    ]
    times = [entry["at"] for entry in entries]
    assert times == sorted(times, reverse=True)


async def newest(installation: Installation, issue: dict[str, Any]) -> str:
    page = await installation.get(path_of(issue) + "/events")
    return str(page["items"][0]["event_id"]).replace("-", "")


async def test_the_history_is_paged_and_outlives_a_deletion(installation: Installation) -> None:
    issue = await opened(installation)
    for priority in ("low", "high", "low"):
        await decided(installation, issue, priority=priority)
    page = await installation.get(path_of(issue) + "/activity?limit=2")
    rest = await installation.get(path_of(issue) + f"/activity?cursor={page['next_cursor']}")
    shown = [entry["details"]["priority"] for entry in [*page["items"], *rest["items"]]]
    assert (shown, rest["has_more"]) == (["low", "high", "low"], False)
    await installation.request("DELETE", path_of(issue), status=204)
    await refusal(installation, "GET", path_of(issue) + "/comments", 404)
    kinds = [entry["kind"] for entry in await history(installation, issue)]
    assert kinds == ["delete", "prioritise", "prioritise", "prioritise"]
    again = await seen_again(installation, issue)
    assert (again["priority"], again["comment_count"]) == ("medium", 0)
    kinds = [entry["kind"] for entry in await history(installation, issue)]
    assert kinds == ["delete", "prioritise", "prioritise", "prioritise"]


async def test_the_history_does_not_keep_what_was_reworded_or_deleted(
    installation: Installation,
) -> None:
    issue = await opened(installation)
    written = await write(installation, issue, "password: hunter2")
    place = f"{path_of(issue)}/comments/{written['id']}"
    await installation.request("PATCH", place, {"text": "never mind"})
    edited, made = await history(installation, issue)
    assert edited["details"] == {"comment_id": written["id"]}
    assert made["details"] == {"comment_id": written["id"], "text": "never mind"}
    await installation.request("DELETE", place, status=204)
    deleted, _, made = await history(installation, issue)
    assert (deleted["kind"], deleted["details"]) == (
        "delete_comment",
        {"comment_id": written["id"]},
    )
    assert made["details"] == {"comment_id": written["id"], "text": None}


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        ("user:7", ("user", 7)),
        ("user:7 token:3", ("token", 7)),
        ("token:3", ("token", None)),
        ("rustrak", ("rustrak", None)),
        ("monitor", ("rustrak", None)),
        ("", ("rustrak", None)),
    ],
)
def test_an_actor_is_a_person_or_rustrak(actor: str, expected: tuple[str, int | None]) -> None:
    person = as_person(actor, None)
    assert (person.kind, person.user_id) == expected
