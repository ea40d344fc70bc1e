"""Transactions by name. Durations are in milliseconds, null when no run told a usable one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from rustrak.schemas.base import LARGEST_PAGE, Environments, Reply, Word
from rustrak.schemas.times import HoursQuery


class TransactionSort(StrEnum):
    COUNT = "count"
    FAILURE_RATE = "failure_rate"
    P50 = "p50"
    P95 = "p95"
    LAST_SEEN = "last_seen"
    NAME = "name"


class TransactionQuery(HoursQuery):
    environment: Environments = None
    release: Word | None = None


class TransactionsQuery(TransactionQuery):
    sort: TransactionSort = TransactionSort.COUNT
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 100


class TransactionDetailQuery(TransactionQuery):
    name: Word
    """A parameter, because most names hold slashes; one nobody sent has no hours."""


class Transaction(Reply):
    """One name."""

    name: str
    count: int
    failure_rate: float
    """From 0 to 1."""
    p50_ms: float | None
    p95_ms: float | None
    per_minute: float
    last_seen: datetime


class Transactions(Reply):
    items: list[Transaction]
    total_count: int
    """Names there are, listed or not."""


class HourOfTransactions(Reply):
    hour: datetime
    count: int
    failure_rate: float
    """From 0 to 1."""
    p50_ms: float | None
    p95_ms: float | None


class SlowTransaction(Reply):
    """One run."""

    trace_id: str | None
    """Null when the client sent none, as `span_id` is."""
    span_id: str | None
    timestamp: datetime
    """Its end."""
    duration_ms: float
    status: str
    release: str
    environment: str
    children: int
    """Spans below it."""


class TransactionDetail(Reply):
    name: str
    hours: list[HourOfTransactions]
    """Those with a run."""
    slowest: list[SlowTransaction]
