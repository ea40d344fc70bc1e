"""The past regrouped by the client, and by the command line beside a running server."""

import asyncio
import json
from pathlib import Path
from subprocess import CompletedProcess

from rustrak.client import Client
from rustrak.database.pool import Connection
from rustrak.regroup.work import work
from rustrak.schemas.regroups import NewRegrouping
from tests.acceptance.processes import Processes
from tests.installation import Installation
from tests.made_events import digested, error

RULES = "error.type:*Error -> errors\n"


async def test_the_client_regroups(
    installation: Installation, conn: Connection, rustrak: Client
) -> None:
    project = int(installation.project_id)
    await digested(installation, error("KeyError"), error("IndexError"))
    made = await rustrak.regroupings.preview(project, NewRegrouping(rules=RULES))
    await work(conn, 0)
    found = await rustrak.regroupings.get(project, made.id)
    assert found.difference is not None
    assert found.difference.merged == 1
    assert (await rustrak.regroupings.apply(project, made.id)).state == "applying"
    assert (await rustrak.regroupings.undo(project, made.id)).state == "undoing"
    assert [one.id for one in await rustrak.regroupings.list(project)] == [made.id]


async def test_a_dry_run_exits_with_1_unless_the_difference_is_expected(
    installation: Installation, database_url: str, tmp_path: Path
) -> None:
    await digested(installation, error("KeyError"), error("IndexError"))
    rules, expected = tmp_path / "rules", tmp_path / "expected.json"
    rules.write_text(RULES)
    processes = Processes(tmp_path, DATABASE_URL=database_url)
    project = ("--project", str(installation.project_id))

    async def replay(*more: str) -> CompletedProcess[str]:
        words = ("replay", *project, "--rules", str(rules), *more)
        return await asyncio.to_thread(processes.run, *words)

    found = await replay("--dry-run")
    assert found.returncode == 1, found.stderr
    assert found.stdout.startswith("2 issues become 1, 0 unchanged\n")
    found = await replay("--dry-run", "--json")
    expected.write_text(json.dumps(json.loads(found.stdout)))
    assert (await replay("--dry-run", "--expect", str(expected))).returncode == 0
    assert len(await installation.issues()) == 2, "a dry run writes nothing live"
    assert (await replay()).returncode == 0
    assert len(await installation.issues()) == 1
    found = await replay("--dry-run")
    assert (found.returncode, found.stdout) == (0, "1 unchanged\n")
    wrong = await asyncio.to_thread(processes.run, "replay", "--project", "4711", "--dry-run")
    assert (wrong.returncode, "not found" in wrong.stderr) == (1, True)
    rules.write_text("nonsense")
    wrong = await replay("--dry-run")
    assert (wrong.returncode, "line 1, column 1" in wrong.stderr) == (1, True)
