"""Who is asking: a bearer token or a session cookie."""

from urllib.parse import urlsplit

from aiohttp import web

from rustrak.accounts.access import ALL_SCOPES, Actor, Scope
from rustrak.accounts.sessions import find_session
from rustrak.accounts.tokens import find_token
from rustrak.database.pool import Connection
from rustrak.errors import Forbidden, Unauthenticated

COOKIE = "rustrak_session"
"""The name the original's dashboard looks for."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def identify(request: web.Request, conn: Connection) -> Actor:
    """The actor of a request; a bearer token wins over a cookie.

    Raises Unauthenticated, and Forbidden for a change that another site asks for.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await _owner_of_token(conn, token.strip())
    secret = request.cookies.get(COOKIE)
    if secret is None:
        raise Unauthenticated("Not authenticated")
    if request.method not in SAFE_METHODS:
        refuse_other_sites(request)
    user = await find_session(conn, secret)
    if user is None:
        raise Unauthenticated("Not authenticated")
    return Actor(
        user["id"], user["email"], user["is_admin"], ALL_SCOPES, session_id=user["session_id"]
    )


async def _owner_of_token(conn: Connection, token: str) -> Actor:
    row = await find_token(conn, token)
    if row is None:
        raise Unauthenticated("Invalid token")
    scopes = frozenset(Scope(scope) for scope in row["scopes"])
    return Actor(row["user_id"], row["email"], row["is_admin"], scopes, token_id=row["id"])


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
