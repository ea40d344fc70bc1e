"""rustrak replay --project: the past grouped anew, on the database."""

import asyncio
import json
import sys
import time
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from rustrak.cli.connection import run_on_database, running_database
from rustrak.cli.terminal import harmless
from rustrak.config import Settings
from rustrak.database.pool import Connection

LOOKS = 0.5  # seconds between two looks at how far it has come
Difference = dict[str, Any]


def regroup(
    project_id: int,
    *,
    file: Path | None,
    version: str | None,
    since: str | None,
    until: str | None,
    dry_run: bool,
    expect: Path | None,
    processes: int,
    as_json: bool,
) -> None:
    """Show what would change and, unless it is a dry run, do it."""
    wanted = {
        "rules": None if file is None else file.read_text("utf-8"),
        "version": version,
        "since": moment("--since", since),
        "until": moment("--until", until),
    }

    async def work(conn: Connection, settings: Settings) -> Difference:
        row = await _ask(conn, project_id, wanted)
        return await _carry_out(conn, settings, row, processes=processes, dry_run=dry_run)

    difference = run_on_database(work)
    _tell(difference, as_json=as_json)
    if dry_run:
        _compare(difference, expect)


def regroup_archive(
    archive: Path,
    *,
    file: Path | None,
    version: str | None,
    expect: Path | None,
    as_json: bool,
    **_of_a_database: Any,
) -> None:
    """Show what would change for the events of an archive."""
    from rustrak.regroup.archived import compare_archive

    with archive.open("rb") as content:
        rules = None if file is None else file.read_text("utf-8")
        difference = compare_archive(content, version, rules)
    _tell(difference, as_json=as_json)
    _compare(difference, expect)


def _tell(difference: Difference, *, as_json: bool) -> None:
    click.echo(json.dumps(difference) if as_json else harmless(_text(difference)))


def _compare(difference: Difference, expect: Path | None) -> None:
    """Exit with 1 unless it is what a file expects, or nothing without one."""
    expected = {"changes": []} if expect is None else json.loads(expect.read_text("utf-8"))
    if _told(difference) != _told(expected):
        sys.exit(1)


def _told(difference: Difference) -> list[Any]:
    """What is compared: which issues become which, whatever the examples."""
    return sorted(
        [
            sorted((side["id"], side["events"]) for side in change[name])
            for name in ("before", "after")
        ]
        for change in difference["changes"]
    )


def moment(name: str, text: str | None) -> datetime | None:
    """A time as an option is given; `name` is the option's."""
    from rustrak.protocol.timestamps import parse_timestamp

    if text is None:
        return None
    found = parse_timestamp(text)
    if found is None:
        raise click.BadParameter("write a time such as 2026-01-31T12:00:00Z", param_hint=name)
    return found


async def _ask(conn: Connection, project_id: int, wanted: dict[str, Any]) -> dict[str, Any]:
    from rustrak.accounts.projects import get_project
    from rustrak.grouping import require_version
    from rustrak.projections.timelines import timeline_of
    from rustrak.regroup import run

    await get_project(conn, project_id)
    current = (await timeline_of(conn, project_id)).at(datetime.now().astimezone())
    config = current.changed(wanted["version"], wanted["rules"])
    require_version(config.version)
    return await run.create(
        conn,
        project_id,
        config,
        since=wanted["since"],
        until=wanted["until"],
        created_by="cli",
    )


async def _carry_out(
    conn: Connection, settings: Settings, row: dict[str, Any], *, processes: int, dry_run: bool
) -> Difference:
    from rustrak.regroup import run
    from rustrak.regroup.work import advance

    place = (row["project_id"], row["id"])
    await _watched(settings, row, advance(conn, *place, processes))
    found = await run.get(conn, *place)
    difference: Difference = found["difference"]
    if not dry_run and difference["changed"]:
        await run.request(conn, *place, run.APPLYING)
        await _watched(settings, row, advance(conn, *place, processes))
    return difference


async def _watched(settings: Settings, row: dict[str, Any], work: Coroutine[Any, Any, Any]) -> None:
    """Run it, and tell a terminal how far it has come."""
    if not sys.stderr.isatty():
        await work
        return
    watch = asyncio.create_task(_watch(settings, row))
    try:
        await work
    finally:
        watch.cancel()
        click.echo("\r\033[K", err=True, nl=False)


async def _watch(settings: Settings, row: dict[str, Any]) -> None:
    from rustrak.database.pool import connect
    from rustrak.regroup import run

    started = time.monotonic()
    async with await connect(running_database(settings), application="progress") as conn:
        while True:
            await asyncio.sleep(LOOKS)
            found = await run.get(conn, row["project_id"], row["id"])
            rate = found["done"] / (time.monotonic() - started)
            left = (found["total"] - found["done"]) / rate if rate else 0
            text = (
                f"{found['state']}: {found['done']:,} of {found['total']:,} events,"
                f" {rate:,.0f}/s, {left:,.0f} s left"
            )
            click.echo(f"\r\033[K{text}", err=True, nl=False)


def _text(difference: Difference) -> str:
    lines = [difference["headline"]]
    for change in difference["changes"]:
        lines += ["", *(_side("-", side) for side in change["before"])]
        lines += [_side("+", side) for side in change["after"]]
        if change["examples"]:
            lines.append(f"  for example {', '.join(change['examples'][:3])}")
    return "\n".join(lines)


def _side(mark: str, side: dict[str, Any]) -> str:
    name = f"{side['short_id']} {side['title']}" if side["short_id"] else "a new issue"
    return f"{mark} {side['events']:>8} events  {name}"
