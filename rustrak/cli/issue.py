"""rustrak issue: over the API of a running server, wherever it is."""

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import click

from rustrak.cli.remote import over_the_api, run_on_server
from rustrak.cli.terminal import harmless

if TYPE_CHECKING:
    from rustrak.client import Client
    from rustrak.schemas.issues import Issue

in_project = click.option("--project", "project_id", type=int, required=True, help="Its number.")
as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
issue_ids = click.argument("issue_ids", type=click.UUID, nargs=-1, required=True)


@click.group()
def issue() -> None:
    """List, show and decide about the issues of a server."""


@issue.command("list")
@in_project
@click.option(
    "--filter",
    "wanted",
    type=click.Choice(["open", "resolved", "muted", "all"]),
    default="open",
    show_default=True,
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@over_the_api(required=True)
@as_json
def list_issues(
    project_id: int, wanted: str, limit: int, server: str, token: str | None, as_json: bool
) -> None:
    """List issues, the one seen last first."""

    async def work(rustrak: "Client") -> list["Issue"]:
        from rustrak.schemas.issues import Filter

        return await rustrak.issues.list(project_id, filter=Filter(wanted)).first(limit)

    found = run_on_server(server, token, work)
    click.echo(_document(found) if as_json else "\n".join(map(_line, found)))


@issue.command("show")
@in_project
@click.argument("issue_id", type=click.UUID)
@over_the_api(required=True)
@as_json
def show_issue(
    project_id: int, issue_id: UUID, server: str, token: str | None, as_json: bool
) -> None:
    """Show an issue and the events it has last."""

    async def work(rustrak: "Client") -> str:
        shown = await rustrak.issues.get(project_id, issue_id)
        events = await rustrak.events.list(project_id, issue_id).first(10)
        if as_json:
            rows = [event.model_dump(mode="json") for event in events]
            return json.dumps({**shown.model_dump(mode="json"), "events": rows})
        lines = [_line(shown), f"  {shown.culprit}", f"  {shown.value}"]
        lines += [
            f"  {event.timestamp.isoformat(timespec='seconds')}  {event.event_id}"
            f"  {event.environment or '-'}  {event.release or '-'}"
            for event in events
        ]
        return harmless("\n".join(lines))

    click.echo(run_on_server(server, token, work))


@issue.command("resolve")
@in_project
@issue_ids
@over_the_api(required=True)
def resolve(project_id: int, issue_ids: tuple[UUID, ...], server: str, token: str | None) -> None:
    """Resolve issues; one opens again when it happens again."""
    _decide(server, token, issue_ids, lambda rustrak, one: rustrak.issues.resolve(project_id, one))


@issue.command("reopen")
@in_project
@issue_ids
@over_the_api(required=True)
def reopen(project_id: int, issue_ids: tuple[UUID, ...], server: str, token: str | None) -> None:
    """Open resolved issues again."""
    _decide(server, token, issue_ids, lambda rustrak, one: rustrak.issues.reopen(project_id, one))


@issue.command("mute")
@in_project
@issue_ids
@over_the_api(required=True)
def mute(project_id: int, issue_ids: tuple[UUID, ...], server: str, token: str | None) -> None:
    """Mute issues: they are counted on, and stay out of sight."""
    _decide(server, token, issue_ids, lambda rustrak, one: rustrak.issues.mute(project_id, one))


def _decide(
    server: str,
    token: str | None,
    issue_ids: tuple[UUID, ...],
    decide: Callable[["Client", UUID], Awaitable["Issue"]],
) -> None:
    """One after the other, so that what was done is said when one of them fails."""

    async def work(rustrak: "Client") -> None:
        for one in issue_ids:
            click.echo(_line(await decide(rustrak, one)))

    run_on_server(server, token, work)


def _document(issues: list["Issue"]) -> str:
    return json.dumps([found.model_dump(mode="json") for found in issues])


def _line(issue: "Issue") -> str:
    state = "resolved" if issue.is_resolved else "muted" if issue.is_muted else "open"
    seen = issue.last_seen.isoformat(timespec="seconds")
    words = (issue.short_id, issue.id, state, f"{issue.event_count} x", f"last {seen}", issue.title)
    return harmless("  ".join(str(word).replace("\n", " ") for word in words))
