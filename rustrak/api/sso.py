"""Logging in at an OpenID provider."""

from aiohttp import web

from rustrak.accounts import identities, throttle
from rustrak.accounts.oidc import pending
from rustrak.accounts.oidc.pending import Pending
from rustrak.accounts.oidc.provider import Provider
from rustrak.accounts.sessions import find_session, hash_secret
from rustrak.accounts.users import find_user
from rustrak.api.browser import set_cookie, start_session
from rustrak.api.call import Call
from rustrak.api.context import PROVIDER
from rustrak.api.identify import COOKIE
from rustrak.api.logins import prove
from rustrak.database.pool import Connection
from rustrak.errors import Invalid, Malformed, NotFound, Unauthenticated
from rustrak.schemas.accounts import (
    LinkedIdentity,
    SsoCallback,
    SsoConfig,
    SsoLink,
    SsoRedirect,
    SsoStart,
)

BROWSER_COOKIE = "rustrak_sso"
"""Ties a login under way to the browser that began it."""
LONGEST_REASON = 100  # characters of what a provider says


async def get_config(call: Call) -> SsoConfig:
    """Whether there is a provider to log in at, and what to call it."""
    enabled = call.request.app[PROVIDER] is not None
    return SsoConfig(
        enabled=enabled, provider_name=call.settings.oidc_provider_name if enabled else None
    )


async def start(call: Call, query: SsoStart) -> web.StreamResponse:
    """Send the browser to the provider to log in, or to accept an invitation."""
    provider = _provider(call)
    invitation = hash_secret(query.invitation) if query.invitation is not None else None
    async with call.connection() as conn:
        await throttle.count_sso_start(conn, call.remote_addr)
        begun = await pending.start(conn, query.next, invitation_hash=invitation)
    return _redirect(await _login_url(call, provider, begun))


async def link(call: Call, body: SsoLink) -> SsoRedirect:
    """Begin to link a login at the provider to one's account; the browser goes to the URL."""
    provider = _provider(call)
    await _prove_if_possible(call, body.current_password)
    async with call.connection() as conn:
        begun = await pending.start(conn, body.next, link_user_id=call.actor.user_id)
    return SsoRedirect(url=await _login_url(call, provider, begun))


async def list_identities(call: Call) -> list[LinkedIdentity]:
    """The logins at the provider that open one's account."""
    async with call.connection() as conn:
        rows = await identities.list_identities(conn, call.actor.user_id)
    return [LinkedIdentity.model_validate(row) for row in rows]


async def unlink(call: Call) -> None:
    """Take one of them away, unless nothing else opens the account."""
    async with call.connection() as conn, conn.transaction():
        await identities.unlink_identity(
            conn, call.actor.email, call.actor.user_id, call.text("identity")
        )


async def finish(call: Call, query: SsoCallback) -> web.StreamResponse:
    """Where the provider sends the browser back to."""
    provider = _provider(call)
    browser = call.request.cookies.get(BROWSER_COOKIE, "")
    async with call.connection() as conn:
        begun = await pending.take(conn, query.state, browser)
    if query.error is not None:
        reason = "".join(c for c in query.error[:LONGEST_REASON] if c.isascii() and c.isprintable())
        raise Unauthenticated(f"the login provider refused: {reason}")
    if query.code is None:
        raise Malformed("the login provider sent no code; log in again")
    identity = await provider.identify(
        code=query.code,
        issuer=query.iss,
        nonce=begun["nonce"],
        code_verifier=begun["code_verifier"],
    )
    async with call.connection() as conn, conn.transaction():
        if begun["link_user_id"] is not None:
            await _check_still_logged_in(call, conn, begun["link_user_id"])
            await identities.link_identity(conn, identity, begun["link_user_id"])
        elif begun["invitation_hash"] is not None:
            invitation = bytes(begun["invitation_hash"])
            user_id = await identities.accept_with_identity(conn, identity, invitation)
            await start_session(call, conn, user_id)
        else:
            user_id = await identities.user_of_identity(conn, identity, call.settings)
            await start_session(call, conn, user_id)
    set_cookie(call, BROWSER_COOKIE, "", 0)
    return _redirect(begun["next_path"])


async def _login_url(call: Call, provider: Provider, begun: Pending) -> str:
    set_cookie(call, BROWSER_COOKIE, begun.browser, int(pending.LIFETIME.total_seconds()))
    return await provider.login_url(
        state=begun.state, nonce=begun.nonce, code_verifier=begun.code_verifier
    )


async def _prove_if_possible(call: Call, password: str | None) -> None:
    """Raises Invalid and Unauthenticated; whoever has no password came by the provider."""
    async with call.connection() as conn:
        user = await find_user(conn, call.actor.email)
    if user is None or user["password_hash"] is None:
        return
    if password is None:
        raise Invalid("current_password: is needed to link a login")
    await prove(call, call.actor.email, password)


async def _check_still_logged_in(call: Call, conn: Connection, user_id: int) -> None:
    """Raises Unauthenticated if the browser is not logged in as who began to link."""
    session = await find_session(conn, call.request.cookies.get(COOKIE, ""))
    if session is None or session["id"] != user_id:
        raise Unauthenticated("you are not logged in any more; log in and link again")


def _provider(call: Call) -> Provider:
    provider = call.request.app[PROVIDER]
    if provider is None:
        raise NotFound("single sign-on is not set up here")
    return provider


def _redirect(url: str) -> web.Response:
    headers = {"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(status=302, headers=headers)
