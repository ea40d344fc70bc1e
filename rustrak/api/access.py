"""Who is asking: a bearer token or a session cookie, checked before the handler runs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts.tokens import find_session, find_token
from rustrak.api.context import POOL
from rustrak.errors import Forbidden, Unauthenticated

COOKIE = "rustrak_session"
"""The name the original's dashboard looks for."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts; `name` goes into decisions, `user_id` is None for tokens that belong to nobody."""

    name: str
    user_id: int | None


Handler = Callable[[web.Request, Actor], Awaitable[web.StreamResponse]]


def signed_in(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler that only runs for somebody we know."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        return await handler(request, await identify(request))

    return guarded


async def identify(request: web.Request) -> Actor:
    """The actor of a request; a bearer token wins over a cookie. Raises Unauthenticated."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        async with request.app[POOL].connection() as conn:
            row = await find_token(conn, token.strip())
        if row is None:
            raise Unauthenticated("Invalid token")
        return Actor(f"token:{row['id']}", row["user_id"])
    user = await session_user(request)
    return Actor(f"user:{user['id']}", user["id"])


async def session_user(request: web.Request) -> DictRow:
    """The user of the session cookie. Raises Unauthenticated, and Forbidden across sites."""
    secret = request.cookies.get(COOKIE)
    if secret is None:
        raise Unauthenticated("Not authenticated")
    if request.method not in SAFE_METHODS:
        refuse_other_sites(request)
    async with request.app[POOL].connection() as conn:
        user = await find_session(conn, secret)
    if user is None:
        raise Unauthenticated("Not authenticated")
    return user


def refuse_other_sites(request: web.Request) -> None:
    """Refuse a change that a page of another site makes a browser ask for (CSRF).

    Browsers say so in Sec-Fetch-Site, older ones in Origin; programs send neither.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and _host(origin) != request.host
    if foreign:
        raise Forbidden("this change was asked for by a page of another site")


def _host(origin: str) -> str | None:
    """Host and port of an origin, None if it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
