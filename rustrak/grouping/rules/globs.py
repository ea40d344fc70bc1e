"""Glob patterns: `*`, `?`, `[a-z]`; in paths a `*` stays within one directory and `**` does not."""

import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache

Match = Callable[[str], bool]


@lru_cache(maxsize=4096)
def glob(pattern: str, *, is_path: bool, any_case: bool) -> Match:
    """Whether a whole text is like the pattern; linear in the text but for the number of stars."""
    if any_case:
        inner = glob(pattern.lower(), is_path=is_path, any_case=False)
        return lambda text: inner(text.lower())
    if not re.search(r"[*?\[]", pattern):
        return lambda text: text == pattern
    if is_path:
        return _path(pattern.replace("\\", "/"))
    found = re.compile(translate(re.sub(r"\*+", "*", pattern)))
    return lambda text: found.match(text) is not None


def _path(pattern: str) -> Match:
    segments = [
        None if segment == "**" else re.compile(translate(re.sub(r"\*+", "*", segment)))
        for segment in pattern.split("/")
    ]

    def match(text: str) -> bool:
        """By the segments that may have been matched so far."""
        names = text.replace("\\", "/").split("/")
        reached = _skip({0}, segments)
        for name in names:
            after = set()
            for place in reached:
                if place < len(segments):
                    segment = segments[place]
                    if segment is None:
                        after.add(place)
                    elif segment.match(name):
                        after.add(place + 1)
            reached = _skip(after, segments)
        return len(segments) in reached

    return match


def _skip(places: set[int], segments: list[re.Pattern[str] | None]) -> set[int]:
    """With those behind a `**`, which may stand for nothing."""
    found = set(places)
    for place in sorted(places):
        while place < len(segments) and segments[place] is None:
            place += 1
            found.add(place)
    return found
