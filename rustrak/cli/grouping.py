"""rustrak rules, rustrak explain"""

import json
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from rustrak.cli.remote import over_the_api, run_on_server
from rustrak.cli.terminal import harmless

if TYPE_CHECKING:
    from rustrak.client import Client
    from rustrak.schemas.grouping import EventGrouping, ProjectGrouping

RULES_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def rules() -> None:
    """Rules by which a project's events are grouped, from files."""


@rules.command("check")
@click.argument("file", type=RULES_FILE)
def check_rules(file: Path) -> None:
    """Tell whether a file of rules can be read; exits with 1 if not. Needs no server."""
    from rustrak.grouping.rules import RulesInvalid, parse_rules

    try:
        found = parse_rules(file.read_text("utf-8"))
    except RulesInvalid as invalid:
        for error in invalid.errors:
            message = f"{file}:{error.line}:{error.column}: {error.message}"
            click.echo(harmless(message), err=True)
        raise SystemExit(1) from None
    click.echo(
        f"{len(found.fingerprint)} rules for fingerprints, {len(found.stack)} for stack traces"
    )


@rules.command("show")
@click.argument("project_id", type=int)
@over_the_api(required=True)
def show_rules(project_id: int, server: str, token: str | None) -> None:
    """Print the rules that a project's events are grouped by now, as a file of rules."""

    async def work(rustrak: "Client") -> "ProjectGrouping":
        return await rustrak.grouping.get(project_id)

    click.echo(harmless(run_on_server(server, token, work).rules), nl=False)


@rules.command("set")
@click.argument("project_id", type=int)
@click.argument("file", type=RULES_FILE)
@over_the_api(required=True)
def set_rules(project_id: int, file: Path, server: str, token: str | None) -> None:
    """Group events that are received from now on by the rules of a file."""

    text = file.read_text("utf-8")

    async def work(rustrak: "Client") -> "ProjectGrouping":
        return await rustrak.grouping.set(project_id, rules=text)

    found = run_on_server(server, token, work)
    click.echo(f"project {project_id}: version {found.version}, rules from now on as in {file}")


@click.command()
@click.argument("project_id", type=int)
@click.argument("event_id", type=click.UUID)
@over_the_api(required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def explain(project_id: int, event_id: UUID, server: str, token: str | None, as_json: bool) -> None:
    """Tell why an event is in its issue: what made its key, and what was left out and why."""

    async def work(rustrak: "Client") -> "EventGrouping":
        return await rustrak.grouping.explain(project_id, event_id)

    found = run_on_server(server, token, work)
    click.echo(json.dumps(found.model_dump(mode="json")) if as_json else harmless(_text(found)))


def _text(found: "EventGrouping") -> str:
    said = found.explanation
    frames = f", {said.variant} frames" if said.variant else ""
    lines = [
        f"event {found.event_id.hex} is in issue {found.issue_id}",
        f"by the {said.strategy}, version {said.version}{frames}:",
        *(
            f"  {'+' if part.contributes else '-'} {part.name}: {part.value}"
            + (f"  ({part.reason})" if part.reason else "")
            for part in said.components
        ),
        *(f"  rule {note.line} {note.effect}: {note.source}" for note in said.rules),
    ]
    if found.current_grouping_id != found.grouping_id:
        lines.append("received now, it would be grouped otherwise")
    return "\n".join(lines)
