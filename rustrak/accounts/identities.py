"""Identities at an OpenID provider, and whose they are.

The key is issuer and subject. An address proves nothing about an account that is there already:
whoever owns the account links it, logged in.
"""

from psycopg.rows import DictRow

from rustrak.accounts.invitations import find_invitation, use_invitation
from rustrak.accounts.oidc.id_token import Identity
from rustrak.accounts.users import add_user, find_user, is_email
from rustrak.config import Settings
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, Forbidden, NotFound, Unauthenticated


async def user_of_identity(conn: Connection, identity: Identity, settings: Settings) -> int:
    """Whom to log in, an account made if the settings say so. Runs in a transaction.

    Raises Unauthenticated for a disabled account, Forbidden where there is none and none is made,
    Conflict where the address is somebody's.
    """
    user_id = await _owner(conn, identity)
    if user_id is not None:
        return user_id
    _check_may_join(identity, settings)
    assert identity.email is not None
    if await find_user(conn, identity.email) is not None:
        raise Conflict(
            "your address has an account here; log in with its password and link this login to it"
        )
    row = await add_user(conn, identity.email, None, is_admin=False)
    await link_identity(conn, identity, row["id"])
    return int(row["id"])


async def accept_with_identity(conn: Connection, identity: Identity, invitation: bytes) -> int:
    """Accept the invitation with this token's hash; whom to log in. Runs in a transaction.

    Somebody who has an account keeps it. Raises NotFound for the invitation, Conflict where its
    address has an account that is not this identity's.
    """
    found = await find_invitation(conn, invitation)
    user_id = await _owner(conn, identity)
    if user_id is None:
        row = await add_user(conn, found["email"], None, is_admin=False)
        user_id = int(row["id"])
        await link_identity(conn, identity, user_id)
    await use_invitation(conn, found, user_id)
    return user_id


async def link_identity(conn: Connection, identity: Identity, user_id: int) -> None:
    """Tie an identity to somebody. Raises Conflict where it is another's."""
    linked = await execute(
        conn,
        sql("accounts/link_identity"),
        issuer=identity.issuer,
        subject=identity.subject,
        user_id=user_id,
    )
    if not linked and await _owner(conn, identity) != user_id:
        raise Conflict("this login belongs to another account")


async def list_identities(conn: Connection, user_id: int) -> list[DictRow]:
    """Those that open somebody's account: id, issuer, subject, created_at, last_login."""
    return await fetch_all(conn, sql("accounts/list_identities"), user_id=user_id)


async def unlink_identity(conn: Connection, email: str, user_id: int, identity_id: str) -> None:
    """Take one away. Runs in a transaction. Raises NotFound, and Conflict where nothing else opens
    the account."""
    if not await execute(conn, sql("accounts/unlink_identity"), user_id=user_id, id=identity_id):
        raise NotFound("There is no such login")
    user = await find_user(conn, email)
    has_password = user is not None and user["password_hash"] is not None
    if not has_password and not await list_identities(conn, user_id):
        raise Conflict("nothing else opens your account; set a password first")


async def _owner(conn: Connection, identity: Identity) -> int | None:
    key = {"issuer": identity.issuer, "subject": identity.subject}
    row = await fetch_one(conn, sql("accounts/find_identity"), **key)
    if row is None:
        return None
    if not row["is_active"]:
        raise Unauthenticated("Account is disabled")
    await execute(conn, sql("accounts/note_identity_login"), **key)
    return int(row["id"])


def _check_may_join(identity: Identity, settings: Settings) -> None:
    """Raises Forbidden for somebody who does not get an account by logging in."""
    if not settings.oidc_auto_provision:
        raise Forbidden("this login has no account here; link it to yours, or ask to be invited")
    if identity.email is None or not is_email(identity.email):
        raise Forbidden("the login provider does not vouch for an e-mail address of yours")
    domain = identity.email.rpartition("@")[2].lower()
    if settings.oidc_allowed_domains and domain not in settings.oidc_allowed_domains:
        raise Forbidden("addresses of this domain get no account by logging in; ask to be invited")
