"""Charts as plain SVG: attributes only, because the pages allow no inline style."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

WIDTH, HEIGHT = 100, 24


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, in its own units, and what it says."""

    x: float
    y: float
    width: float
    height: float
    title: str
    marks: tuple[str, ...] = ()
    """Releases that were first seen then."""


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    total: int
    peak: int


def bars(series: Any, height: int = HEIGHT, releases: Iterable[tuple[str, str]] = ()) -> Chart:
    """From {start, event_count}, oldest first, and releases with when they were first seen."""
    rows: Sequence[Any] = series or ()
    counts = [int(row["event_count"]) for row in rows]
    peak = max(counts, default=0)
    step = WIDTH / max(len(counts), 1)
    marks = _marks([str(row["start"]) for row in rows], releases)
    made = []
    for number, (row, count) in enumerate(zip(rows, counts, strict=True)):
        tall = max(height * count / peak, 1.0) if count else 0.0
        title = f"{str(row['start'])[:16].replace('T', ' ')}: {count:,}"
        first = tuple(marks.get(number, ()))
        if first:
            title += f", first seen in {', '.join(first)}"
        x, y = round(number * step, 2), round(height - tall, 2)
        made.append(Bar(x, y, round(step * 0.8, 2), round(tall, 2), title, first))
    return Chart(made, sum(counts), peak)


def _marks(starts: Sequence[str], releases: Iterable[tuple[str, str]]) -> dict[int, list[str]]:
    """Names of releases by the number of the bar in whose time they were first seen."""
    times = [datetime.fromisoformat(start) for start in starts]
    found: dict[int, list[str]] = {}
    for name, first_seen in releases:
        at = datetime.fromisoformat(first_seen)
        number = sum(start <= at for start in times) - 1
        if number >= 0:
            found.setdefault(number, []).append(name)
    return found
