"""Charts as plain SVG: attributes only, because the pages allow no inline style."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    mark: str = ""
    """A release that was first seen then."""


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    total: int
    peak: int
    width: int = WIDTH
    height: int = HEIGHT


def bars(series: Any, height: int = HEIGHT) -> Chart:
    """From {start, event_count}, oldest first."""
    rows: Sequence[Any] = series or ()
    counts = [int(row["event_count"]) for row in rows]
    peak = max(counts, default=0)
    step = WIDTH / max(len(counts), 1)
    made = []
    for number, (row, count) in enumerate(zip(rows, counts, strict=True)):
        tall = max(height * count / peak, 1.0) if count else 0.0
        title = f"{str(row['start'])[:16].replace('T', ' ')}: {count:,}"
        made.append(
            Bar(
                round(number * step, 2),
                round(height - tall, 2),
                round(step * 0.8, 2),
                round(tall, 2),
                title,
            )
        )
    return Chart(made, sum(counts), peak, height=height)
