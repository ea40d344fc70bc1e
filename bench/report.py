"""Figures of several runs as a plain table or as JSON.

Called by the scenarios and the command line.
"""

import json
from collections.abc import Sequence
from statistics import median

Metrics = dict[str, float | None]
"""What one run measured, by name with its unit; None stands for not measurable here."""


def percentiles_ms(name: str, seconds: Sequence[float]) -> Metrics:
    """p50, p95, p99 and the largest, in milliseconds."""
    ordered = sorted(seconds)
    wanted = {"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {
        f"{name} {label} ms": 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]
        if ordered
        else None
        for label, share in wanted.items()
    }


def table(title: str, runs: Sequence[Metrics]) -> str:
    """One line a figure: median, smallest and largest of the runs."""
    names = list(dict.fromkeys(name for run in runs for name in run))
    lines = [title, "", f"{'':36}{'median':>12}{'min':>12}{'max':>12}"]
    for name in names:
        values = [value for run in runs if (value := run.get(name)) is not None]
        figures = (median(values), min(values), max(values)) if values else (None, None, None)
        lines.append(f"{name:36}" + "".join(f"{_figure(value):>12}" for value in figures))
    return "\n".join(lines)


def as_json(title: str, runs: Sequence[Metrics]) -> str:
    """The runs as they were, for a machine."""
    return json.dumps({"title": title, "runs": list(runs)}, indent=2)


def _figure(value: float | None) -> str:
    if value is None:
        return "n/a"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.2f}"
