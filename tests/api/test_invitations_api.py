"""Invitations: who may give what, links that work once, and accounts that are there already."""

import asyncio
from typing import Any

import pytest

from rustrak.accounts.access import Role, Scope
from rustrak.accounts.invitations import MOST_WAITING
from rustrak.accounts.members import get_member, put_member
from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_all, fetch_one
from tests.browser import PASSWORD, Browser, give_password, logged_in
from tests.installation import Installation, open_installation
from tests.people import make_token, make_user
from tests.receivers import mail_receiver

EMAIL = "new@example.com"


@pytest.fixture
async def root(installation: Installation, conn: Connection) -> Browser:
    user = await make_user(conn, "root@example.com", is_admin=True)
    return await logged_in(installation, conn, user)


@pytest.fixture
async def ada(installation: Installation, conn: Connection) -> Browser:
    """An administrator of our project, and a viewer of the other."""
    user = await make_user(conn, "ada@example.com")
    await put_member(conn, installation.project_id, user, Role.ADMIN)
    await put_member(conn, int(installation.projects[1]["id"]), user, Role.VIEWER)
    return await logged_in(installation, conn, user)


def to_ours(installation: Installation, role: str = "editor", **more: Any) -> dict[str, Any]:
    projects = [{"project_id": installation.project_id, "role": role}]
    return {"email": EMAIL, "projects": projects, **more}


async def invite(browser: Browser, body: dict[str, Any]) -> str:
    """The token of a new invitation."""
    made = (await browser.call("POST", "/api/invitations", body, 201)).body
    return str(made["url"].rpartition("/")[2])


async def accept(
    installation: Installation, token: str, status: int = 201, password: str = PASSWORD
) -> Browser:
    browser = Browser(installation)
    body = {"token": token, "password": password}
    await browser.call("POST", "/auth/accept-invitation", body, status)
    return browser


async def test_an_invitation_is_a_link_shown_once_and_stored_hashed(
    installation: Installation, conn: Connection, root: Browser
) -> None:
    made = (await root.call("POST", "/api/invitations", to_ours(installation), 201)).body
    base, _, token = made["url"].rpartition("/")
    assert base == "http://localhost:8000/invitation"
    assert len(token) == 43
    (listed,) = await root.get("/api/invitations")
    assert listed == {name: made[name] for name in made if name not in ("url", "is_mailed")}
    assert made["is_mailed"] is False
    assert listed["projects"] == [{"project_id": installation.project_id, "role": "editor"}]
    row = await fetch_one(
        conn,
        "SELECT to_jsonb(invitations)::text AS text, expires_at - created_at = interval '48 hours'"
        " AS two_days FROM invitations",
    )
    assert row is not None
    assert token not in row["text"]
    assert row["two_days"]
    shown = await Browser(installation).get(f"/auth/invitation/{token}")
    assert shown == {"email": EMAIL, "expires_at": made["expires_at"], "has_account": False}


async def test_accepting_makes_an_account_with_its_roles_and_logs_in(
    installation: Installation, conn: Connection, root: Browser
) -> None:
    token = await invite(root, to_ours(installation, is_admin=True))
    browser = Browser(installation)
    body = {"token": token, "password": PASSWORD}
    user = (await browser.call("POST", "/auth/accept-invitation", body, 201)).body["user"]
    assert user == {"id": user["id"], "email": EMAIL, "is_admin": True}
    assert await browser.get("/auth/me") == user
    assert (await get_member(conn, installation.project_id, user["id"]))["role"] == "editor"
    assert (await Browser(installation).log_in(EMAIL)).status == 200


async def test_an_invitation_works_once_and_not_when_taken_back_or_old(
    installation: Installation, conn: Connection, root: Browser
) -> None:
    used, taken_back, old = [
        await invite(root, {"email": f"{name}@example.com"}) for name in ("a", "b", "c")
    ]
    await accept(installation, used)
    (row,) = [i for i in await root.get("/api/invitations") if i["email"] == "b@example.com"]
    await root.call("DELETE", f"/api/invitations/{row['id']}", status=204)
    await root.call("DELETE", f"/api/invitations/{row['id']}", status=404)
    await conn.execute("UPDATE invitations SET expires_at = now() WHERE email = 'c@example.com'")
    before = await fetch_all(conn, "SELECT id FROM users")
    for token in (used, taken_back, old, "x", "", "x" * 43, "%00", "%ED%A0%80"):
        answer = await Browser(installation).call("GET", f"/auth/invitation/{token}", status=404)
        assert answer.body["error"]["type"] == "NotFound"
    for token in (used, taken_back, old, "x", "", "a\0b"):
        await accept(installation, token, 404)
    assert await fetch_all(conn, "SELECT id FROM users") == before
    assert await root.get("/api/invitations") == []


