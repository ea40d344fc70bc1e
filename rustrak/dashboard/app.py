"""The table of pages, mounted: beside the API in one process, or as an application of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

from aiohttp import ClientSession, ClientTimeout, web
from yarl import URL

from rustrak.api.identify import SAFE_METHODS, refuse_other_sites
from rustrak.dashboard.backend import Backend, Refused
from rustrak.dashboard.live import STOPPING, end_streams
from rustrak.dashboard.local import LocalBackend
from rustrak.dashboard.remote import SERVER, SESSION, RemoteBackend
from rustrak.dashboard.render import static_files
from rustrak.dashboard.visit import Visit
from rustrak.errors import Problem
from rustrak.logging import Note, log

Handler = Callable[[Visit], Awaitable[web.StreamResponse]]
MakeBackend = Callable[[web.Request], Backend]

TIMEOUT = 30.0  # seconds for one question to a server elsewhere
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the table."""

    method: str
    path: str
    handler: Handler
    is_open: bool = False
    """For whoever is not logged in, too."""

    def mounted(self, backend: MakeBackend) -> web.RouteDef:
        async def answer(request: web.Request) -> web.StreamResponse:
            visit = Visit(request, backend(request))
            try:
                return await self._answer(visit)
            except Refused as error:
                return _refused(visit, error)
            except Problem as error:
                return _refused(visit, Refused(error.status, str(error)))
            except Exception:
                incident = uuid4().hex[:12]
                log.exception(Note.REQUEST_FAILED, path=request.path, incident=incident)
                return _refused(visit, Refused(500, f"It is logged as incident {incident}"))

        return web.route(self.method, self.path, answer)

    async def _answer(self, visit: Visit) -> web.StreamResponse:
        if visit.request.method not in SAFE_METHODS:
            refuse_other_sites(visit.request)
        if not self.is_open:
            me, projects = await asyncio.gather(
                visit.answer("GET", "/auth/me"), visit.answer("GET", "/api/projects", per_page=1000)
            )
            if me.status == 401:
                return _to_login(visit)
            visit.me, found = me.json(), projects.json()
            visit.projects = sorted(found["items"], key=lambda one: str(one["name"]).lower())
            if "project_id" in visit.request.match_info and visit.project is None:
                raise Refused(404, "There is no such project, or you are not one of its members")
        return await self.handler(visit)


def _to_login(visit: Visit) -> web.Response:
    here = visit.request.path_qs if visit.request.method in SAFE_METHODS else "/"
    return visit.go(f"/login?next={quote(here, safe='')}")


def _refused(visit: Visit, error: Refused) -> web.StreamResponse:
    if error.status == 401:
        return _to_login(visit)
    return visit.page("refused.html", status=error.status, message=str(error), code=error.status)


def dashboard_routes(backend: MakeBackend = LocalBackend) -> list[web.RouteDef]:
    """The pages and what they are made with."""
    from rustrak.dashboard.pages import PAGES

    return [
        *(page.mounted(backend) for page in PAGES),
        web.get("/static/{version}/{name}", _static),
    ]


async def _static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    content = static_files().get(name)
    if content is None:
        raise web.HTTPNotFound
    kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    response = web.Response(body=content, content_type=kind, headers=headers)
    response.enable_compression()
    return response


def add_dashboard(app: web.Application, backend: MakeBackend = LocalBackend) -> None:
    """Mount the pages on an application."""
    app[STOPPING] = asyncio.Event()
    app.on_shutdown.append(end_streams)
    app.add_routes(dashboard_routes(backend))


@asynccontextmanager
async def open_dashboard(server: str) -> AsyncIterator[web.Application]:
    """A dashboard that talks to a server elsewhere."""
    async with ClientSession(timeout=ClientTimeout(total=TIMEOUT)) as session:
        app = web.Application()
        app[SERVER] = URL(server)
        app[SESSION] = session
        add_dashboard(app, RemoteBackend)
        yield app
