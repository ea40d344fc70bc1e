"""The Procrastinate tasks of regroupings: done when asked for, gone on with after a worker died."""

from procrastinate import App

from rustrak.database.pool import Pool
from rustrak.jobs import REGROUP
from rustrak.regroup.work import work


def add_regroup_jobs(jobs: App, pool: Pool) -> None:
    """Give an application our tasks, bound to a pool. What somebody else works on is passed over,
    so that one place is all they ever take for long."""

    @jobs.task(name=REGROUP, queue=REGROUP)
    async def regroup() -> None:
        async with pool.connection() as conn:
            await work(conn)

    @jobs.periodic(cron="* * * * *")
    @jobs.task(name="resume_regroupings", queue=REGROUP, queueing_lock="resume_regroupings")
    async def resume(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes it
        async with pool.connection() as conn:
            await work(conn)
