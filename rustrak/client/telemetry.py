"""Releases, monitors, transactions, logs and outcomes of a project."""

from rustrak.client.listing import Listing
from rustrak.client.noun import Noun, given
from rustrak.client.projects import PROJECTS
from rustrak.schemas import outcomes, transactions
from rustrak.schemas.issues import Issue
from rustrak.schemas.logs import Log, LogDetail, LogsQuery
from rustrak.schemas.monitors import CheckIn, Monitor
from rustrak.schemas.releases import Release, ReleaseHealth
from rustrak.schemas.transactions import TransactionDetail, TransactionsQuery


class Releases(Noun):
    """Releases that events or sessions name."""

    def list(self, project_id: int) -> Listing[Release]:
        return self._by_cursor(Release, *PROJECTS, project_id, "releases")

    async def health(
        self, project_id: int, version: str, *, environment: str | None = None, hours: int = 24
    ) -> ReleaseHealth:
        return await self._get(
            ReleaseHealth,
            *PROJECTS,
            project_id,
            "releases",
            version,
            "health",
            environment=environment,
            hours=hours,
        )

    def new_issues(self, project_id: int, version: str) -> Listing[Issue]:
        """Those whose first event is of the release."""
        return self._numbered(Issue, *PROJECTS, project_id, "releases", version, "new-issues")


class Monitors(Noun):
    """Cron monitors and their runs."""

    def list(self, project_id: int) -> Listing[Monitor]:
        return self._by_cursor(Monitor, *PROJECTS, project_id, "monitors")

    def check_ins(
        self, project_id: int, slug: str, *, environment: str | None = None
    ) -> Listing[CheckIn]:
        return self._by_cursor(
            CheckIn, *PROJECTS, project_id, "monitors", slug, "check-ins", environment=environment
        )


class Transactions(Noun):
    """Transactions by name."""

    async def list(
        self, project_id: int, query: TransactionsQuery | None = None
    ) -> transactions.Transactions:
        return await self._get(
            transactions.Transactions, *PROJECTS, project_id, "transactions", **given(query)
        )

    async def get(self, project_id: int, name: str, *, hours: int = 24) -> TransactionDetail:
        return await self._get(
            TransactionDetail,
            *PROJECTS,
            project_id,
            "transactions",
            "detail",
            name=name,
            hours=hours,
        )


class Outcomes(Noun):
    """What became of what was sent."""

    async def get(self, project_id: int, *, hours: int = 24) -> outcomes.Outcomes:
        return await self._get(outcomes.Outcomes, *PROJECTS, project_id, "outcomes", hours=hours)


class Logs(Noun):
    """Log lines."""

    def list(self, project_id: int, query: LogsQuery | None = None) -> Listing[Log]:
        """The newest first; `query` starts where its cursor says."""
        return self._by_cursor(Log, *PROJECTS, project_id, "logs", **given(query))

    async def get(self, project_id: int, log_id: str) -> LogDetail:
        return await self._get(LogDetail, *PROJECTS, project_id, "logs", log_id)
