"""Logging in and out, by session cookie."""

from psycopg.rows import DictRow

from rustrak.accounts import throttle, users
from rustrak.accounts.passwords import hash_password
from rustrak.api.browser import end_session, set_cookie, start_session
from rustrak.api.call import Call
from rustrak.api.identify import COOKIE, refuse_other_sites
from rustrak.errors import Conflict, Forbidden, Invalid
from rustrak.schemas.accounts import LoggedIn, Login, Registration, User


async def log_in(call: Call, body: Login) -> LoggedIn:
    """Log in; a session the browser had before ends."""
    refuse_other_sites(call.request)
    row = await prove(call, body.email, body.password)
    async with call.connection() as conn, conn.transaction():
        await start_session(call, conn, row["id"])
    return LoggedIn(user=as_user(row))


async def log_out(call: Call) -> None:
    """End the session, on the server too."""
    refuse_other_sites(call.request)
    async with call.connection() as conn:
        if await end_session(call, conn):
            set_cookie(call, COOKIE, "", 0)


async def register(call: Call, body: Registration) -> LoggedIn:
    """Make an account for oneself, where the installation lets anybody do so."""
    refuse_other_sites(call.request)
    if call.settings.registration != "open":
        raise Forbidden("registration is closed; ask an administrator for an invitation")
    users.check_email(body.email)
    users.check_new_password(body.password)
    async with call.connection() as conn:
        await throttle.count_registration(conn, call.remote_addr)
    password_hash = await hash_password(body.password)
    async with call.connection() as conn, conn.transaction():
        try:
            row = await users.add_user(conn, body.email, password_hash, is_admin=False)
        except Conflict as error:
            raise Invalid(str(error)) from None  # a 400, as the original has it
        await start_session(call, conn, row["id"])
    return LoggedIn(user=as_user(row))


async def prove(call: Call, email: str, password: str) -> DictRow:
    """The user who has this address and this password.

    Raises Unauthenticated with one text for both, and Throttled after too many failures.
    """
    async with call.connection() as conn:
        attempt = await throttle.begin_login(conn, email, call.remote_addr)
        found = await users.find_user(conn, email)
    row = await users.check_login(found, password)
    async with call.connection() as conn:
        await throttle.settle_login(conn, attempt)
    return row


def as_user(row: DictRow) -> User:
    """A row as the API shows it."""
    return User(id=row["id"], email=row["email"], is_admin=row["is_admin"])
