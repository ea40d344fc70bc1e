"""What may be decided about an issue beside resolving and muting it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rustrak.accounts.access import Role
from rustrak.database.pool import Connection, fetch_all
from tests.api.deciding import become, decided, kinds, opened, path_of, seen_again
from tests.installation import Installation
from tests.made_events import digested, error
from tests.people import make_user
from tests.refusals import refusal


def state(issue: dict[str, Any]) -> tuple[str, str | None, dict[str, Any]]:
    return issue["status"], issue["substatus"], issue["status_details"]


async def test_a_status_is_set_and_taken_back(installation: Installation) -> None:
    issue = await opened(installation)
    assert state(issue) == ("unresolved", "new", {})
    solved = await decided(installation, issue, status="resolved")
    assert (state(solved), solved["is_resolved"]) == (("resolved", None, {}), True)
    ignored = await decided(installation, issue, status="ignored")
    assert state(ignored) == ("ignored", "archived_forever", {})
    assert (ignored["is_resolved"], ignored["is_muted"]) == (False, True)
    assert await decided(installation, issue, status="unresolved") == issue


async def test_reopening_what_is_open_is_no_decision(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    assert await decided(installation, issue, status="unresolved") == issue
    assert await decided(installation, issue, priority="medium", assignee=None) == issue
    assert await kinds(conn) == []


async def test_conditions_are_shown_as_they_were_given(installation: Installation) -> None:
    issue = await opened(installation)
    until = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    wanted = {"until": until.isoformat(), "ignore_count": 5, "ignore_user_count": 2}
    ignored = await decided(installation, issue, status="ignored", status_details=wanted)
    shown = {**wanted, "until": until.isoformat().replace("+00:00", "Z")}
    assert state(ignored) == ("ignored", "archived_until_condition_met", shown)
    for wanted in ({"in_release": "shop@2"}, {"in_next_release": True}):
        solved = await decided(installation, issue, status="resolved", status_details=wanted)
        assert state(solved) == ("resolved", None, wanted)


async def test_a_regression_is_shown_until_somebody_decides(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    await decided(installation, issue, status="resolved")
    regressed = await seen_again(installation, issue)
    assert state(regressed) == ("unresolved", "regressed", {})
    assert await kinds(conn) == ["resolve", "regress"]
    again = await seen_again(installation, issue)
    assert (state(again), await kinds(conn)) == (state(regressed), ["resolve", "regress"])
    await decided(installation, issue, status="resolved")
    solved = await installation.get(path_of(issue))
    assert state(solved) == ("resolved", None, {})


async def test_resolved_in_the_next_release(installation: Installation) -> None:
    issue = await opened(installation, release="shop@1.0")
    details = {"in_next_release": True}
    await decided(installation, issue, status="resolved", status_details=details)
    for attributes in ({"release": "shop@1.0"}, {}):
        assert (await seen_again(installation, issue, **attributes))["is_resolved"]
    assert state(await seen_again(installation, issue, release="shop@1.1"))[1] == "regressed"


async def test_a_release_that_another_issue_told_of_is_not_the_next_one(
    installation: Installation,
) -> None:
    issue = await opened(installation)
    await digested(installation, error("Other", release="shop@1.1"))
    details = {"in_next_release": True}
    await decided(installation, issue, status="resolved", status_details=details)
    assert (await seen_again(installation, issue, release="shop@1.1"))["is_resolved"]


@pytest.mark.parametrize(
    ("release", "is_resolved"),
    [
        ("shop@1.2.0", False),
        ("shop@1.10.0", False),
        ("shop@1.1.9", True),
        ("shop@1.2.0-rc.1", True),
        ("till@9.0.0", True),
        ("abcdef", True),
    ],
)
async def test_resolved_in_a_named_release(
    installation: Installation, release: str, is_resolved: bool
) -> None:
    issue = await opened(installation, release="shop@1.0.0")
    details = {"in_release": "shop@1.2.0"}
    await decided(installation, issue, status="resolved", status_details=details)
    after = await seen_again(installation, issue, release=release)
    assert after["is_resolved"] is is_resolved


async def test_releases_without_numbers_follow_each_other_as_they_were_heard_of(
    installation: Installation,
) -> None:
    issue = await opened(installation, release="amber")
    await digested(installation, error("Other", release="beryl"))
    details = {"in_release": "beryl"}
    await decided(installation, issue, status="resolved", status_details=details)
    assert (await seen_again(installation, issue, release="amber"))["is_resolved"]
    assert not (await seen_again(installation, issue, release="coral"))["is_resolved"]


async def test_a_mute_ends_after_so_many_events(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    await digested(installation, error())
    await decided(installation, issue, status="ignored", status_details={"ignore_count": 2})
    assert (await seen_again(installation, issue))["is_muted"]
    after = await seen_again(installation, issue)
    assert (state(after), after["event_count"]) == (("unresolved", "new", {}), 4)
    assert await kinds(conn) == ["mute", "unmute"]
    assert state(await seen_again(installation, issue)) == state(after)


async def test_a_mute_ends_after_so_many_users(installation: Installation) -> None:
    issue = await opened(installation, user={"id": "1"})
    await decided(installation, issue, status="ignored", status_details={"ignore_user_count": 2})
    for user in ({"id": "1"}, {"id": "2"}, {"id": "2"}, None):
        assert (await seen_again(installation, issue, user=user))["is_muted"]
    assert not (await seen_again(installation, issue, user={"email": "a@b.cd"}))["is_muted"]


async def test_what_was_received_before_a_mute_does_not_end_it(installation: Installation) -> None:
    issue = await opened(installation)
    await installation.send(error())
    await decided(installation, issue, status="ignored", status_details={"ignore_count": 1})
    await installation.digest()
    assert (await installation.get(path_of(issue)))["is_muted"]


async def test_a_mute_decided_again_counts_from_now(installation: Installation) -> None:
    issue = await opened(installation)
    for _ in range(2):
        details = {"ignore_count": 2}
        await decided(installation, issue, status="ignored", status_details=details)
        assert (await seen_again(installation, issue))["is_muted"]
    assert not (await seen_again(installation, issue))["is_muted"]


async def test_an_issue_is_given_to_somebody_and_to_nobody(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    token = installation.token
    user_id = await become(installation, conn, "Ann@example.com", Role.VIEWER)
    installation.token = token
    ann = {"id": user_id, "email": "Ann@example.com"}
    assert (await decided(installation, issue, assignee=user_id))["assignee"] == ann
    assert (await decided(installation, issue, priority="high"))["assignee"] == ann
    assert (await decided(installation, issue, assignee=None))["assignee"] is None
    assert (await decided(installation, issue, assignee="ann@EXAMPLE.com"))["assignee"] == ann
    (listed,) = await installation.issues()
    assert (listed["assignee"], listed["priority"]) == (ann, "high")
    await conn.execute("DELETE FROM users WHERE id = %s", [user_id])
    assert (await installation.get(path_of(issue)))["assignee"] is None


async def test_only_who_may_see_the_project_is_given_its_issues(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    stranger = await make_user(conn, "stranger@example.com")
    gone = await make_user(conn, "gone@example.com", is_admin=True)
    await conn.execute("UPDATE users SET is_active = false WHERE id = %s", [gone])
    for wanted in (stranger, "stranger@example.com", gone, 2**31 - 1, "nobody@x.yz", "%"):
        _, message = await refusal(
            installation, "PATCH", path_of(issue), 400, {"assignee": wanted, "status": "resolved"}
        )
        assert "assignee: must be the id or e-mail address of a member" in message
    assert await installation.get(path_of(issue)) == issue


HOSTILE: list[dict[str, Any]] = [
    {"status": "muted"},
    {"status": 1},
    {"priority": "urgent"},
    {"assignee": True},
    {"assignee": 0},
    {"assignee": 2**31},
    {"assignee": ""},
    {"assignee": "a\0b@example.com"},
    {"assignee": "x" * 256},
    {"assignee": [1]},
    {"status": "resolved", "is_resolved": True},
    {"status": "ignored", "is_muted": False},
    {"status_details": {"ignore_count": 1}},
    {"status": "resolved", "status_details": {"ignore_count": 1}},
    {"status": "ignored", "status_details": {"in_next_release": True}},
    {"status": "ignored", "status_details": {"ignoreCount": 1}},
    {"status": "ignored", "status_details": {"ignore_count": 0}},
    {"status": "ignored", "status_details": {"ignore_count": 2**31}},
    {"status": "ignored", "status_details": {"ignore_user_count": "3"}},
    {"status": "ignored", "status_details": {"until": "soon"}},
    {"status": "ignored", "status_details": {"until": "2100-01-01T00:00:00"}},
    {"status": "ignored", "status_details": {"until": "2001-01-01T00:00:00Z"}},
    {"status": "ignored", "status_details": {"until": "9999-12-31T23:59:59-23:59"}},
    {"status": "ignored", "status_details": {"until": "0001-01-01T00:00:00+23:59"}},
    {"status": "resolved", "status_details": {"in_release": ""}},
    {"status": "resolved", "status_details": {"in_release": "x" * 251}},
    {"status": "resolved", "status_details": {"in_release": "a\0"}},
    {"status": "resolved", "status_details": {"in_release": "1.0", "in_next_release": True}},
]


async def test_what_makes_no_sense_is_refused_and_changes_nothing(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    many = f"/api/projects/{installation.project_id}/issues"
    for wrong in HOSTILE:
        for method, path, body in (
            ("PATCH", path_of(issue), wrong),
            ("PUT", many, {**wrong, "ids": [issue["id"]]}),
        ):
            if method == "PUT" and wrong.keys() & {"is_resolved", "is_muted"}:
                continue  # unknown there, and so ignored
            kind, _ = await refusal(installation, method, path, 400, body)
            assert kind == "ValidationError", wrong
    assert await installation.get(path_of(issue)) == issue
    assert await kinds(conn) == []


async def test_a_viewer_reads_and_an_editor_decides(
    installation: Installation, conn: Connection
) -> None:
    issue = await opened(installation)
    many = f"/api/projects/{installation.project_id}/issues"
    await become(installation, conn, "viewer@example.com", Role.VIEWER)
    assert await installation.get(path_of(issue)) == issue
    for method, path, body in (
        ("PATCH", path_of(issue), {"status": "resolved"}),
        ("PUT", many, {"ids": [issue["id"]], "status": "resolved"}),
        ("DELETE", many, {"ids": [issue["id"]]}),
        ("POST", path_of(issue) + "/comments", {"text": "x"}),
    ):
        assert (await refusal(installation, method, path, 403, body))[0] == "Forbidden"
    await become(installation, conn, "editor@example.com", Role.EDITOR)
    assert (await decided(installation, issue, status="resolved"))["is_resolved"]


async def test_decisions_and_digests_at_the_same_time_lose_nothing(
    installation: Installation, conn: Connection
) -> None:
    """Whoever comes last, the issue is what the ledger's last decision says."""
    issue = await opened(installation)
    for _ in range(8):
        await decided(installation, issue, status="ignored", status_details={"ignore_count": 1})
        await installation.send(error())
        await asyncio.gather(installation.digest(), decided(installation, issue, status="resolved"))
    (last,) = await fetch_all(
        conn,
        "SELECT kind FROM decisions WHERE issue_id IS NOT NULL"
        " ORDER BY decided_at DESC, position DESC LIMIT 1",
    )
    shown = await installation.get(path_of(issue))
    expected = {"resolve": "resolved", "unmute": "unresolved", "regress": "unresolved"}
    assert shown["status"] == expected[last["kind"]]
    (row,) = await fetch_all(conn, "SELECT status, status_decided_at FROM issues")
    (newest,) = await fetch_all(
        conn, "SELECT max(decided_at) AS time FROM decisions WHERE issue_id IS NOT NULL"
    )
    assert row["status_decided_at"] == newest["time"]
    assert (await installation.books())[installation.project_id].is_even
