"""Password hashes: what they accept, and that a flood of them is turned away."""

import asyncio
import threading

import pytest

from rustrak.accounts.passwords import _MOST_WAITING, _Turnstile, hash_password, verify_password
from rustrak.errors import Overloaded


async def test_a_hash_opens_with_its_password_only() -> None:
    stored = await hash_password("correct horse")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await verify_password(stored, "correct horse")
    for wrong in ("", "Correct horse", "correct horse ", "correct horse\0"):
        assert not await verify_password(stored, wrong)


async def test_nobody_and_nonsense_have_no_password() -> None:
    for stored in (None, "", "nonsense", "$argon2id$v=19$m=65536,t=3,p=4$x$y"):
        assert not await verify_password(stored, "nobody has this password")


async def test_two_work_at_a_time_and_a_long_queue_is_turned_away() -> None:
    door = threading.Event()
    inside: list[str] = []

    def work(password: str) -> str:
        inside.append(password)
        door.wait(20)
        return password

    turnstile = _Turnstile()
    waiting = [
        asyncio.create_task(turnstile.run(work, str(number))) for number in range(_MOST_WAITING)
    ]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await turnstile.run(work, "one more")
    assert len(inside) <= 2
    door.set()
    assert await asyncio.gather(*waiting) == [str(number) for number in range(_MOST_WAITING)]
    assert await turnstile.run(work, "later") == "later"
