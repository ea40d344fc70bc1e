"""Password hashes: argon2id, off the event loop and two at a time, because each takes 64 MiB."""

import asyncio
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_TWO_AT_A_TIME = 2


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # a megabyte that only logins need

    return PasswordHasher()  # RFC 9106's low-memory profile: 64 MiB, 3 passes, 4 lanes


@cache
def _turnstile() -> asyncio.Semaphore:
    return asyncio.Semaphore(_TWO_AT_A_TIME)


@cache
def _nobody() -> str:
    """A hash to verify against when there is no such user, so that both answers take as long."""
    return _hasher().hash("nobody has this password")


async def hash_password(password: str) -> str:
    """The PHC string to store."""
    async with _turnstile():
        return await asyncio.to_thread(_hasher().hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the one; `stored` None stands for an unknown user and takes as
    long."""
    async with _turnstile():
        return await asyncio.to_thread(_verify, stored, password)


def _verify(stored: str | None, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(stored if stored is not None else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
