"""The commands operators and scripts rely on: what they print and how they exit."""

import asyncio
import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from rustrak.database.postmaster import free_port
from tests.acceptance.processes import Processes
from tests.acceptance.site import Site, address

pytestmark = pytest.mark.timeout(400)


def as_json(done: subprocess.CompletedProcess[str], code: int = 0) -> Any:
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def commands(database_url: str, tmp_path: Path) -> Processes:
    return Processes(tmp_path, DATABASE_URL=database_url, **address())


def test_projects_are_created_and_listed(commands: Processes) -> None:
    made = as_json(commands.run("project", "create", "Web Shop", "--json"))
    assert made["dsn"] == f"{commands.environ['PUBLIC_URL']}/{made['id']}".replace(
        "//", f"//{made['sentry_key'].replace('-', '')}@"
    )
    assert commands.run("project", "create", "Other").stdout.startswith("http://")
    listed = as_json(commands.run("project", "list", "--json"))
    assert [project["name"] for project in listed] == ["Web Shop", "Other"]
    assert listed[0]["dsn"] == made["dsn"]
    assert made["dsn"] in commands.run("project", "list").stdout


def test_a_user_is_created_once_with_a_password_that_is_shown(commands: Processes) -> None:
    made = as_json(commands.run("user", "create", "ada@example.com", "--admin", "--json"))
    assert made["email"] == "ada@example.com"
    assert made["is_admin"] is True
    assert len(made["password"]) >= 16
    again = commands.run("user", "create", "ADA@example.com")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "rustrak: Email already exists\n"


def test_users_are_listed_disabled_and_given_a_new_password(commands: Processes) -> None:
    for email, options in (("ada@example.com", ["--admin"]), ("bob@example.com", [])):
        assert commands.run("user", "create", email, *options).returncode == 0
    assert (
        commands.run("user", "disable", "BOB@example.com").stdout == "bob@example.com  disabled\n"
    )
    listed = as_json(commands.run("user", "list", "--json"))
    assert [(user["email"], user["is_admin"], user["is_active"]) for user in listed] == [
        ("ada@example.com", True, True),
        ("bob@example.com", False, False),
    ]
    assert "bob@example.com\tmember\tdisabled\tnever" in commands.run("user", "list").stdout
    assert commands.run("user", "enable", "bob@example.com").stdout == "bob@example.com  active\n"
    last = commands.run("user", "disable", "ada@example.com")
    assert (last.returncode, last.stdout) == (1, "")
    assert "the last administrator" in last.stderr
    email, password = commands.run("user", "password", "bob@example.com").stdout.split()
    assert email == "bob@example.com"
    assert len(password) >= 16
    short = commands.run("user", "password", "bob@example.com", "--password", "short")
    assert short.stderr == "rustrak: Password must have at least 8 characters\n"
    nobody = commands.run("user", "password", "eve@example.com")
    assert nobody.stderr == "rustrak: there is no user eve@example.com\n"


def test_the_doctor_finds_a_new_installation_in_order_and_masks_secrets(
    commands: Processes,
) -> None:
    report = as_json(commands.run("doctor", "--json", SECRET_KEY="do-not-print"))
    assert report["advice"] == []
    assert report["settings"]["DATABASE_URL"] == report["settings"]["SECRET_KEY"] == "(set)"
    assert "do-not-print" not in str(report)


def test_the_books_of_a_new_installation_are_even(commands: Processes) -> None:
    assert as_json(commands.run("verify", "--json"))["ok"] is True


def test_an_event_that_never_came_is_nowhere(commands: Processes) -> None:
    found = commands.run("where", "9ec79c33ec9942ab8353589fcb2e04dc")
    assert found.returncode == 1
    assert found.stdout == "nothing was received as event 9ec79c33ec9942ab8353589fcb2e04dc\n"
    assert commands.run("where", "not-an-id").returncode == 2


def test_an_empty_database_is_pending_until_it_is_migrated(
    empty_database_url: str, tmp_path: Path
) -> None:
    commands = Processes(tmp_path, DATABASE_URL=empty_database_url)
    check = commands.run("migrate", "--check")
    assert check.returncode == 1
    assert "pending" in check.stdout
    assert commands.run("project", "list").returncode == 1
    assert commands.run("migrate").returncode == 0
    assert commands.run("migrate", "--check").returncode == 0


async def test_the_demo_becomes_issues(site: Site) -> None:
    await site.start_web()
    site.start_worker()
    done = await asyncio.to_thread(site.processes.run, "demo")
    assert done.returncode == 0, done.stderr
    await site.digested()
    counts = await site.event_counts()
    assert sum(counts.values()) == done.stdout.count("sent ")
    assert counts["CheckoutError: order 1042 could not be paid"] == 2
    await site.assert_even_books()
    first = done.stdout.partition("sent ")[2].split()[0]
    story = await asyncio.to_thread(site.processes.run, "where", first)
    assert "item 0: event" in story.stdout
    assert ": applied to issue " in story.stdout


def test_the_demo_without_a_server_fails_in_one_line(commands: Processes) -> None:
    dsn = as_json(commands.run("project", "create", "Shop", "--json"))["dsn"]
    done = commands.run("demo", "--dsn", dsn)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "start `rustrak serve`" in done.stderr


@pytest.mark.parametrize(
    ("words", "environ", "code", "named"),
    [
        (["serve", "--nonsense"], {}, 2, "--nonsense"),
        (["nonsense"], {}, 2, "nonsense"),
        (["web"], {"PORT": "eighty"}, 3, "PORT"),
        (["serve"], {"PORT": "70000"}, 3, "PORT"),
        (["web"], {"DATABASE_URL": "mysql://localhost/x"}, 3, "DATABASE_URL"),
        (["web"], {"DATABASE_URL": ""}, 3, "DATABASE_URL"),
        (["worker"], {"LOG_LEVEL": "chatty"}, 3, "LOG_LEVEL"),
        (["project", "list"], {"DATABASE_URL": "NOWHERE"}, 4, "PostgreSQL"),
        (["migrate"], {"DATABASE_URL": "NOWHERE"}, 4, "PostgreSQL"),
        (["serve"], {"DATABASE_URL": "NOWHERE"}, 4, "PostgreSQL"),
    ],
)
def test_what_is_wrong_is_named_in_the_last_line_and_in_the_exit_code(
    commands: Processes, words: list[str], environ: dict[str, str], code: int, named: str
) -> None:
    nowhere = f"postgresql://rustrak:secret@127.0.0.1:{free_port()}/rustrak"
    given = {name: value.replace("NOWHERE", nowhere) for name, value in environ.items()}
    done = commands.run(*words, **given)
    assert done.returncode == code, done.stdout + done.stderr
    assert named in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_a_port_in_use_is_named(commands: Processes, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = commands.run("web", PORT=str(taken.getsockname()[1]))
    assert done.returncode == 3
    assert done.stderr.startswith("rustrak: PORT: cannot listen on")
