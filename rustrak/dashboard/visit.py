"""One visit of a page: who is there, what they ask for, and how they are answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

import orjson
from aiohttp import web
from multidict import CIMultiDict, MultiDictProxy

from rustrak.dashboard.backend import Answer, Backend
from rustrak.dashboard.render import render

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "rustrak_theme"
NOTE_COOKIE = "rustrak_note"
LONGEST_NOTE = 300  # characters
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, nothing inline: what an event says can be no script."""


@dataclass(slots=True)
class Visit:
    """A request of a browser, and the API behind it."""

    request: web.Request
    backend: Backend
    me: Any = None
    """Who is logged in: id, email and is_admin; None for nobody."""
    projects: list[Any] = field(default_factory=list)
    """Those they may see, by name."""
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)

    @property
    def project_id(self) -> int:
        return int(self.request.match_info["project_id"])

    @property
    def project(self) -> Any:
        """The project of the path, None if they may not see it."""
        number = self.request.match_info.get("project_id")
        return next((one for one in self.projects if str(one["id"]) == number), None)

    @property
    def place(self) -> str:
        """The API's address of the project."""
        return f"/api/projects/{self.project_id}"

    def part(self, name: str) -> str:
        """A part of the path, ready to be put into another."""
        return quote(self.request.match_info[name], safe="")

    def query(self, name: str, default: str = "") -> str:
        return self.request.query.get(name, default)

    async def form(self) -> MultiDictProxy[Any]:
        return await self.request.post()

    async def answer(self, method: str, path: str, body: Any = None, **query: object) -> Answer:
        """Ask the API, whatever it says."""
        content = None if body is None else orjson.dumps(body)
        given = {name: str(value) for name, value in query.items() if value not in (None, "")}
        return await self.backend.ask(method, path, given, content)

    async def get(self, path: str, **query: object) -> Any:
        """JSON of the API. Raises Refused."""
        return (await self.answer("GET", path, **query)).json()

    async def send(self, method: str, path: str, body: Any = None) -> Any:
        """Change something. Raises Refused."""
        return (await self.answer(method, path, body)).json()

    def page(self, template: str, status: int = 200, **values: Any) -> web.Response:
        """A page."""
        note = unquote(self.request.cookies.get(NOTE_COOKIE, ""))[:LONGEST_NOTE]
        if note:
            self.headers.add("Set-Cookie", f"{NOTE_COOKIE}=; Max-Age=0; Path=/; HttpOnly")
        text = render(template, visit=self, note=note, theme=self.theme, **values)
        response = web.Response(text=text, status=status, content_type="text/html")
        response.headers.extend(self.headers)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def go(self, path: str, note: str = "") -> web.Response:
        """Send the browser to another page of ours, with a word about what was done."""
        response = web.Response(status=303, headers={"Location": local_path(path)})
        if note:
            self.headers.add(
                "Set-Cookie",
                f"{NOTE_COOKIE}={quote(note[:LONGEST_NOTE])}; Max-Age=60; Path=/; HttpOnly;"
                " SameSite=Lax",
            )
        response.headers.extend(self.headers)
        return response

    @property
    def theme(self) -> str:
        chosen = self.request.cookies.get(THEME_COOKIE, "auto")
        return chosen if chosen in THEMES else "auto"

    def with_query(self, **changes: object) -> str:
        """This page with other parameters; empty ones are left out."""
        query = {**self.request.query, **{name: str(value) for name, value in changes.items()}}
        return self.request.path + query_string(query)


def query_string(query: Mapping[str, str]) -> str:
    words = "&".join(f"{quote(n)}={quote(v, safe='')}" for n, v in query.items() if v)
    return f"?{words}" if words else ""


def local_path(path: str) -> str:
    """A path of ours: never an address of somebody else, whatever a link says."""
    plain = path.replace("\\", "/")
    is_ours = plain.startswith("/") and not plain.startswith("//") and plain.isprintable()
    return path if is_ours else "/"
