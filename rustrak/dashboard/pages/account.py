"""One's own account: address, password, sessions, tokens."""

import asyncio
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from rustrak.dashboard.backend import Refused
from rustrak.dashboard.visit import Visit


async def show(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def _page(visit: Visit, **values: Any) -> web.Response:
    sessions, tokens, identities = await asyncio.gather(
        visit.get("/auth/sessions"), visit.get("/api/tokens"), visit.get("/auth/sso/identities")
    )
    return visit.page(
        "account.html", sessions=sessions, tokens=tokens, identities=identities, **values
    )


async def change(visit: Visit) -> web.StreamResponse:
    """Do what a form asks for; a new token is shown this one time."""
    form = await visit.form()
    said = {name: str(value) for name, value in form.items()}
    action = said.get("action", "")
    try:
        if action == "token":
            made = await visit.send("POST", "/api/tokens", _token(said, form.getall("scope", [])))
            return await _page(visit, made=made)
        note = await _ACTIONS[action](visit, said)
    except KeyError:
        raise Refused(400, f"There is no action {action!r}") from None
    except Refused as error:
        if error.status == 401 and action != "password":
            raise
        return await _page(visit, fault=str(error))
    return visit.go("/account", note)


def _token(said: dict[str, str], scopes: list[Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"description": said.get("description") or None}
    if scopes:
        body["scopes"] = [str(scope) for scope in scopes]
    return body


async def _password(visit: Visit, said: dict[str, str]) -> str:
    body = {
        "current_password": said.get("current_password", ""),
        "new_password": said.get("new_password", ""),
    }
    await visit.send("POST", "/auth/me/password", body)
    return "Your password is changed; your other sessions are ended."


async def _end_session(visit: Visit, said: dict[str, str]) -> str:
    await visit.send("DELETE", f"/auth/sessions/{quote(said.get('session', '0'), safe='')}")
    return "That session is ended."


async def _end_sessions(visit: Visit, _said: dict[str, str]) -> str:
    await visit.send("DELETE", "/auth/sessions")
    return "All sessions are ended."


async def _revoke(visit: Visit, said: dict[str, str]) -> str:
    await visit.send("DELETE", f"/api/tokens/{quote(said.get('token', '0'), safe='')}")
    return "That token is revoked."


async def _unlink(visit: Visit, said: dict[str, str]) -> str:
    place = quote(said.get("identity", "-"), safe="")
    await visit.send("DELETE", f"/auth/sso/identities/{place}")
    return "That login opens your account no more."


_ACTIONS: Final = {
    "unlink": _unlink,
    "password": _password,
    "end_session": _end_session,
    "end_sessions": _end_sessions,
    "revoke": _revoke,
}
