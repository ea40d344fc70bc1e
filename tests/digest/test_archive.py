"""A project written to a file and read into another installation is the same project."""

import asyncio
import gzip
import io
from pathlib import Path
from typing import Any

import pytest

from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.exporting import export_project
from rustrak.digest.importing import import_project, make_weeks
from rustrak.errors import Conflict, NotFound
from rustrak.ledger.archive import ArchiveWriter, BadArchive, read_archive
from tests.acceptance.processes import Processes
from tests.digest.test_rebuild import dump, happened
from tests.installation import Installation
from tests.made_events import digested, error

IDS = ("id", "project_id", "short_id")


async def exported(conn: Connection, project: int = 1) -> bytes:
    file = io.BytesIO()
    assert await export_project(conn, project, file) >= 5
    return file.getvalue()


async def imported(conn: Connection, content: bytes, name: str | None = None) -> Any:
    await make_weeks(conn, io.BytesIO(content))
    return await import_project(conn, io.BytesIO(content), name)


def number(issue: Any) -> int:
    return int(issue["short_id"].rpartition("-")[2])


async def shown(installation: Installation, project: int) -> list[Any]:
    """What the API says of every issue of a project, but for the ids of an installation."""
    found = await installation.get(f"/api/projects/{project}/issues?filter=all&per_page=100")
    issues = []
    for issue in sorted(
        found["items"], key=lambda issue: int(issue["short_id"].rpartition("-")[2])
    ):
        place = f"/api/projects/{project}/issues/{issue['id']}"
        tags = await installation.get(place + "/tags")
        events = await installation.get(place + "/events")
        comments = await installation.get(place + "/comments")
        activity = (await installation.get(place + "/activity"))["items"]
        issues.append(
            {
                "issue": {name: issue[name] for name in issue if name not in IDS},
                "number": number(issue),
                "tags": tags,
                "events": [(event["event_id"], event["title"]) for event in events["items"]],
                "comments": [comment["text"] for comment in comments["items"]],
                "activity": [(row["kind"], row["at"]) for row in activity],
            }
        )
    return issues


async def emptied(conn: Connection) -> None:
    """An installation without projects, and with the same people."""
    await conn.execute("SET rustrak.erasing = on")
    tables = await fetch_all(
        conn, "SELECT tablename FROM pg_tables WHERE schemaname = 'projection_1'"
    )
    names = ", ".join(f"projection_1.{row['tablename']}" for row in tables)
    await conn.execute(
        f"TRUNCATE {names}, envelopes, decisions, issue_numbers, inbox, dsn_keys, projects CASCADE"
    )
    await conn.execute("RESET rustrak.erasing")


async def test_in_an_empty_installation_it_is_the_same_to_the_id(
    installation: Installation, conn: Connection
) -> None:
    await happened(installation, 11)
    before = await shown(installation, 1)
    content = await exported(conn)
    await emptied(conn)
    found = await imported(conn, content)
    assert (found.project_id, found.left_out) == (1, 0)
    assert await shown(installation, 1) == before
    assert len(before) > 2


async def test_beside_other_projects_it_is_the_same_but_for_ids(
    installation: Installation, conn: Connection
) -> None:
    await digested(installation, error("GoneError"))
    (gone,) = await installation.issues()
    await installation.request("DELETE", f"/api/projects/1/issues/{gone['id']}", status=204)
    await digested(installation, *(error(kind) for kind in ("KeyError", "TypeError", "OSError")))
    await digested(installation, error("KeyError"), error("ValueError", "x"))
    first, second, third, *_ = await installation.issues()
    place = f"/api/projects/1/issues/{first['id']}"
    await installation.request("PATCH", place, {"is_resolved": True})
    await installation.request("POST", place + "/merge", {"issues": [second["id"]]})
    await installation.request("POST", place + "/comments", {"text": "hm"}, status=201)
    before = await shown(installation, 1)
    content = await exported(conn)
    untouched = (await dump(conn))["issues"]
    found = await imported(conn, content, "Again")
    assert (found.project_id > 2, found.left_out) == (True, 0)
    assert await shown(installation, found.project_id) == before
    after = (await dump(conn))["issues"]
    assert [row for row in after if row["row"]["project_id"] == 1] == untouched
    with pytest.raises(Conflict, match="--name"):
        await imported(conn, content, "Again")
    assert third["id"]


async def test_an_import_that_fails_leaves_nothing(
    installation: Installation, conn: Connection
) -> None:
    await happened(installation, 12)
    content = await exported(conn)
    whole = gzip.decompress(content)
    before = await dump(conn)
    for broken, message in (
        (content[: len(content) // 2], "damaged|ends"),
        (gzip.compress(whole[: len(whole) // 2]), "ends within|without its last|is none"),
        (gzip.compress(whole.replace(b'"decisions"', b'"decisionz"', 1)), "checksum"),
        (b"PK\x03\x04", "no archive"),
        (gzip.compress(b'{"type":"rustrak-archive","version":9}\n'), "format 9"),
        (gzip.compress(b'{"type":"tar"}\n'), "no archive of Rustrak"),
        (gzip.compress(b"x" * 9_000_000), "longer than"),
        (gzip.compress(b'{"type":"rustrak-archive","version":1,"bytes":-5}\n'), "claims a body"),
    ):
        with pytest.raises(BadArchive, match=message):
            await import_project(conn, io.BytesIO(broken), "Broken")
        with pytest.raises(BadArchive):
            await make_weeks(conn, io.BytesIO(broken))
    after = await dump(conn)
    assert after == before
    with pytest.raises(NotFound):
        await export_project(conn, 4711, io.BytesIO())


def test_records_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    with path.open("wb") as file:
        writer = ArchiveWriter(file, {"id": 1, "name": "p"})
        writer.write({"type": "envelope"}, b"\n\0{}" * 100)
        writer.write({"type": "decisions", "kind": "x"})
        writer.close()
    with path.open("rb") as file:
        header, envelope, decision = read_archive(file)
    assert header.said["project"]["name"] == "p"
    assert envelope.body == b"\n\0{}" * 100
    assert decision.said["kind"] == "x"


async def test_rules_are_tested_on_an_archive_without_a_database(
    installation: Installation, conn: Connection, tmp_path: Path
) -> None:
    kinds = ("KeyError", "KeyError", "IndexError", "Warning")
    await digested(installation, *(error(kind) for kind in kinds))
    await digested(installation, error("OSError"))
    archive, rules, expected = (tmp_path / name for name in ("a", "r", "e"))
    archive.write_bytes(await exported(conn))
    rules.write_text("error.type:*xError -> errors\nerror.type:KeyError -> errors\n")
    processes = Processes(tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    words = ("replay", "--archive", str(archive), "--rules", str(rules))

    def replay(*more: str) -> Any:
        return processes.run(*words, *more)

    found = await asyncio.to_thread(replay)
    assert found.returncode == 1, found.stderr
    assert found.stdout.startswith("2 issues become 1, 2 unchanged\n")
    expected.write_text((await asyncio.to_thread(replay, "--json")).stdout)
    assert (await asyncio.to_thread(replay, "--expect", str(expected))).returncode == 0
    rules.write_text("")
    found = await asyncio.to_thread(replay)
    assert (found.returncode, found.stdout) == (0, "4 unchanged\n")
    archive.write_bytes(b"nothing")
    found = await asyncio.to_thread(replay)
    assert (found.returncode, "no archive" in found.stderr) == (1, True)
