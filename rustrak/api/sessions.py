"""Where one is logged in."""

from rustrak.accounts import sessions
from rustrak.api.browser import set_cookie
from rustrak.api.call import Call
from rustrak.api.identify import COOKIE
from rustrak.schemas.accounts import Session


async def list_sessions(call: Call) -> list[Session]:
    """One's own sessions, the latest used first."""
    async with call.connection() as conn:
        rows = await sessions.list_sessions(conn, call.actor.user_id)
    current = call.actor.session_id
    return [Session.model_validate({**row, "is_current": row["id"] == current}) for row in rows]


async def end_session(call: Call) -> None:
    """Log out one browser, on the server at once."""
    session_id = call.number("session_id")
    async with call.connection() as conn:
        await sessions.end_session(conn, call.actor.user_id, session_id)
    if session_id == call.actor.session_id:
        set_cookie(call, COOKIE, "", 0)


async def end_sessions(call: Call) -> None:
    """Log out everywhere, here too. Tokens stay."""
    async with call.connection() as conn:
        await sessions.end_sessions(conn, call.actor.user_id)
    set_cookie(call, COOKIE, "", 0)
