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

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
short_ids = click.argument("short_ids", nargs=-1, required=True)


@click.group()
def issue() -> None:
    """List, show and decide about the issues of a server."""


@issue.command("list")
@click.argument("query", default="")
@click.option("--project", "project_id", type=int, required=True, help="Its number.")
@click.option(
    "--filter",
    "wanted",
    type=click.Choice(["open", "resolved", "muted", "all"]),
    help="Default: open, or all that QUERY finds.",
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@over_the_api(required=True)
@as_json
def list_issues(
    query: str,
    project_id: int,
    wanted: str | None,
    limit: int,
    server: str,
    token: str | None,
    as_json: bool,
) -> None:
    """List issues, the one seen last first, or those a QUERY such as 'release:1.2.*' finds."""

    async def work(rustrak: "Client") -> list["Issue"]:
        from rustrak.schemas.issues import Filter

        status = Filter(wanted) if wanted is not None else None
        found = rustrak.issues.list(project_id, query=query or None, filter=status)
        return await found.first(limit)

    found = run_on_server(server, token, work)
    click.echo(_document(found) if as_json else "\n".join(map(_line, found)))


@issue.command("show")
@click.argument("short_id")
@over_the_api(required=True)
@as_json
def show_issue(short_id: str, server: str, token: str | None, as_json: bool) -> None:
    """Show an issue by its name, such as SHOP-42, and its latest events."""

    async def work(rustrak: "Client") -> str:
        shown = await rustrak.issues.find(short_id)
        events = await rustrak.events.list(shown.project_id, shown.id).first(10)
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
@short_ids
@over_the_api(required=True)
def resolve(short_ids: tuple[str, ...], server: str, token: str | None) -> None:
    """Resolve issues; one opens again when it happens again."""
    _decide(server, token, short_ids, lambda rustrak, one: rustrak.issues.resolve(*one))


@issue.command("reopen")
@short_ids
@over_the_api(required=True)
def reopen(short_ids: tuple[str, ...], server: str, token: str | None) -> None:
    """Open resolved issues again."""
    _decide(server, token, short_ids, lambda rustrak, one: rustrak.issues.reopen(*one))


@issue.command("mute")
@short_ids
@over_the_api(required=True)
def mute(short_ids: tuple[str, ...], server: str, token: str | None) -> None:
    """Mute issues: they are counted on, and stay out of sight."""
    _decide(server, token, short_ids, lambda rustrak, one: rustrak.issues.mute(*one))


@issue.command("merge")
@click.argument("into")
@short_ids
@over_the_api(required=True)
def merge(into: str, short_ids: tuple[str, ...], server: str, token: str | None) -> None:
    """Let all events of other issues, and those to come, belong to INTO."""

    async def work(rustrak: "Client") -> str:
        target = await rustrak.issues.find(into)
        others = [(await rustrak.issues.find(short_id)).id for short_id in short_ids]
        return _line(await rustrak.issues.merge(target.project_id, target.id, others))

    click.echo(run_on_server(server, token, work))


@issue.command("undo")
@click.argument("project_id", type=int)
@click.argument("decision", type=int)
@over_the_api(required=True)
def undo(project_id: int, decision: int, server: str, token: str | None) -> None:
    """Let a DECISION (the id of an activity) count as never taken, a merge for example."""

    async def work(rustrak: "Client") -> None:
        await rustrak.issues.undo(project_id, decision)

    run_on_server(server, token, work)
    click.echo(f"decision {decision} is undone")


def _decide(
    server: str,
    token: str | None,
    short_ids: tuple[str, ...],
    decide: Callable[["Client", tuple[int, UUID]], Awaitable["Issue"]],
) -> None:
    """One after the other, so that what was done is said when one of them fails."""

    async def work(rustrak: "Client") -> None:
        for short_id in short_ids:
            found = await rustrak.issues.find(short_id)
            click.echo(_line(await decide(rustrak, (found.project_id, found.id))))

    run_on_server(server, token, work)


def _document(issues: list["Issue"]) -> str:
    return json.dumps([found.model_dump(mode="json") for found in issues])


def _line(issue: "Issue") -> str:
    state = "resolved" if issue.is_resolved else "muted" if issue.is_muted else "open"
    seen = issue.last_seen.isoformat(timespec="seconds")
    words = (issue.short_id, state, f"{issue.event_count} x", f"last {seen}", issue.title)
    return harmless("  ".join(str(word).replace("\n", " ") for word in words))
