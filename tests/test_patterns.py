"""Regular expressions mean the same on every Python we run on."""

import re
from pathlib import Path

import rustrak

POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[\d,]+\})\+")


def test_no_group_is_repeated_possessively() -> None:
    """Before Python 3.11.5 such a group may take what follows it (CPython issue 106052); an atomic
    group around the repetition means the same and is right everywhere."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(Path(rustrak.__file__).parent.rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if POSSESSIVE_GROUP.search(line)
    ]
    assert found == []
