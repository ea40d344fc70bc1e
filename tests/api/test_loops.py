"""The loops of a web process end with it, and what breaks in them is not swallowed."""

import asyncio

import pytest

from rustrak.web import running


async def test_a_loop_that_loses_a_cancellation_ends_all_the_same() -> None:
    cancelled = 0

    async def loop() -> None:
        nonlocal cancelled
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cancelled += 1
                if cancelled > 1:
                    raise

    async with asyncio.timeout(10), running(loop()):
        await asyncio.sleep(0)
    assert cancelled == 2


async def test_a_loop_that_fails_fails_the_block() -> None:
    async def loop() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        async with running(loop()):
            await asyncio.sleep(0)
