"""Invitations: a link for one person, good once and for two days, that needs no e-mail to work.

It gives what its maker could give at the moment it is accepted, so one from somebody who was
disabled or demoted gives nothing.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta

import orjson
from psycopg.rows import DictRow

from rustrak.accounts.access import Role
from rustrak.accounts.sessions import hash_secret
from rustrak.accounts.team import set_admin
from rustrak.accounts.users import check_email
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, NotFound

LIFETIME = timedelta(hours=48)
MOST_WAITING = 100
"""Invitations of one person within their lifetime; taken back, they count on, because each may
have been a mail to a stranger."""
MOST_LISTED = 1000
_TOKEN_BYTES = 32


async def create_invitation(
    conn: Connection,
    email: str,
    *,
    invited_by: int,
    is_admin: bool = False,
    projects: Sequence[tuple[int, Role]] = (),
) -> tuple[str, DictRow]:
    """A new invitation: its token, in clear this one time, and its row as lists show it.

    Whether its maker may give all this is for the caller to check. Raises Invalid for something
    that is no e-mail address, and Conflict when too many wait already.
    """
    check_email(email)
    made = await fetch_one(conn, sql("accounts/count_invitations"), invited_by=invited_by)
    if made is None or made["total"] >= MOST_WAITING:
        raise Conflict(f"you made {MOST_WAITING} invitations that nobody accepted; wait a while")
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    grants = [{"project_id": project_id, "role": role} for project_id, role in projects]
    row = await fetch_one(
        conn,
        sql("accounts/create_invitation"),
        token_hash=hash_secret(token),
        email=email,
        is_admin=is_admin,
        grants=orjson.dumps(grants).decode(),
        invited_by=invited_by,
        lifetime=LIFETIME,
    )
    assert row is not None
    return token, row


async def list_invitations(conn: Connection, *, invited_by: int | None) -> list[DictRow]:
    """Invitations that wait, newest first: those of one person, or all. At most MOST_LISTED."""
    return await fetch_all(
        conn, sql("accounts/list_invitations"), invited_by=invited_by, limit=MOST_LISTED
    )


async def revoke_invitation(
    conn: Connection, invitation_id: int, *, invited_by: int | None
) -> None:
    """Take an invitation back: one of somebody's own, or anybody's. Raises NotFound."""
    if not await execute(
        conn, sql("accounts/revoke_invitation"), id=invitation_id, invited_by=invited_by
    ):
        raise NotFound(f"Invitation with id {invitation_id} not found")


async def find_invitation(conn: Connection, token_hash: bytes) -> DictRow:
    """One that can be accepted: id, email, is_admin, grants, expires_at, has_account.

    Raises NotFound with one text for one that never was, is used, taken back or too old.
    """
    row = await fetch_one(conn, sql("accounts/find_invitation"), token_hash=token_hash)
    if row is None:
        raise NotFound("Invitation not found; it may be used or expired. Ask for a new one")
    return row


async def use_invitation(conn: Connection, invitation: DictRow, user_id: int) -> None:
    """Give somebody what an invitation holds, and use it up. Runs in a transaction.

    Nobody loses by it: a higher role stays. Raises NotFound if another was quicker.
    """
    if not await execute(conn, sql("accounts/accept_invitation"), id=invitation["id"]):
        raise NotFound("Invitation not found; it may be used or expired. Ask for a new one")
    if invitation["is_admin"]:
        await set_admin(conn, user_id, True)
    for grant in invitation["grants"]:
        await execute(conn, sql("accounts/raise_member"), user_id=user_id, **grant)
