"""Logging in and out, by session cookie."""

from rustrak.accounts import sessions, users
from rustrak.api.call import Call
from rustrak.api.identify import COOKIE, refuse_other_sites
from rustrak.database.pool import Connection
from rustrak.schemas.accounts import LoggedIn, Login, User


async def log_in(call: Call, body: Login) -> LoggedIn:
    """Log in; a session the browser had before ends."""
    refuse_other_sites(call.request)
    async with call.connection() as conn:
        found = await users.find_user(conn, body.email)
    row = await users.check_login(found, body.password)
    user = User(id=row["id"], email=row["email"], is_admin=row["is_admin"])
    async with call.connection() as conn, conn.transaction():
        await users.note_login(conn, user.id)
        await _end_session(call, conn)
        secret = await sessions.open_session(conn, user.id)
    set_cookie(call, secret, int(sessions.SESSION_LIFETIME.total_seconds()))
    return LoggedIn(user=user)


async def log_out(call: Call) -> None:
    """End the session, on the server too."""
    refuse_other_sites(call.request)
    async with call.connection() as conn:
        if await _end_session(call, conn):
            set_cookie(call, "", 0)


async def who_am_i(call: Call) -> User:
    """The person logged in, or the token's owner."""
    actor = call.actor
    return User(id=actor.user_id, email=actor.email, is_admin=actor.is_admin)


def set_cookie(call: Call, secret: str, lifetime: int) -> None:
    """Give the browser its session, for some seconds; 0 takes it away."""
    parts = [f"{COOKIE}={secret}", f"Max-Age={lifetime}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if call.settings.url.startswith("https:"):
        parts.append("Secure")
    call.headers.add("Set-Cookie", "; ".join(parts))


async def _end_session(call: Call, conn: Connection) -> bool:
    secret = call.request.cookies.get(COOKIE)
    return secret is not None and await sessions.close_session(conn, secret)
