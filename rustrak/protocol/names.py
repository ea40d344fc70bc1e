"""Names that count: what may be a release and what an environment, for whoever reads either.

Source: Sentry protocol, top-level attributes.
"""

from typing import Final

MAX_RELEASE: Final = 200
"""Characters. A cut one would be another release, so a longer one is refused."""
MAX_ENVIRONMENT: Final = 64
"""Characters."""

_NOT_IN_RELEASES = frozenset("\r\n\t\f/\\")
_NOT_IN_ENVIRONMENTS = frozenset(" \r\n\t\f/")


def is_release(name: str) -> bool:
    """Whether a trimmed text may name a release; the empty one does, and means none."""
    return (
        len(name) <= MAX_RELEASE and name not in (".", "..") and _NOT_IN_RELEASES.isdisjoint(name)
    )


def is_environment(name: str) -> bool:
    """Whether a trimmed text may name an environment; some SDKs write `None` for nothing."""
    return len(name) <= MAX_ENVIRONMENT and name != "None" and _NOT_IN_ENVIRONMENTS.isdisjoint(name)
