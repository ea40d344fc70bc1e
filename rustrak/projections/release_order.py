"""Which of two releases of one package is newer, by their version numbers."""

import re
from dataclasses import dataclass
from itertools import zip_longest

_LONGEST = 250  # characters of a release
_VERSION = re.compile(
    r"(?:(?P<package>[^@]+)@)?v?(?P<numbers>[0-9]{1,9}(?:\.[0-9]{1,9}){1,4})"
    r"(?:-(?P<stage>[0-9A-Za-z.-]+))?(?:\+.*)?"
)

Stage = tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """`package@1.2.3-rc.1+build` in parts; the build says nothing about order."""

    package: str
    numbers: tuple[int, ...]
    stage: Stage
    """Of a pre-release; () for the release itself, which comes after."""


def read_version(release: str) -> Version | None:
    """The parts of a release, None for one without a version of two numbers at least."""
    found = _VERSION.fullmatch(release) if len(release) <= _LONGEST else None
    if found is None:
        return None
    numbers = tuple(map(int, found["numbers"].split(".")))
    stage = tuple(map(_identifier, (found["stage"] or "").split("."))) if found["stage"] else ()
    return Version(found["package"] or "", numbers, stage)


def compare_releases(one: str, other: str) -> int | None:
    """Negative if `one` is older, 0 if they rank the same, positive if it is newer; None if the
    two cannot be compared.

    Source: Semantic Versioning 2.0.0, section 11.
    """
    first, second = read_version(one), read_version(other)
    if first is None or second is None or first.package != second.package:
        return None
    for ours, theirs in zip_longest(first.numbers, second.numbers, fillvalue=0):
        if ours != theirs:
            return ours - theirs
    return _compare_stages(first.stage, second.stage)


def _compare_stages(ours: Stage, theirs: Stage) -> int:
    if not ours or not theirs:
        return bool(theirs) - bool(ours)
    return (ours > theirs) - (ours < theirs)


def _identifier(text: str) -> tuple[int, int, str]:
    """Numbers come before words."""
    if text.isdigit() and len(text) <= len("999999999"):
        return (0, int(text), "")
    return (1, 0, text)
