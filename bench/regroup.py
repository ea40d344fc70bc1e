"""How long it takes to show, apply and undo a regrouping of everything that was preloaded.

Called by the command line.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.bodies import BodyMaker
from bench.measure import Subject
from bench.report import Metrics
from bench.scenarios import sustained

RULES = "type:* -> {{ error.type }}\n"
"""Moves every error: all issues of one type become one."""
LOOKS = 0.2  # seconds between two looks at the state
PATIENCE = 1800.0  # seconds for one state


async def regroup(subject: Subject, maker: BodyMaker, rate: float, seconds: float) -> Metrics:
    """Seconds for each step; with a rate, applied while events arrive for so many seconds."""
    from rustrak.client import Client
    from rustrak.schemas.regroups import NewRegrouping

    project, metrics = int(subject.dsn.project), Metrics()
    url = f"http://{subject.dsn.host}:{subject.dsn.port}"
    async with Client(url, subject.token) as rustrak:

        async def until(run: int, state: str) -> float:
            started = time.perf_counter()
            async with asyncio.timeout(PATIENCE):
                while (await rustrak.regroupings.get(project, run)).state != state:  # noqa: ASYNC110
                    await asyncio.sleep(LOOKS)
            return time.perf_counter() - started

        made = await rustrak.regroupings.preview(project, NewRegrouping(rules=RULES))
        metrics["preview s"] = await until(made.id, "previewed")
        found = await rustrak.regroupings.get(project, made.id)
        assert found.difference is not None
        metrics["issues before"] = float(
            sum(len(change.before) for change in found.difference.changes)
            + found.difference.unchanged
        )
        async with _beside(subject, maker, rate, seconds) as load:
            await rustrak.regroupings.apply(project, made.id)
            metrics["apply s"] = await until(made.id, "applied")
        metrics |= load
        await rustrak.regroupings.undo(project, made.id)
        metrics["undo s"] = await until(made.id, "undone")
    return metrics


@asynccontextmanager
async def _beside(
    subject: Subject, maker: BodyMaker, rate: float, seconds: float
) -> AsyncIterator[Metrics]:
    """A load of so many events a second until the block ends, and what was measured of it."""
    measured: Metrics = {}
    if not rate:
        yield measured
        return
    load = asyncio.create_task(sustained(subject, maker, rate, seconds, None))
    await asyncio.sleep(1)
    yield measured
    measured |= {f"meanwhile: {name}": figure for name, figure in (await load).items()}
