"""Deciding about issues over the API, as several people."""

from typing import Any

from rustrak.accounts.access import Role
from rustrak.database.pool import Connection, fetch_all
from tests.installation import Installation
from tests.made_events import digested, error
from tests.people import make_token, make_user


def path_of(issue: dict[str, Any]) -> str:
    return f"/api/projects/{issue['project_id']}/issues/{issue['id']}"


async def opened(installation: Installation, **attributes: Any) -> dict[str, Any]:
    """A new issue."""
    await digested(installation, error(**attributes))
    (issue,) = await installation.issues()
    return issue


async def decided(installation: Installation, issue: dict[str, Any], **wanted: Any) -> Any:
    """The issue after a PATCH."""
    return await installation.request("PATCH", path_of(issue), wanted)


async def seen_again(
    installation: Installation, issue: dict[str, Any], **attributes: Any
) -> dict[str, Any]:
    """The issue after another event."""
    await digested(installation, error(**attributes))
    found: dict[str, Any] = await installation.get(path_of(issue))
    return found


async def become(
    installation: Installation, conn: Connection, email: str, role: Role | None
) -> int:
    """Act as a new user from now on, with a role in our project; their id."""
    user_id = await make_user(conn, email)
    membership = None if role is None else (installation.project_id, role)
    installation.token = await make_token(conn, user_id, role=membership)
    return user_id


async def kinds(conn: Connection) -> list[str]:
    """What was decided, in order."""
    rows = await fetch_all(
        conn, "SELECT kind FROM decisions WHERE issue_id IS NOT NULL ORDER BY position"
    )
    return [row["kind"] for row in rows]
