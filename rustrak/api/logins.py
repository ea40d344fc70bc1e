"""Logging in and out, by session cookie."""

from aiohttp import web

from rustrak.accounts import tokens, users
from rustrak.api.access import COOKIE, refuse_other_sites, session_user
from rustrak.api.context import POOL, SETTINGS
from rustrak.api.messages import read, reply
from rustrak.api.schemas import LoggedIn, Login, User


async def log_in(request: web.Request) -> web.Response:
    """POST /auth/login"""
    refuse_other_sites(request)
    wanted = await read(request, Login)
    async with request.app[POOL].connection() as conn:
        found = await users.find_user(conn, wanted.email)
    row = await users.check_login(found, wanted.password)
    async with request.app[POOL].connection() as conn:
        await users.note_login(conn, row["id"])
        secret = await tokens.open_session(conn, row["id"])
    response = reply(LoggedIn(user=_user(row)))
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(tokens.SESSION_LIFETIME.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.app[SETTINGS].url.startswith("https:"),
    )
    return response


async def log_out(request: web.Request) -> web.Response:
    """POST /auth/logout; ends the session on the server, too."""
    refuse_other_sites(request)
    response = web.Response(status=204)
    secret = request.cookies.get(COOKIE)
    if secret is not None:
        async with request.app[POOL].connection() as conn:
            if await tokens.close_session(conn, secret):
                response.del_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
    return response


async def who_am_i(request: web.Request) -> web.Response:
    """GET /auth/me"""
    return reply(_user(await session_user(request)))


def _user(row: dict[str, object]) -> User:
    return User.model_validate({name: row[name] for name in ("id", "email", "is_admin")})