async def test_of_two_who_accept_at_once_one_does(
    installation: Installation, conn: Connection, root: Browser
) -> None:
    token = await invite(root, {"email": EMAIL})
    body = {"token": token, "password": PASSWORD}
    answers = await asyncio.gather(
        *(Browser(installation).call("POST", "/auth/accept-invitation", body) for _ in range(3))
    )
    statuses = sorted(answer.status for answer in answers)
    assert statuses[0] == 201
    assert set(statuses[1:]) <= {401, 404, 409}
    rows = await fetch_all(conn, "SELECT FROM users WHERE email = %(email)s", email=EMAIL)
    assert len(rows) == 1


async def test_a_bad_password_uses_nothing_up(installation: Installation, root: Browser) -> None:
    token = await invite(root, {"email": EMAIL})
    for wrong in ("", "short", "x" * 1001):
        await accept(installation, token, 400, wrong)
    await accept(installation, token)


async def test_whoever_has_an_account_accepts_with_its_password_and_loses_nothing(
    installation: Installation, conn: Connection, root: Browser
) -> None:
    user = await make_user(conn, "New@example.com")
    await give_password(conn, user)
    theirs = int(installation.projects[1]["id"])
    await put_member(conn, installation.project_id, user, Role.ADMIN)
    projects = [{"project_id": number, "role": "editor"} for number in (1, theirs)]
    token = await invite(root, {"email": EMAIL, "projects": projects})
    assert (await Browser(installation).get(f"/auth/invitation/{token}"))["has_account"]
    await accept(installation, token, 401, "another password")
    assert (await Browser(installation).log_in(EMAIL)).status == 200, "it is unchanged"
    await accept(installation, token)
    assert (await get_member(conn, installation.project_id, user))["role"] == "admin"
    assert (await get_member(conn, theirs, user))["role"] == "editor"


async def test_project_admins_invite_to_their_own_projects_only(
    installation: Installation, conn: Connection, ada: Browser
) -> None:
    await ada.call("POST", "/api/invitations", to_ours(installation, "admin"), 201)
    theirs = int(installation.projects[1]["id"])
    for body, status in (
        (to_ours(installation, is_admin=True), 403),
        ({"email": EMAIL}, 403),
        ({"email": EMAIL, "projects": [{"project_id": theirs, "role": "viewer"}]}, 403),
        ({"email": EMAIL, "projects": [{"project_id": 4711, "role": "viewer"}]}, 404),
        ({"email": "nonsense", "projects": to_ours(installation)["projects"]}, 400),
        (to_ours(installation, "owner"), 400),
    ):
        await ada.call("POST", "/api/invitations", body, status)
    assert len(await fetch_all(conn, "SELECT FROM invitations")) == 1


async def test_a_token_without_the_scope_admin_invites_nobody(
    installation: Installation, conn: Connection
) -> None:
    admin = await make_user(conn, "other@example.com", is_admin=True)
    bearer = {"Authorization": f"Bearer {await make_token(conn, admin, Scope.WRITE)}"}
    for body in (to_ours(installation), {"email": EMAIL}, {"email": EMAIL, "is_admin": True}):
        await Browser(installation).call("POST", "/api/invitations", body, 403, **bearer)


async def test_people_see_and_take_back_their_own_and_administrators_all(
    installation: Installation, conn: Connection, root: Browser, ada: Browser
) -> None:
    await invite(root, {"email": "one@example.com"})
    await invite(ada, to_ours(installation))
    (own,) = await ada.get("/api/invitations")
    assert own["email"] == EMAIL
    others, _ = sorted(await root.get("/api/invitations"), key=lambda i: i["email"] == EMAIL)
    await ada.call("DELETE", f"/api/invitations/{others['id']}", status=404)
    await root.call("DELETE", f"/api/invitations/{own['id']}", status=204)
    assert await ada.get("/api/invitations") == []


