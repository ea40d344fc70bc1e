"""rustrak erase"""

import sys
from typing import TYPE_CHECKING

import click

from rustrak.cli.connection import run_on_database
from rustrak.config import Settings
from rustrak.database.pool import Connection

if TYPE_CHECKING:
    from rustrak.digest.erasure import Erased
    from rustrak.digest.erasure_proof import Proof
    from rustrak.ledger.mentions import Subject

LEFT = 1  # exit code when something of it can still be found


@click.command()
@click.option("--user-id", help="The id of a user, as the application sends it.")
@click.option("--email", help="An e-mail address, wherever it stands.")
@click.option("--event-id", help="One event.")
@click.option("--project", "projects", type=int, multiple=True, help="Default: all of them.")
@click.option("--dry-run", is_flag=True, help="Only tell what the ledger has of it.")
def erase(
    user_id: str | None,
    email: str | None,
    event_id: str | None,
    projects: tuple[int, ...],
    dry_run: bool,
) -> None:
    """Erase a person or an event from the ledger and from everything made of it, then search for
    it. Exits with 1 if anything is left. Cannot be undone.

    People who log in here are not erased; see `rustrak user`.
    """
    from rustrak.digest.erasure import erase as erase_from
    from rustrak.digest.erasure import look
    from rustrak.digest.erasure_proof import prove

    subject = _subject(user_id=user_id, email=email, event_id=event_id)

    async def work(conn: Connection, _settings: Settings) -> bool:
        is_clean = True
        for project_id in await _chosen(conn, projects):
            if dry_run:
                click.echo(_found(await look(conn, project_id, subject)))
                continue
            click.echo(_found(await erase_from(conn, project_id, subject, actor="cli")))
            proof = await prove(conn, project_id, subject)
            click.echo(_proven(proof))
            is_clean &= proof.is_clean
        return is_clean

    if not run_on_database(work):
        sys.exit(LEFT)


def _subject(**given: str | None) -> "Subject":
    from rustrak.ledger.mentions import By, Subject

    named = {name: value for name, value in given.items() if value is not None}
    if len(named) != 1:
        raise click.UsageError("Give one of --user-id, --email and --event-id.")
    ((name, value),) = named.items()
    return Subject.of(By(name), value)


async def _chosen(conn: Connection, projects: tuple[int, ...]) -> list[int]:
    from rustrak.database.pool import fetch_all
    from rustrak.database.queries import sql
    from rustrak.errors import NotFound

    every = [row["id"] for row in await fetch_all(conn, sql("digest/list_retentions"))]
    for project_id in projects:
        if project_id not in every:
            raise NotFound(f"Project with id {project_id} not found")
    return list(projects) or every


def _found(erased: "Erased") -> str:
    text = f"project {erased.project_id}: {erased.read:,} envelopes read"
    text += f", {erased.envelopes:,} speak of it, with {erased.items:,} items"
    if erased.events or erased.texts:
        text += f"; {erased.events:,} events and {erased.texts:,} other texts are erased"
    return text


def _proven(proof: "Proof") -> str:
    lines = [f"  searched again: {proof.read:,} envelopes, {len(proof.left) - 1:,} tables"]
    lines += [f"  LEFT: {rows:,} in {name}" for name, rows in proof.left.items() if rows]
    if proof.is_clean:
        lines[0] += ": nothing found"
    if proof.is_account:
        lines.append("  somebody logs in here with that address; that account stays")
    return "\n".join(lines)
