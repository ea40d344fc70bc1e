"""An installation to test against: the real application on a real socket, its digest run by hand.

The cast: project 1 is ours, project 2 belongs to somebody else; `token` opens the API.
"""

import asyncio
import gzip
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse, ClientSession

from rustrak.accounts.projects import create_project
from rustrak.config import Settings
from rustrak.database.pool import connect
from rustrak.digest.digester import Digester
from rustrak.projections.verify import Balance, balances
from rustrak.serving import listen, listening
from rustrak.web import open_app
from tests.people import make_token, make_user


@dataclass
class Installation:
    """A running installation and the hands to use it with."""

    database_url: str
    base_url: str
    token: str
    projects: list[dict[str, Any]]
    client: ClientSession
    digester: Digester
    sent: list[str] = field(default_factory=list)

    @property
    def project_id(self) -> int:
        return int(self.projects[0]["id"])

    @property
    def key(self) -> str:
        return str(self.projects[0]["sentry_key"].hex)

    def dsn(self, number: int = 0) -> str:
        """The DSN of a project, reachable from this machine."""
        project = self.projects[number]
        return self.base_url.replace("//", f"//{project['sentry_key'].hex}@") + f"/{project['id']}"

    async def post_envelope(
        self, body: bytes, *, project: int = 0, path: str = "envelope/", **headers: str
    ) -> ClientResponse:
        """POST bytes with the right key; header names are given with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        key = self.projects[project]["sentry_key"].hex
        given.setdefault("X-Sentry-Auth", f"Sentry sentry_version=7, sentry_key={key}")
        url = f"{self.base_url}/api/{self.projects[project]['id']}/{path}"
        return await self.client.post(url, data=body, headers=given)

    async def send(self, event: dict[str, Any], *, project: int = 0) -> str:
        """Send one event as an SDK would, gzipped; returns its id once it is acknowledged."""
        event_id = event.get("event_id") or uuid.uuid4().hex
        body = envelope({"event_id": event_id}, ({"type": "event"}, json.dumps(event).encode()))
        response = await self.post_envelope(
            gzip.compress(body), project=project, Content_Encoding="gzip"
        )
        assert response.status == 200, await response.text()
        return str(event_id)

    async def digest(self) -> None:
        """Run the digest until the inbox is empty."""
        await self.digester.drain()

    async def get(self, path: str, status: int = 200) -> Any:
        """GET from the API with the token."""
        return await self.request("GET", path, status=status)

    async def request(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """Ask the API; fails on another status than the one expected."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.client.request(
            method, self.base_url + path, json=body, headers=headers
        ) as response:
            text = await response.text()
            assert response.status == status, f"{method} {path}: {response.status} {text}"
            return json.loads(text) if text else None

    async def issues(self, project: int = 0, **query: str) -> list[dict[str, Any]]:
        """The issues of a project, all of them unless a filter is given."""
        query.setdefault("filter", "all")
        words = "&".join(f"{name}={value}" for name, value in query.items())
        page = await self.get(f"/api/projects/{self.projects[project]['id']}/issues?{words}")
        items: list[dict[str, Any]] = page["items"]
        return items

    async def books(self) -> dict[int, Balance]:
        """The balance of every project."""
        async with await connect(self.database_url, application="test") as conn:
            return {balance.project_id: balance for balance in await balances(conn)}


def envelope(headers: dict[str, Any], *items: tuple[dict[str, Any], bytes]) -> bytes:
    """An envelope as SDKs write it, with lengths."""
    lines = [json.dumps(headers).encode()]
    for item_headers, payload in items:
        lines += [json.dumps({**item_headers, "length": len(payload)}).encode(), payload]
    return b"\n".join(lines) + b"\n"


@asynccontextmanager
async def open_installation(
    database_url: str, settings: Settings | None = None, clock: Callable[[], float] = time.time
) -> AsyncIterator[Installation]:
    """Two projects, a token, a web process on a free port, and a digester."""
    async with await connect(database_url, application="test") as conn:
        projects = [await create_project(conn, name) for name in ("Ours", "Theirs")]
        admin = await make_user(conn, "admin@example.com", is_admin=True)
        token = await make_token(conn, admin)
    settings = settings or Settings()
    sock = listen(settings.model_copy(update={"host": "127.0.0.1", "port": 0}))
    base_url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    async with open_app(settings, database_url, clock=clock) as app, listening(app, sock, drain=0):
        digester = Digester(database_url)
        try:
            async with ClientSession() as client:
                yield Installation(database_url, base_url, token, projects, client, digester)
        finally:
            await digester.close()


async def until(condition: Any, *, seconds: float = 20.0, what: str = "the condition") -> Any:
    """The first true value of `condition()`, awaited if need be; fails after a deadline."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        value = condition()
        if asyncio.iscoroutine(value):
            value = await value
        if value:
            return value
        await asyncio.sleep(0.02)  # between two looks, not instead of one
    raise AssertionError(f"{what} did not come true within {seconds} s")
