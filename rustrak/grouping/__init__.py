"""Which issue an event belongs to: pure, versioned, frozen once released.

Above events, below the digest. `group` for every event, `explain` for the person who wonders why.
"""

from rustrak.grouping.algorithm import (
    LATEST,
    VERSIONS,
    Explanation,
    Grouping,
    UnknownVersion,
    explain,
    group,
    require_version,
)
from rustrak.grouping.config import FIRST, GroupingConfig
from rustrak.grouping.trail import Component

__all__ = [
    "FIRST",
    "LATEST",
    "VERSIONS",
    "Component",
    "Explanation",
    "Grouping",
    "GroupingConfig",
    "UnknownVersion",
    "explain",
    "group",
    "require_version",
]
