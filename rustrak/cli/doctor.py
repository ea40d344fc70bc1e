"""rustrak doctor"""

import json
import sys
from typing import Any

import click
from pydantic import SecretStr

from rustrak.cli.connection import run_on_database
from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_one
from rustrak.database.queries import sql

OLD_BACKLOG = 60  # seconds an envelope may wait before we call it a backlog


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def doctor(as_json: bool) -> None:
    """Show settings (secrets masked), schema, queue and server, with advice; exit with 1 if
    something is wrong."""

    async def work(conn: Connection, settings: Settings) -> dict[str, Any]:
        facts = await fetch_one(conn, sql("database/examine"))
        assert facts is not None
        return {"settings": _shown(settings), **facts}

    report = run_on_database(work)
    report["advice"] = _advice(report)
    click.echo(json.dumps(report, default=str) if as_json else _text(report))
    sys.exit(1 if report["advice"] else 0)


def _shown(settings: Settings) -> dict[str, str]:
    """Settings by the names of their variables; a secret is only said to be there."""
    shown = {}
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        text = "(set)" if isinstance(value, SecretStr) else _written(value)
        shown[field.alias or name] = "(unset)" if value is None else text
    return shown


def _written(value: object) -> str:
    if isinstance(value, tuple | frozenset):
        return ",".join(sorted(map(str, value))) or "(none)"
    return str(value)


def _advice(report: dict[str, Any]) -> list[str]:
    advice = []
    if report["oldest_pending_seconds"] > OLD_BACKLOG:
        advice.append(
            f"the oldest envelope waits for {report['oldest_pending_seconds']:.0f} s: "
            "is `rustrak worker` running? Start another if it cannot keep up"
        )
    if report["parked"]:
        advice.append(
            f"{report['parked']} items are parked: see the table parked for their errors; after a "
            "mend `rustrak replay items --outcome parked` tries them again"
        )
    if report["stalled_jobs"]:
        advice.append("some jobs lost their worker: a running worker sweeps them within a minute")
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if report[name] == "off":
            advice.append(f"{name} is off: acknowledged events can be lost in a crash; turn it on")
    return advice


def _text(report: dict[str, Any]) -> str:
    lines = ["settings"]
    lines += [f"  {name:<32}{value}" for name, value in report["settings"].items()]
    lines += ["database"]
    lines += [
        f"  {name.replace('_', ' '):<32}{value}"
        for name, value in report.items()
        if name not in ("settings", "advice")
    ]
    lines += ["advice"]
    lines += [f"  - {line}" for line in report["advice"]] or ["  everything is in order"]
    return "\n".join(lines)