async def test_a_token_without_the_scope_admin_takes_back_its_owners_only(
    installation: Installation, conn: Connection, root: Browser
) -> None:
    await invite(root, {"email": "one@example.com"})
    other = await make_user(conn, "other@example.com", is_admin=True)
    bearer = {"Authorization": f"Bearer {await make_token(conn, other, Scope.WRITE)}"}
    (seen,) = await root.get("/api/invitations")
    place = f"/api/invitations/{seen['id']}"
    await Browser(installation).call("DELETE", place, status=404, **bearer)
    await conn.execute("UPDATE invitations SET invited_by = %s", (other,))
    await Browser(installation).call("DELETE", place, status=204, **bearer)


async def test_an_invitation_gives_what_its_maker_can_still_give(
    installation: Installation, conn: Connection, root: Browser, ada: Browser
) -> None:
    tokens = [
        await invite(root, {"email": "a@example.com", "is_admin": True}),
        await invite(root, {**to_ours(installation), "email": "b@example.com"}),
        await invite(ada, {**to_ours(installation), "email": "c@example.com"}),
    ]
    await conn.execute("UPDATE users SET is_admin = false WHERE email = 'root@example.com'")
    await conn.execute("UPDATE project_members SET role = 'editor'")
    await accept(installation, tokens[0], 404)
    for token in tokens[1:]:
        member = await accept(installation, token)
        assert (await member.get("/api/projects"))["items"] == []


async def test_an_invitation_of_somebody_who_is_out_is_none(
    installation: Installation, conn: Connection, root: Browser, ada: Browser
) -> None:
    token = await invite(ada, to_ours(installation))
    for out in (
        "UPDATE users SET is_active = false WHERE email = 'ada@example.com'",
        "DELETE FROM users WHERE email = 'ada@example.com'",
    ):
        await conn.execute(out)
        await Browser(installation).get(f"/auth/invitation/{token}", 404)
        await accept(installation, token, 404)


async def test_a_project_that_is_gone_is_left_out(
    installation: Installation, conn: Connection, root: Browser
) -> None:
    token = await invite(root, to_ours(installation))
    await root.call("DELETE", f"/api/projects/{installation.project_id}", status=204)
    await accept(installation, token)
    assert await fetch_all(conn, "SELECT FROM project_members") == []


async def test_one_person_cannot_have_any_number_of_invitations_waiting(
    installation: Installation, conn: Connection, ada: Browser
) -> None:
    await invite(ada, to_ours(installation))
    await conn.execute(
        "INSERT INTO invitations (token_hash, email, invited_by, expires_at)"
        " SELECT sha256(n::text::bytea), 'x@example.com', invited_by, expires_at"
        " FROM invitations, generate_series(2, %(most)s) AS n",
        {"most": MOST_WAITING},
    )
    await ada.call("POST", "/api/invitations", to_ours(installation), 409)
    await conn.execute("UPDATE invitations SET revoked_at = now()")
    await ada.call("POST", "/api/invitations", to_ours(installation), 409)
    await conn.execute("UPDATE invitations SET expires_at = now() WHERE id % 2 = 0")
    await invite(ada, to_ours(installation))


async def test_a_page_of_another_site_accepts_nothing(
    installation: Installation, root: Browser
) -> None:
    token = await invite(root, {"email": EMAIL})
    body = {"token": token, "password": PASSWORD}
    site = {"Origin": "https://evil.example"}
    await Browser(installation).call("POST", "/auth/accept-invitation", body, 403, **site)


async def test_a_mail_takes_the_link_to_its_address(database_url: str, conn: Connection) -> None:
    async with mail_receiver() as receiver:
        settings = Settings(smtp_host="localhost", smtp_port=receiver.port)
        async with open_installation(database_url, settings) as installation:
            body = {"email": EMAIL}
            made = await installation.request("POST", "/api/invitations", body, 201)
            ((to, mail),) = receiver.mails
    assert made["is_mailed"] is True
    assert (to, mail["Subject"]) == (EMAIL, "Invitation to Rustrak at localhost")
    for part in mail.iter_parts():
        assert made["url"] in part.get_content()
        assert "admin@example.com invites you" in part.get_content()
    rows = await fetch_all(conn, "SELECT args::text AS args FROM procrastinate_jobs")
    assert made["url"].rpartition("/")[2] not in str(rows)


async def test_an_invitation_is_made_where_no_mail_gets_through(database_url: str) -> None:
    async with mail_receiver() as receiver:
        settings = Settings(smtp_host="localhost", smtp_port=receiver.port)
    async with open_installation(database_url, settings) as installation:
        made = await installation.request("POST", "/api/invitations", {"email": EMAIL}, 201)
        assert made["is_mailed"] is False
        await accept(installation, made["url"].rpartition("/")[2])
