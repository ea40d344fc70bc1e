"""Password hashes: argon2id, off the event loop and two at a time, because each takes 64 MiB."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from rustrak.errors import Overloaded

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Result = TypeVar("Result")

_TWO_AT_A_TIME = 2
_MOST_WAITING = 50  # about five seconds' worth; whoever comes later would not wait for it


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # a megabyte that only logins need

    return PasswordHasher()  # RFC 9106's low-memory profile: 64 MiB, 3 passes, 4 lanes


class _Turnstile:
    """Lets two pass at a time, before a queue that does not grow for ever."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_TWO_AT_A_TIME, thread_name_prefix="password")
        self._inside = 0

    async def run(self, work: Callable[[str], Result], password: str) -> Result:
        if self._inside >= _MOST_WAITING:
            raise Overloaded("too many passwords are being checked; try again soon", 5)
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, password)
        finally:
            self._inside -= 1


@cache
def _turnstile() -> _Turnstile:
    return _Turnstile()


@cache
def _nobody() -> str:
    """A hash to verify against when there is no such user, so that both answers take as long."""
    return _hasher().hash("nobody has this password")


async def hash_password(password: str) -> str:
    """The PHC string to store. Raises Overloaded."""
    return await _turnstile().run(lambda given: _hasher().hash(given), password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the one; `stored` None stands for an unknown user, or one without a
    password, and takes as long. Raises Overloaded."""
    return await _turnstile().run(lambda given: _verify(stored, given), password)


def _verify(stored: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(stored if stored is not None else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
