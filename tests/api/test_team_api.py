"""People of an installation, members of a project, and that somebody always administers both."""

import asyncio

import pytest

from rustrak.accounts.access import Role
from rustrak.accounts.members import put_member
from rustrak.database.pool import Connection, fetch_all
from tests.browser import Browser, give_password, logged_in
from tests.installation import Installation
from tests.people import make_token, make_user


@pytest.fixture
async def root(installation: Installation, conn: Connection) -> Browser:
    """The installation's administrator; the user who owns the other token is removed."""
    user = await make_user(conn, "root@example.com", is_admin=True)
    await conn.execute("DELETE FROM users WHERE email = 'admin@example.com'")
    return await logged_in(installation, conn, user)


@pytest.fixture
async def ada(conn: Connection, installation: Installation) -> int:
    """An administrator of our project."""
    user = await make_user(conn, "ada@example.com")
    await put_member(conn, installation.project_id, user, Role.ADMIN)
    return user


async def addresses(browser: Browser, path: str = "/api/team") -> list[str]:
    return [person["email"] for person in await browser.get(path)]


async def test_administrators_see_everybody_and_others_whom_they_share_a_project_with(
    installation: Installation, conn: Connection, root: Browser, ada: int
) -> None:
    bob, eve = [await make_user(conn, f"{name}@example.com") for name in ("bob", "eve")]
    await put_member(conn, installation.project_id, bob, Role.VIEWER)
    await put_member(conn, int(installation.projects[1]["id"]), eve, Role.ADMIN)
    assert await addresses(root) == [
        f"{name}@example.com" for name in ("ada", "bob", "eve", "root")
    ]
    assert (await root.get("/api/team"))[0] == {
        "id": ada,
        "email": "ada@example.com",
        "is_admin": False,
        "role": "member",
        "is_active": True,
        "created_at": (await root.get("/api/team"))[0]["created_at"],
        "last_login": None,
    }
    hers = await logged_in(installation, conn, bob)
    assert await addresses(hers) == ["ada@example.com", "bob@example.com"]
    assert [person["created_at"] for person in await hers.get("/api/team")] == [None, None]
    await root.call("DELETE", f"/api/projects/{installation.project_id}", status=204)
    assert await addresses(hers) == ["bob@example.com"]


async def test_a_role_changes_by_either_word_and_at_once(
    installation: Installation, conn: Connection, root: Browser, ada: int
) -> None:
    hers = await logged_in(installation, conn, ada)
    path = f"/api/team/{ada}/role"
    for body, is_admin in (
        ({"role": "admin"}, True),
        ({"role": "member"}, False),
        ({"is_admin": True}, True),
        ({"is_admin": False, "role": "member"}, False),
    ):
        person = (await root.call("PATCH", path, body, 200)).body
        assert (person["is_admin"], person["role"]) == (
            is_admin,
            "admin" if is_admin else "member",
        )
        assert (await hers.get("/auth/me"))["is_admin"] is is_admin
    for wrong in ({}, {"role": "owner"}, {"role": "admin", "is_admin": False}, {"is_admin": 1}):
        await root.call("PATCH", path, wrong, 400)
    for nobody in ("4711", "x", "0"):
        await root.call("PATCH", f"/api/team/{nobody}/role", {"role": "admin"}, 404)
        await root.call("PATCH", f"/api/team/{nobody}", {"is_active": False}, 404)
        await root.call("DELETE", f"/api/team/{nobody}", status=404)


async def test_a_disabled_user_is_out_at_once_and_comes_back_without_old_sessions(
    installation: Installation, conn: Connection, root: Browser, ada: int
) -> None:
    await give_password(conn, ada)
    hers = await logged_in(installation, conn, ada)
    bearer = {"Authorization": f"Bearer {await make_token(conn, ada)}"}
    program = Browser(installation)
    await program.call("GET", "/auth/me", status=200, **bearer)
    person = (await root.call("PATCH", f"/api/team/{ada}", {"is_active": False}, 200)).body
    assert person["is_active"] is False
    await hers.get("/auth/me", 401)
    await program.call("GET", "/auth/me", status=401, **bearer)
    answer = await Browser(installation).log_in("ada@example.com")
    assert (answer.status, answer.message) == (401, "Unauthorized: Account is disabled")
    await root.call("PATCH", f"/api/team/{ada}", {"is_active": True}, 200)
    await hers.get("/auth/me", 401)
    await program.call("GET", "/auth/me", status=200, **bearer)
    assert (await Browser(installation).log_in("ada@example.com")).status == 200


async def test_a_deleted_user_is_gone_and_what_they_decided_stays(
    installation: Installation, conn: Connection, root: Browser, ada: int
) -> None:
    token = await make_token(conn, ada)
    await logged_in(installation, conn, ada)
    await conn.execute(
        "INSERT INTO decisions (project_id, actor, kind) VALUES (1, 'user:' || %(id)s, 'resolve')",
        {"id": ada},
    )
    await root.call("DELETE", f"/api/team/{ada}", status=204)
    bearer = f"Bearer {token}"
    await Browser(installation).call("GET", "/auth/me", status=401, Authorization=bearer)
    for table in ("sessions", "auth_tokens", "project_members"):
        rows = await fetch_all(conn, f"SELECT FROM {table} WHERE user_id = %(id)s", id=ada)
        assert rows == []
    assert await fetch_all(conn, "SELECT actor FROM decisions WHERE kind <> 'change_grouping'") == [
        {"actor": f"user:{ada}"}
    ]
    assert await make_user(conn, "ada@example.com") > ada


