"""Coming in: the first page, login, invitation."""

from typing import Any

from aiohttp import web

from rustrak.dashboard.backend import Answer, Refused
from rustrak.dashboard.visit import THEME_COOKIE, THEMES, Visit, local_path

YEAR = 365 * 86400


async def home(visit: Visit) -> web.StreamResponse:
    """Issues, or the way to the first event where there is none."""
    if len(visit.projects) == 1 and not visit.projects[0]["stored_event_count"]:
        return visit.go(f"/projects/{visit.projects[0]['id']}/settings")
    return visit.go("/issues" if visit.projects else "/projects/new")


async def login(visit: Visit) -> web.StreamResponse:
    """The form."""
    return await _login_page(visit)


async def log_in(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    said = {"email": str(form.get("email", "")), "password": str(form.get("password", ""))}
    answer = await visit.answer("POST", "/auth/login", said)
    try:
        answer.json()
    except Refused as error:
        return await _login_page(visit, str(error), email=said["email"], status=error.status)
    _keep_cookies(visit, answer)
    return visit.go(local_path(visit.query("next", "/")))


async def _login_page(
    visit: Visit, fault: str = "", email: str = "", status: int = 200
) -> web.Response:
    sso = (await visit.answer("GET", "/auth/sso/config")).json()
    return visit.page(
        "login.html",
        status=status,
        fault=fault,
        email=email,
        sso=sso,
        next=local_path(visit.query("next", "/")),
    )


async def log_out(visit: Visit) -> web.StreamResponse:
    _keep_cookies(visit, await visit.answer("POST", "/auth/logout"))
    return visit.go("/login", "You are logged out.")


def _keep_cookies(visit: Visit, answer: Answer) -> None:
    """Give the browser what the API gave."""
    for cookie in answer.headers.getall("Set-Cookie", ()):
        visit.headers.add("Set-Cookie", cookie)


async def invitation(visit: Visit) -> web.StreamResponse:
    """Who is invited, and how they may accept."""
    return await _invitation_page(visit)


async def accept(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    said = {
        "token": visit.request.match_info["token"],
        "password": str(form.get("password", "")),
    }
    answer = await visit.answer("POST", "/auth/accept-invitation", said)
    try:
        answer.json()
    except Refused as error:
        return await _invitation_page(visit, str(error), error.status)
    _keep_cookies(visit, answer)
    return visit.go("/", "Welcome.")


async def _invitation_page(visit: Visit, fault: str = "", status: int = 200) -> web.Response:
    token = visit.part("token")
    invited: Any = await visit.get(f"/auth/invitation/{token}")
    sso = (await visit.answer("GET", "/auth/sso/config")).json()
    return visit.page(
        "invitation.html", status=status, invited=invited, sso=sso, token=token, fault=fault
    )


async def choose_theme(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    theme = str(form.get("theme", ""))
    if theme in THEMES:
        visit.headers.add(
            "Set-Cookie", f"{THEME_COOKIE}={theme}; Max-Age={YEAR}; Path=/; SameSite=Lax"
        )
    return visit.go(str(form.get("next", "/")))
