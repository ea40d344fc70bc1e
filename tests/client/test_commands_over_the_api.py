"""Commands that run away from the server: they ask it over the API, and need no database."""

import asyncio
import json
from pathlib import Path
from subprocess import CompletedProcess
from uuid import uuid4

import pytest

from rustrak.database.postmaster import free_port
from tests.acceptance.processes import Processes
from tests.installation import Installation
from tests.made_events import digested, error


class Shell:
    """Runs commands with the address and the token of the installation in the environment."""

    def __init__(self, installation: Installation, directory: Path) -> None:
        self.processes = Processes(
            directory, RUSTRAK_URL=installation.base_url, RUSTRAK_TOKEN=installation.token
        )

    async def run(self, *words: str, **environ: str) -> CompletedProcess[str]:
        return await asyncio.to_thread(self.processes.run, *words, **environ)

    async def output(self, *words: str) -> str:
        done = await self.run(*words)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout


@pytest.fixture
def shell(installation: Installation, tmp_path: Path) -> Shell:
    return Shell(installation, tmp_path)


async def test_projects_are_made_and_listed(shell: Shell) -> None:
    made = json.loads(await shell.output("project", "create", "Web Shop", "--json"))
    assert made["name"] == "Web Shop"
    listed = json.loads(await shell.output("project", "list", "--json"))
    assert [one["name"] for one in listed] == ["Ours", "Theirs", "Web Shop"]
    assert listed[-1] == made
    assert made["dsn"] in await shell.output("project", "list")


async def test_issues_are_listed_shown_and_decided_about(
    shell: Shell, installation: Installation
) -> None:
    hostile = error("OSError", "\x1b[2Jgone\nover", environment="prod")
    (event, _) = await digested(installation, error(), hostile)
    project = ("--project", str(installation.project_id))
    found = json.loads(await shell.output("issue", "list", *project, "--json"))
    assert [one["title"] for one in found] == ["OSError: \x1b[2Jgone", "ValueError: no"]
    text = await shell.output("issue", "list", *project, "--limit", "1")
    assert "\x1b" not in text
    assert text.count("\n") == 1
    issue = found[1]["short_id"]
    assert event in (await shell.output("issue", "show", issue)).replace("-", "")
    shown = json.loads(await shell.output("issue", "show", issue, "--json"))
    assert {name: shown[name] for name in found[1]} == found[1]
    assert [one["id"].replace("-", "") for one in shown["events"]] == [event]
    for decision, state in (("resolve", "resolved"), ("reopen", "open"), ("mute", "muted")):
        assert f"  {state}  " in await shell.output("issue", decision, issue)
    muted = await shell.output("issue", "list", *project, "--filter", "muted")
    assert issue in muted


async def test_the_whereabouts_of_an_event_are_the_same_from_afar(
    shell: Shell, installation: Installation
) -> None:
    await digested(installation, error())
    (event,) = await digested(installation, error(), project=1)
    near = await shell.run("where", event, RUSTRAK_URL="", DATABASE_URL=installation.database_url)
    assert near.returncode == 0, near.stderr
    assert await shell.output("where", event) == near.stdout
    theirs = ("--project", str(installation.projects[1]["id"]))
    assert await shell.output("where", event, *theirs) == near.stdout
    as_json = json.loads(await shell.output("where", event, "--json"))
    assert as_json["deliveries"][0]["project_id"] == installation.projects[1]["id"]
    missed = await shell.run("where", uuid4().hex)
    assert (missed.returncode, missed.stdout[:11]) == (1, "nothing was")


async def test_what_goes_wrong_is_one_line_and_an_exit_code(
    shell: Shell, installation: Installation
) -> None:
    project = ("--project", str(installation.project_id))
    refused = await shell.run("issue", "show", "OURS-4711")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("rustrak: the server answers 404: ")
    assert refused.stderr.count("\n") == 1
    for code, environ in (
        (3, {"RUSTRAK_TOKEN": ""}),
        (3, {"RUSTRAK_URL": "localhost"}),
        (4, {"RUSTRAK_URL": f"http://127.0.0.1:{free_port()}"}),
        (2, {"RUSTRAK_URL": ""}),
    ):
        done = await shell.run("issue", "list", *project, **environ)
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
    wrong = await shell.run("project", "list", "--token", "0" * 40)
    assert wrong.stderr == "rustrak: the server answers 401: Unauthorized: Invalid token\n"
