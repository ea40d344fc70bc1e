"""Which account the embedded server's programs run as, and how they are spawned as that account.

Only `embedded` calls this. PostgreSQL refuses uid 0, so root hands the server to another account.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rustrak.errors import ConfigurationError

# From <linux/prctl.h>, <linux/securebits.h> and <linux/capability.h>.
PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2

# Nothing else comes from outside: PG* variables would change the server, and it needs no secret.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class Account(NamedTuple):
    """The user the server runs as."""

    name: str
    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """The account root hands the server to; None for an ordinary user, who needs no other.

    Data keeps the owner it has. New data goes to the owner of the directory around it, so that a
    volume prepared for an account stays usable by it; then to `postgres`, which exists for this;
    last to `nobody`, which other daemons share. An invented uid is no way out: initdb wants one
    with a name. Raises ConfigurationError when no such account exists.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (status := data.stat()).st_uid != 0:
        return Account(f"uid {status.st_uid}", status.st_uid, status.st_gid)
    entries = []
    with suppress(KeyError):
        entries.append(pwd.getpwuid(data.parent.stat().st_uid))
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entries.append(pwd.getpwnam(name))
    for entry in entries:
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise ConfigurationError(
        "PostgreSQL refuses to run as root and there is no account named postgres or nobody: "
        "start rustrak as an ordinary user or set DATABASE_URL"
    )


def take_over(data: Path, account: Account | None) -> None:
    """Give data that root owns to `account`, and close it to everybody else.

    A copy or a volume may arrive with root as owner or open to a group, and PostgreSQL starts on
    neither. Links are not followed: whoever owns the directory around may have placed them.
    """
    if account and data.lstat().st_uid == data.stat().st_uid == 0:
        for directory, _, files in os.walk(data, topdown=False):
            for path in (*(os.path.join(directory, name) for name in files), directory):
                os.chown(path, account.uid, account.gid, follow_symlinks=False)
    if data.stat().st_uid == (account.uid if account else os.geteuid()):
        data.chmod(0o700)


def closed_directories(account: Account, *paths: Path) -> list[Path]:
    """The directories on the way to `paths`, both ends included, that `account` may not enter."""
    on_the_way = {step for path in paths for step in (path, *path.parents)}
    return sorted(step for step in on_the_way if not _may_enter(account, step.stat()))


def _may_enter(account: Account, directory: os.stat_result) -> bool:
    if directory.st_uid == account.uid:
        return bool(directory.st_mode & 0o100)
    if directory.st_gid == account.gid:
        return bool(directory.st_mode & 0o010)
    return bool(directory.st_mode & 0o001)


def spawn(
    command: Sequence[str | Path], account: Account | None, *, reach: bool, log: int, lock: int
) -> subprocess.Popen[bytes]:
    """Run a program as `account`, its stderr to `log`, handing it and its children `lock`.

    It ends with us: on Linux it gets SIGINT when the thread that called this ends. Ctrl-C in the
    terminal does not reach it, so whatever we still write while stopping has a server.

    `reach` lets it enter directories closed to its account, such as root's 0700 home, without
    touching their modes: it keeps one capability that opens them. Only on request, because whoever
    is superuser in the database then reads every file. Where a container denies the capability,
    the program does not find its files.

    Raises PermissionError when `account` cannot execute it, ConfigurationError when we cannot
    become `account`.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - our own binaries, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd="/",
            env=ENVIRONMENT,
            pass_fds=(lock,),
            start_new_session=True,
            preexec_fn=_preparation(account, reach=reach),
        )
    except subprocess.SubprocessError as error:  # how a refused change of user arrives
        raise ConfigurationError(
            f"root is not allowed to become {account.name if account else 'itself'} here: "
            "start rustrak as an ordinary user or set DATABASE_URL"
        ) from error


def _preparation(account: Account | None, *, reach: bool) -> Callable[[], None]:
    """What the child does between fork and exec: system calls only, everything looked up before.

    Another thread may have held any lock at the moment of the fork.
    """
    parent = os.getpid()
    kernel = ctypes.CDLL(None) if sys.platform == "linux" else None
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    # Effective, permitted, inheritable, then their high words. The weaker capability comes first;
    # containers often grant only the stronger one.
    sets = {
        capability: (ctypes.c_uint32 * 6)(*[1 << capability] * 3, 0, 0, 0)
        for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE)
    }

    def keep_one_capability(kernel: ctypes.CDLL) -> None:
        for capability, words in sets.items():
            if kernel.capset(header, words) == 0:
                kernel.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)
                return

    def prepare() -> None:
        if kernel and reach:
            # PR_SET_KEEPCAPS is not enough: PostgreSQL looks for its own binaries with access(2),
            # which ignores the capabilities of an ordinary user unless this bit is set.
            kernel.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
        if account:
            os.setgroups([])
            os.setresgid(account.gid, account.gid, account.gid)
            os.setresuid(account.uid, account.uid, account.uid)
        if kernel and reach:
            keep_one_capability(kernel)
        if kernel:
            kernel.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)  # a change of uid clears it
            if os.getppid() != parent:  # it died before the line above
                os._exit(1)

    return prepare