async def test_the_last_active_administrator_stays(
    installation: Installation, conn: Connection, root: Browser
) -> None:
    own = f"/api/team/{(await root.get('/auth/me'))['id']}"
    disabled = await make_user(conn, "old@example.com", is_admin=True)
    await conn.execute("UPDATE users SET is_active = false WHERE id = %(id)s", {"id": disabled})
    refused = [
        await root.call("PATCH", f"{own}/role", {"role": "member"}, 409),
        await root.call("PATCH", own, {"is_active": False}, 409),
        await root.call("DELETE", own, status=409),
    ]
    assert {answer.body["error"]["type"] for answer in refused} == {"Conflict"}
    await root.call("DELETE", f"/api/team/{disabled}", status=204)
    other = await make_user(conn, "other@example.com", is_admin=True)
    await root.call("PATCH", f"{own}/role", {"role": "member"}, 200)
    await root.call("PATCH", f"/api/team/{other}/role", {"role": "member"}, 403)


async def test_two_administrators_cannot_remove_each_other_at_once(
    installation: Installation, conn: Connection, root: Browser
) -> None:
    for _ in range(5):
        ids = [row["id"] for row in await fetch_all(conn, "SELECT id FROM users WHERE is_admin")]
        ids.append(await make_user(conn, "other@example.com", is_admin=True))
        one, two = [await logged_in(installation, conn, user) for user in ids]
        await asyncio.gather(
            one.call("DELETE", f"/api/team/{ids[1]}"), two.call("DELETE", f"/api/team/{ids[0]}")
        )
        left = await fetch_all(conn, "SELECT id FROM users WHERE is_admin")
        assert len(left) == 1
        await conn.execute("UPDATE users SET email = id || '@example.com'")


async def test_members_are_listed_added_changed_and_removed(
    installation: Installation, conn: Connection, root: Browser, ada: int
) -> None:
    path = f"/api/projects/{installation.project_id}/members"
    bob = await make_user(conn, "bob@example.com")
    for role in ("viewer", "editor", "admin", "viewer"):
        member = (await root.call("PUT", path, {"user_id": bob, "role": role}, 200)).body
        assert (member["user_id"], member["email"], member["role"]) == (
            bob,
            "bob@example.com",
            role,
        )
    his = await logged_in(installation, conn, bob)
    assert [(m["email"], m["role"]) for m in await his.get(path)] == [
        ("ada@example.com", "admin"),
        ("bob@example.com", "viewer"),
    ]
    await root.call("DELETE", f"{path}/{bob}", status=204)
    await his.get(path, 404)
    await root.call("DELETE", f"{path}/{bob}", status=404)
    for wrong in ({}, {"user_id": bob}, {"user_id": bob, "role": "owner"}, {"role": "viewer"}):
        await root.call("PUT", path, wrong, 400)
    for number in (0, -1, 2**31, "1"):
        await root.call("PUT", path, {"user_id": number, "role": "viewer"}, 400)
    await root.call("PUT", path, {"user_id": 4711, "role": "viewer"}, 404)
    await root.call("PUT", "/api/projects/4711/members", {"user_id": bob, "role": "viewer"}, 404)


async def test_a_project_admin_adds_only_people_they_can_see(
    installation: Installation, conn: Connection, ada: int
) -> None:
    hers = await logged_in(installation, conn, ada)
    path = f"/api/projects/{installation.project_id}/members"
    stranger = await make_user(conn, "stranger@example.com")
    body = {"user_id": stranger, "role": "viewer"}
    unseen = await hers.call("PUT", path, body, 404)
    nobody = await hers.call("PUT", path, {**body, "user_id": 4711}, 404)
    assert unseen.message.replace(str(stranger), "N") == nobody.message.replace("4711", "N")
    await put_member(conn, int(installation.projects[1]["id"]), stranger, Role.ADMIN)
    await put_member(conn, int(installation.projects[1]["id"]), ada, Role.VIEWER)
    await hers.call("PUT", path, body, 200)


async def test_the_last_administrator_of_a_project_leaves_only_while_the_installation_has_one(
    installation: Installation, conn: Connection, root: Browser, ada: int
) -> None:
    path = f"/api/projects/{installation.project_id}/members"
    bob = await make_user(conn, "bob@example.com")
    hers = await logged_in(installation, conn, ada)
    await conn.execute("UPDATE users SET is_admin = false")
    await put_member(conn, installation.project_id, bob, Role.EDITOR)
    await hers.call("PUT", path, {"user_id": ada, "role": "editor"}, 409)
    await hers.call("DELETE", f"{path}/{ada}", status=409)
    await hers.call("PUT", path, {"user_id": bob, "role": "admin"}, 200)
    await conn.execute("UPDATE users SET is_active = false WHERE id = %(id)s", {"id": bob})
    await hers.call("DELETE", f"{path}/{ada}", status=409)
    await conn.execute("UPDATE users SET is_admin = true WHERE email = 'root@example.com'")
    await hers.call("DELETE", f"{path}/{ada}", status=204)
    await hers.get(path, 404)


async def test_a_project_has_its_maker_as_administrator(
    installation: Installation, conn: Connection
) -> None:
    user = await make_user(conn, "new@example.com")
    browser = await logged_in(installation, conn, user)
    made = (await browser.call("POST", "/api/projects", {"name": "Mine"}, 201)).body
    (member,) = await browser.get(f"/api/projects/{made['id']}/members")
    assert (member["user_id"], member["role"]) == (user, "admin")
