"""rustrak demo"""

import gzip
import json
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import click

from rustrak.cli.connection import run_on_database
from rustrak.cli.demo_events import demo_events
from rustrak.config import Settings
from rustrak.database.pool import Connection
from rustrak.errors import RustrakError
from rustrak.protocol.dsn import Dsn, parse_dsn

TIMEOUT = 30  # seconds


@click.command()
@click.option("--dsn", help="Where to send; default: the first project of this installation.")
def demo(dsn: str | None) -> None:
    """Send a handful of realistic events to a running server."""
    target = parse_dsn(dsn or _first_dsn())
    for event in demo_events():
        event_id = _send(target, event)
        click.echo(f"sent {event_id}  {_what(event)}")
    click.echo(f"now look at project {target.project_id}")


def _first_dsn() -> str:
    async def work(conn: Connection, settings: Settings) -> str:
        from rustrak.accounts import projects
        from rustrak.protocol.dsn import format_dsn

        rows = await projects.list_projects(conn, limit=1, oldest_first=True)
        if not rows:
            raise RustrakError("there is no project yet; run `rustrak project create NAME`")
        return format_dsn(settings.url, rows[0]["sentry_key"].hex, rows[0]["id"])

    return run_on_database(work)


def _send(dsn: Dsn, event: dict[str, Any]) -> str:
    event_id = uuid.uuid4().hex
    now = datetime.now(UTC).isoformat()
    payload = json.dumps({"event_id": event_id, "timestamp": now, **event}).encode()
    head = json.dumps({"event_id": event_id, "sent_at": now}).encode()
    item = json.dumps({"type": "event", "length": len(payload)}).encode()
    request = Request(  # noqa: S310 - parse_dsn takes http and https only
        f"{dsn.base_url}/api/{dsn.project_id}/envelope/",
        data=gzip.compress(b"\n".join([head, item, payload])),
        headers={
            "Content-Encoding": "gzip",
            "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_key={dsn.public_key}",
            "User-Agent": "rustrak.demo",
        },
    )
    try:
        with urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
            return str(json.load(response)["id"])
    except HTTPError as error:
        raise RustrakError(
            f"{dsn.host} answered {error.code}: {error.read()[:200].decode()}"
        ) from None
    except URLError as error:
        raise RustrakError(
            f"no server at {dsn.host}: {error.reason}; start `rustrak serve`"
        ) from None


def _what(event: dict[str, Any]) -> str:
    if "exception" in event:
        error = event["exception"]["values"][-1]
        return f"{error['type']}: {error['value']}"
    return str(event["logentry"]["message"])
