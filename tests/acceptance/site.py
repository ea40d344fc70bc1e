"""An installation of real processes on one database, with the hands to send to it and ask it."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession
from psycopg.rows import DictRow

from rustrak.accounts.projects import create_project
from rustrak.database.pool import connect, fetch_all
from rustrak.database.postmaster import free_port
from rustrak.protocol.dsn import format_dsn
from tests.acceptance.processes import PATIENCE, Process, Processes
from tests.installation import envelope, until
from tests.people import make_token, make_user

HOST = "127.0.0.1"

Sent = dict[str, dict[str, Any]]
"""Events by the name of the scene in which an app sent them."""


class Site:
    """One project and one token on a database; web and worker are started by the test."""

    def __init__(
        self,
        processes: Processes,
        client: ClientSession,
        *,
        dsn: str,
        token: str,
        database_url: str,
    ) -> None:
        parts = urlsplit(dsn)
        assert parts.username
        self.processes = processes
        self.url = processes.environ["PUBLIC_URL"]
        self.dsn = dsn
        self.key = parts.username
        self.project_id = int(parts.path.removeprefix("/"))
        self._database_url = database_url
        self._token = token
        self._client = client

    @property
    def envelope_url(self) -> str:
        return f"{self.url}/api/{self.project_id}/envelope/"

    @property
    def envelope_headers(self) -> dict[str, str]:
        """For a gzipped envelope."""
        auth = f"Sentry sentry_version=7, sentry_key={self.key}"
        return {"X-Sentry-Auth": auth, "Content-Encoding": "gzip"}

    async def start_web(self, **environ: str) -> Process:
        """Start `rustrak web` and return once it is ready."""
        web = self.processes.rustrak("web", **environ)
        await self.ready(web)
        return web

    async def ready(self, web: Process) -> None:
        """Wait until a web process answers, and has its database."""
        await is_ready(self._client, self.url, web)

    def start_worker(self) -> Process:
        """Start `rustrak worker`."""
        return self.processes.rustrak("worker")

    async def send(self, event: dict[str, Any]) -> None:
        """Send one event, which names its id, and see it acknowledged."""
        async with self._client.post(
            self.envelope_url, data=body_of(event), headers=self.envelope_headers
        ) as response:
            assert response.status == 200, await response.text()

    async def get(self, path: str) -> Any:
        """GET from below the project's place in the API, with the token."""
        place = f"{self.url}/api/projects/{self.project_id}"
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._client.get(place + path, headers=headers) as response:
            text = await response.text()
            assert response.status == 200, f"GET {path}: {response.status} {text}"
            return json.loads(text)

    async def event_counts(self) -> dict[str, int]:
        """How many events every issue counts, by its title."""
        page = await self.get("/issues?filter=all&per_page=100")
        return {issue["title"]: issue["event_count"] for issue in page["items"]}

    async def rows(self, statement: LiteralString, **params: Any) -> list[DictRow]:
        """Ask the database itself."""
        async with await connect(self._database_url, application="test") as conn:
            return await fetch_all(conn, statement, **params)

    async def stored_ids(self) -> set[str]:
        """The ids of all events that were digested."""
        return {row["event_id"].hex for row in await self.rows("SELECT event_id FROM events")}

    async def unsupported_categories(self) -> set[str]:
        """The types of the items that were kept raw because nothing reads them yet."""
        rows = await self.rows("SELECT category FROM outcomes WHERE outcome = 'unsupported'")
        return {row["category"] for row in rows}

    async def has_digested_all(self) -> bool:
        """Whether something came in and nothing of it waits."""
        (row,) = await self.rows(
            "SELECT EXISTS (SELECT FROM envelopes) AND NOT EXISTS (SELECT FROM inbox) AS so"
        )
        return bool(row["so"])

    async def digested(self) -> None:
        """Wait until the worker has emptied the inbox."""
        await until(self.has_digested_all, seconds=PATIENCE, what="the inbox empty")

    async def assert_even_books(self, *, parked: int = 0) -> None:
        """`rustrak verify` finds every item accounted for, and so many parked."""
        done = await asyncio.to_thread(self.processes.run, "verify", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        (book,) = json.loads(done.stdout)["projects"]
        assert (book["parked"], book["pending"]) == (parked, 0)


@asynccontextmanager
async def open_site(database_url: str, directory: Path) -> AsyncIterator[Site]:
    """A site on a migrated database; its processes end with the block."""
    async with await connect(database_url, application="test") as conn:
        project = await create_project(conn, "Shop")
        admin = await make_user(conn, "admin@example.com", is_admin=True)
        token = await make_token(conn, admin)
    processes = Processes(directory, DATABASE_URL=database_url, **address())
    dsn = format_dsn(processes.environ["PUBLIC_URL"], project["sentry_key"].hex, project["id"])
    try:
        async with ClientSession() as client:
            yield Site(processes, client, dsn=dsn, token=token, database_url=database_url)
    finally:
        processes.close()


def sent_events(text: str) -> Sent:
    """The events an app wrote down, as they come back: NUL and lone surrogates cannot be stored
    and become U+FFFD."""
    sent: Sent = json.loads(re.sub(r"(?<!\\)(\\u0000|\\ud800)", r"\\ufffd", text))
    return sent


def address() -> dict[str, str]:
    """The settings of a server on a free port of this machine."""
    port = free_port()
    return {"HOST": HOST, "PORT": str(port), "PUBLIC_URL": f"http://{HOST}:{port}"}


async def is_ready(client: ClientSession, url: str, server: Process) -> None:
    """Return once a server says that it is ready; fail at once if it ends instead."""

    async def ready() -> bool:
        assert server.is_running, server.output()
        try:
            async with client.get(f"{url}/health/ready") as response:
                return response.status == 200
        except ClientError:
            return False

    await until(ready, seconds=PATIENCE, what="the server ready")


def body_of(event: dict[str, Any]) -> bytes:
    """A gzipped envelope that holds one event."""
    payload = json.dumps(event).encode()
    return gzip.compress(envelope({"event_id": event["event_id"]}, ({"type": "event"}, payload)), 1)
