"""Templates, and how values look in them. Everything is escaped, always."""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rustrak.dashboard.charts import bars

if TYPE_CHECKING:
    from jinja2 import Environment

_UNITS = (("y", 365 * 86400), ("mo", 30 * 86400), ("d", 86400), ("h", 3600), ("min", 60))


def render(template: str, **values: Any) -> str:
    """A template as text."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader  # 2 MB that the first page costs, not the start

    found = Environment(
        loader=PackageLoader("rustrak.dashboard"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "ago": ago,
        "moment": moment,
        "number": number,
        "part": lambda text: quote(str(text), safe=""),
        "percent": percent,
        "duration": duration,
        "size": size,
        "bars": bars,
    }
    found.globals["version"] = _version()
    return found


def _version() -> str:
    """Changes with what is served, so that browsers may keep it for ever."""
    import hashlib

    found = hashlib.sha256()
    for file in sorted(static_files()):
        found.update(static_files()[file])
    return found.hexdigest()[:12]


@cache
def static_files() -> dict[str, bytes]:
    """Style, script and icon, by name."""
    folder = resources.files("rustrak.dashboard") / "static"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def parsed(text: Any) -> datetime | None:
    """A time as the API writes it."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None


def ago(text: Any) -> str:
    """How long ago, in one unit."""
    when = parsed(text)
    if when is None:
        return "–"
    seconds = (datetime.now(UTC) - when).total_seconds()
    distance = abs(seconds)
    for unit, length in _UNITS:
        if distance >= length:
            told = f"{distance / length:.0f} {unit}"
            return f"{told} ago" if seconds > 0 else f"in {told}"
    return "just now"


def moment(text: Any) -> str:
    """A time to the second, in UTC."""
    when = parsed(text)
    return "–" if when is None else f"{when:%Y-%m-%d %H:%M:%S} UTC"


def number(value: Any) -> str:
    """12,345, or 1.2M where there is little room."""
    if not isinstance(value, int | float):
        return "–"
    if value >= 10_000_000:
        return f"{value / 1_000_000:.1f}M"
    return f"{value:,}"


def percent(value: Any) -> str:
    return f"{value:.2f} %" if isinstance(value, int | float) else "–"


def duration(milliseconds: Any) -> str:
    if not isinstance(milliseconds, int | float):
        return "–"
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return str(timedelta(seconds=round(milliseconds / 1000))).removeprefix("0:")


def size(count: Any) -> str:
    if not isinstance(count, int | float):
        return "–"
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return ""
