"""The PostgreSQL server that `rustrak serve` runs when DATABASE_URL is unset.

For commands only, which import it when they need it.
"""

import fcntl
import os
import secrets
import shutil
import signal
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from rustrak.database.postmaster import (
    PATIENCE,
    Launcher,
    find_binaries,
    is_another_program,
    open_private,
    read_postmaster,
)
from rustrak.database.privileges import Account, server_account, take_over
from rustrak.errors import ConfigurationError, DataDirectoryBusy, RustrakError

SUPERUSER = DATABASE = "rustrak"
LOGIN_TIMEOUT = 10  # seconds


class EmbeddedServer:
    """One PostgreSQL server under a data directory, owned by this process while started.

    Two locks, which the kernel drops with their last holder. `lock` is this process's: its holder
    owns the directory. `postgres.lock` is inherited by every process of the server: who gets it
    knows that an earlier server is gone to its last backend, whatever postmaster.pid says.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self._data = self.data_dir / "postgres"
        self._running = ExitStack()
        self._launcher: Launcher | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The postgresql:// URL of the started server; it stays the same when it is revived."""
        return _url(self.data_dir, self._port)

    def start(self) -> str:
        """Start the server, creating its data the first time; returns its postgresql:// URL.

        Call it from a thread that lives as long as the server, best the main one: on Linux the
        server stops when that thread ends, so that a killed process leaves nothing behind.

        Raises DataDirectoryBusy, ConfigurationError (no binaries, directory not usable), or
        RustrakError with the end of the server's log.
        """
        find_binaries()
        try:
            with ExitStack() as undo:
                self._start(undo)
                self._running = undo.pop_all()
        except OSError as error:
            raise ConfigurationError(f"RUSTRAK_DATA_DIR is not usable: {error}") from error
        return self.url

    def revive(self) -> bool:
        """Start a server that died meanwhile again, on its port; whether there was need.

        Blocks for as long as recovery takes. From the thread that called `start`. Raises
        RustrakError when it does not come back; the next call tries again, because processes of
        the dead server may still be on their way out.
        """
        if self._launcher is None or not self._launcher.has_died():
            return False
        self._launcher.serve(self._data, self._running, self._port)
        return True

    def stop(self) -> None:
        """Shut the server down, wait for it and release the directory; harmless when stopped."""
        self._running.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _start(self, undo: ExitStack) -> None:
        # 0711: the account of the server passes through; what lies inside is closed by itself.
        self.data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        undo.callback(os.close, self._claim())
        lock = self._wait_for_predecessor()
        undo.callback(os.close, lock)
        account = server_account(self._data)
        launcher = Launcher(self.data_dir, account, lock)
        if (self._data / "PG_VERSION").exists():
            take_over(self._data, account)
        else:
            self._create_data(launcher, account)
        self._port = launcher.serve(self._data, undo)
        try:
            self._create_database(self._port)
        except psycopg.Error as error:
            raise launcher.failure(f"login failed ({error})") from error
        self._launcher = launcher

    def _claim(self) -> int:
        path = self.data_dir / "lock"
        descriptor = _lock(path)
        if descriptor is None:
            raise DataDirectoryBusy(
                f"another rustrak (pid {path.read_text() or 'unknown'}) already uses "
                f"{self.data_dir}; stop it or set RUSTRAK_DATA_DIR to another directory"
            )
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        return descriptor

    def _wait_for_predecessor(self) -> int:
        """Take `postgres.lock`, after telling a server that outlived its owner to stop."""
        deadline = time.monotonic() + PATIENCE
        while (descriptor := _lock(self.data_dir / "postgres.lock")) is None:
            left_behind = read_postmaster(self._data)
            if left_behind and not is_another_program(left_behind.pid):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(left_behind.pid, signal.SIGINT)
            if time.monotonic() > deadline:
                raise RustrakError(
                    f"the PostgreSQL server of an earlier run still uses {self._data} "
                    f"(pid {left_behind.pid if left_behind else 'unknown'}); end it and try again"
                )
            time.sleep(0.02)
        return descriptor

    def _create_data(self, launcher: Launcher, account: Account | None) -> None:
        """initdb in a sibling, which takes its place only when it is complete."""
        draft = self.data_dir / "postgres.new"
        if draft.exists():  # an earlier attempt was killed
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        password = self.data_dir / "postgres-password"
        with os.fdopen(open_private(password, os.O_WRONLY | os.O_TRUNC), "w") as file:
            file.write(secrets.token_urlsafe(24))
            file.flush()
            os.fsync(file.fileno())
            if account:  # initdb reads it
                os.fchown(file.fileno(), account.uid, account.gid)
        if account:
            os.chown(draft, account.uid, account.gid, follow_symlinks=False)
        launcher.initdb(draft, SUPERUSER, password)
        draft.rename(self._data)
        directory = os.open(self.data_dir, os.O_RDONLY)
        os.fsync(directory)  # or a power cut may undo the rename under acknowledged data
        os.close(directory)

    def _create_database(self, port: int) -> None:
        """Needed once; asked every time, a kill may have come between initdb and this."""
        url = _url(self.data_dir, port, database="postgres")
        with psycopg.connect(url, autocommit=True, connect_timeout=LOGIN_TIMEOUT) as conn:
            if not conn.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone():
                conn.execute("CREATE DATABASE rustrak")


def running_url(data_dir: Path) -> str | None:
    """URL of the server another process of ours runs on `data_dir`, None when none is running.

    The files alone prove nothing, they outlive a killed server; a login with its password does.
    Raises ConfigurationError when the files belong to somebody else.
    """
    try:
        postmaster = read_postmaster(data_dir / "postgres")
        url = _url(data_dir, postmaster.port) if postmaster else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"RUSTRAK_DATA_DIR is not readable: {error}") from error
    if url:
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(url, connect_timeout=LOGIN_TIMEOUT),
        ):
            return url
    return None


def _url(data_dir: Path, port: int, database: str = DATABASE) -> str:
    """Without TLS and Kerberos, which this server has not: not to ask saves round trips, and not to
    load their libraries saves memory."""
    password = (data_dir / "postgres-password").read_text()
    options = "sslmode=disable&gssencmode=disable"
    return f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}?{options}"


def _lock(path: Path) -> int | None:
    """A descriptor that holds the exclusive lock on `path`; None while somebody else does."""
    descriptor = open_private(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
