"""rustrak where"""

import json
import sys
from dataclasses import asdict
from uuid import UUID

import click

from rustrak.cli.connection import run_on_database
from rustrak.config import Settings
from rustrak.database.pool import Connection
from rustrak.projections.whereabouts import Delivery, find_deliveries


@click.command()
@click.argument("event_id", type=click.UUID)
@click.option("--project", "project_id", type=int, help="Look in this project alone.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def where(event_id: UUID, project_id: int | None, as_json: bool) -> None:
    """Tell what became of an event: when it came, what was in it, how each item ended.

    Exits with 1 when nothing of that id was received.
    """

    async def work(conn: Connection, _settings: Settings) -> list[Delivery]:
        return await find_deliveries(conn, event_id, project_id)

    found = run_on_database(work)
    if as_json:
        rows = [asdict(delivery) for delivery in found]
        click.echo(json.dumps({"event_id": event_id.hex, "deliveries": rows}, default=str))
    else:
        click.echo("\n".join(map(_text, found)) or f"nothing was received as event {event_id.hex}")
    sys.exit(0 if found else 1)


def _text(delivery: Delivery) -> str:
    head = (
        f"received {delivery.received_at.isoformat(timespec='milliseconds')}"
        f" in project {delivery.project_id} as envelope {delivery.position}\n"
        f"  from {delivery.remote_addr or '?'} by {delivery.client or '?'},"
        f" {delivery.bytes} bytes {delivery.encoding or 'uncompressed'}"
    )
    lines = [
        f"  item {fate.item}: {fate.type or '?'}, {fate.bytes} bytes: {fate.outcome}"
        + (f" ({fate.reason})" if fate.reason else "")
        + (f" to issue {fate.issue_id}" if fate.issue_id else "")
        for fate in delivery.fates
    ]
    return "\n".join([head, *lines]).translate(_CONTROLS)


_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")
"""What a client sent must not steer a terminal."""
