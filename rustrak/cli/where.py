"""rustrak where"""

import json
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rustrak.cli.connection import run_on_database
from rustrak.cli.remote import over_the_api, run_on_server
from rustrak.cli.terminal import harmless
from rustrak.config import Settings
from rustrak.database.pool import Connection

if TYPE_CHECKING:
    from rustrak.client import Client

Found = list[dict[str, Any]]
"""Deliveries, each with its project and the fates of its items."""


@click.command()
@click.argument("event_id", type=click.UUID)
@click.option("--project", "project_id", type=int, help="Look in this project alone.")
@over_the_api()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def where(
    event_id: UUID, project_id: int | None, server: str | None, token: str | None, as_json: bool
) -> None:
    """Tell what became of an event: when it came, what was in it, how each item ended.

    Exits with 1 when nothing of that id was received.
    """
    if server:
        found = _ask_server(server, token, event_id, project_id)
    else:
        found = _ask_database(event_id, project_id)
    if as_json:
        click.echo(json.dumps({"event_id": event_id.hex, "deliveries": found}, default=str))
    else:
        click.echo("\n".join(map(_text, found)) or f"nothing was received as event {event_id.hex}")
    sys.exit(0 if found else 1)


def _ask_database(event_id: UUID, project_id: int | None) -> Found:
    async def work(conn: Connection, _settings: Settings) -> Found:
        from dataclasses import asdict

        from rustrak.projections.whereabouts import find_deliveries

        return [asdict(delivery) for delivery in await find_deliveries(conn, event_id, project_id)]

    return run_on_database(work)


def _ask_server(server: str, token: str | None, event_id: UUID, project_id: int | None) -> Found:
    async def work(rustrak: "Client") -> Found:
        from rustrak.client import NotFound

        given = [project_id] if project_id else [one.id async for one in rustrak.projects.list()]
        found: Found = []
        for project in given:
            try:
                story = await rustrak.events.where(project, event_id)
            except NotFound:
                continue
            found += [
                {"project_id": project, **delivery.model_dump()} for delivery in story.deliveries
            ]
        return found

    return run_on_server(server, token, work)


def _text(delivery: dict[str, Any]) -> str:
    head = (
        f"received {delivery['received_at'].isoformat(timespec='milliseconds')}"
        f" in project {delivery['project_id']} as envelope {delivery['position']}\n"
        f"  from {delivery['remote_addr'] or '?'} by {delivery['client'] or '?'},"
        f" {delivery['bytes']} bytes {delivery['encoding'] or 'uncompressed'}"
    )
    lines = [
        f"  item {fate['item']}: {fate['type'] or '?'}, {fate['bytes']} bytes: {fate['outcome']}"
        + (f" ({fate['reason']})" if fate["reason"] else "")
        + (f" to issue {fate['issue_id']}" if fate["issue_id"] else "")
        for fate in delivery["fates"]
    ]
    return harmless("\n".join([head, *lines]))
