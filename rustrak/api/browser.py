"""What a browser keeps for us: the cookie of its session."""

from rustrak.accounts import sessions, users
from rustrak.api.call import Call
from rustrak.api.identify import COOKIE
from rustrak.database.pool import Connection


async def start_session(call: Call, conn: Connection, user_id: int) -> None:
    """Log somebody in here; a session the browser had before ends. Runs in a transaction."""
    await users.note_login(conn, user_id)
    await end_session(call, conn)
    secret = await sessions.open_session(
        conn, user_id, user_agent=call.user_agent, remote_addr=call.remote_addr
    )
    set_cookie(call, COOKIE, secret, int(sessions.SESSION_LIFETIME.total_seconds()))


async def end_session(call: Call, conn: Connection) -> bool:
    """End the session of this browser; whether there was one."""
    secret = call.request.cookies.get(COOKIE)
    return secret is not None and await sessions.close_session(conn, secret)


def set_cookie(call: Call, name: str, secret: str, lifetime: int) -> None:
    """Give the browser a secret, for some seconds; 0 takes it away."""
    parts = [f"{name}={secret}", f"Max-Age={lifetime}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if call.settings.url.startswith("https:"):
        parts.append("Secure")
    call.headers.add("Set-Cookie", "; ".join(parts))
