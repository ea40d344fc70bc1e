"""What operators ask: version, quotas and storage."""

from datetime import datetime

from rustrak.accounts.quotas import Window
from rustrak.schemas.base import Reply


class Version(Reply):
    version: str


class RateLimit(Reply):
    """A quota, and how much of it is used in the window that runs."""

    project_id: int | None
    """None for the whole installation."""
    categories: list[str]
    window: Window
    limit: int
    reason_code: str
    used: int
    """Items or bytes; about a second old, and counted a little late by several web processes."""
    resets_at: datetime


class StoredTable(Reply):
    name: str
    bytes: int
    """On disk, with indexes."""
    rows: int | None
    """An estimate: what PostgreSQL found when it last analysed the table; None before that."""


class LedgerWeek(StoredTable):
    week: datetime | None
    """Its Monday; None for what came outside the weeks made ahead."""


class StorageSummary(Reply):
    database_bytes: int
    ledger_bytes: int
    ledger: list[LedgerWeek]
    tables: list[StoredTable]
    """All others, the largest first."""


class ProjectStorage(Reply):
    project_id: int
    name: str
    envelopes: int
    ledger_bytes: int
    """Of bodies as they arrived, mostly compressed."""
    events: int
    attachments: int
    attachment_bytes: int


class StorageByProject(Reply):
    projects: list[ProjectStorage]
    sampled_percent: float
    """Of the ledger's pages; below 100, `envelopes` and `ledger_bytes` are estimates."""
    is_estimate: bool


class Health(Reply):
    """How the installation is doing."""

    version: str
    postgres_version: str
    backlog: int
    """Envelopes that wait to be digested."""
    oldest_waiting: datetime | None
    """When the first of them was received; null where nothing waits."""
    parked: int
    """Items that could not be digested."""
    digesters: int
    """Lanes of workers that are connected, one or two a worker; none digests nothing."""
