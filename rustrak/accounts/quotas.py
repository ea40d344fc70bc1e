"""Quotas: how much a project, or the whole installation, may send."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from rustrak.errors import Invalid
from rustrak.protocol.categories import BYTE_CATEGORIES, COUNTED
from rustrak.protocol.ratelimits import MAX_WORD_CHARS

Window = Literal["minute", "hour", "month"]

MAX_LIMIT: Final = 2**63 - 1
"""Items or bytes; what a `bigint` column holds."""

_SECONDS: Final = {"minute": 60, "hour": 3600}


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` in a window aligned to the UTC minute, hour or month; 0 refuses everything.

    `scope` is a project or None for the installation. No categories means all that are counted in
    items; byte categories only count where they are named.
    """

    scope: int | None
    categories: frozenset[str]
    window: Window
    limit: int
    reason_code: str

    @property
    def key(self) -> str:
        """What usage is shared under: `7/minute/error`. Raising a limit keeps what was used."""
        scope = "all" if self.scope is None else self.scope
        return f"{scope}/{self.window}/{';'.join(sorted(self.categories))}"


def check_quota(quota: Quota) -> None:
    """Raises Invalid for a quota that could never work as meant."""
    if not 0 <= quota.limit <= MAX_LIMIT:
        raise Invalid(f"the limit must be between 0 and {MAX_LIMIT}")
    if not quota.categories <= COUNTED:
        raise Invalid(f"a quota can name these categories: {', '.join(sorted(COUNTED))}")
    if quota.categories & BYTE_CATEGORIES and quota.categories - BYTE_CATEGORIES:
        raise Invalid("a quota counts items or bytes, but its categories are of both kinds")
    if not 0 < len(quota.reason_code) <= MAX_WORD_CHARS:
        raise Invalid(f"the reason code must have 1 to {MAX_WORD_CHARS} characters")


def window_bounds(window: Window, now: float) -> tuple[int, int]:
    """Returns the start and the end, in Unix seconds, of the UTC window that `now` is in."""
    if window == "month":
        first = datetime.fromtimestamp(now, UTC).replace(
            day=1, hour=0, minute=0, second=0, microsecond=0
        )
        following = (first + timedelta(days=31)).replace(day=1)
        return int(first.timestamp()), int(following.timestamp())
    seconds = _SECONDS[window]
    start = int(now // seconds) * seconds
    return start, start + seconds
