"""Logins under way: begun here, continued at the provider, finished here, once, in one browser."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from psycopg.rows import DictRow

from rustrak.accounts.sessions import hash_secret
from rustrak.database.pool import Connection, execute, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Invalid, Unauthenticated

LIFETIME = timedelta(minutes=10)
LONGEST_PATH = 2000  # characters
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Pending:
    """The secrets of one login; `browser` goes into a cookie, the others to the provider."""

    browser: str
    state: str
    nonce: str
    code_verifier: str


async def start(
    conn: Connection,
    next_path: str,
    *,
    link_user_id: int | None = None,
    invitation_hash: bytes | None = None,
) -> Pending:
    """Begin a login: for itself, to link an identity to a user, or to accept an invitation.

    Raises Invalid for a path that leads elsewhere.
    """
    check_path(next_path)
    pending = Pending(*(secrets.token_urlsafe(_SECRET_BYTES) for _ in range(4)))
    await execute(conn, sql("accounts/forget_sso_logins"))
    await execute(
        conn,
        sql("accounts/start_sso_login"),
        state_hash=hash_secret(pending.state),
        browser_hash=hash_secret(pending.browser),
        nonce=pending.nonce,
        code_verifier=pending.code_verifier,
        next_path=next_path,
        link_user_id=link_user_id,
        invitation_hash=invitation_hash,
        lifetime=LIFETIME,
    )
    return pending


async def take(conn: Connection, state: str, browser: str) -> DictRow:
    """The login that comes back: nonce, code_verifier, next_path, link_user_id, invitation_hash.

    Raises Unauthenticated for one that is finished, too old, or another browser's.
    """
    row = await fetch_one(
        conn,
        sql("accounts/take_sso_login"),
        state_hash=hash_secret(state),
        browser_hash=hash_secret(browser),
    )
    if row is None:
        raise Unauthenticated("this login is over or was begun in another browser; log in again")
    return row


def check_path(path: str) -> None:
    """Raises Invalid for anything but a path of ours.

    Browsers read `//host`, `/\\host` and, dropping the tab, `/<tab>/host` as another host.
    """
    plain = path.isascii() and path.isprintable() and " " not in path and "\\" not in path
    if not plain or len(path) > LONGEST_PATH or not path.startswith("/") or path.startswith("//"):
        raise Invalid("next: must be a path of this installation, such as /projects/1")
