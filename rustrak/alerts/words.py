"""A notice in words, the same in every channel: plain text, one line each, of bounded length.

Titles, environments and releases are whatever clients sent. Here they lose line breaks, control
characters and marks that turn the direction of writing; each channel escapes its own markup.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from rustrak.alerts.notice import AlertType, IssueLine, Notice
from rustrak.protocol.jsontext import clean_text

MAX_TITLE: Final = 500  # characters
MAX_FACT: Final = 200
MAX_SUBJECT: Final = 200
MAX_OTHERS: Final = 10  # issues of a storm that are listed; the rest is counted
MAX_OTHER_TITLE: Final = 120

NAMES: Final = {
    AlertType.NEW_ISSUE: "New Issue",
    AlertType.REGRESSION: "Regression",
    AlertType.UNMUTE: "Unmuted Issue",
    AlertType.EVENT_THRESHOLD: "Many Events",
    AlertType.USER_THRESHOLD: "Many Users Affected",
    AlertType.MONITOR_MISSED: "Monitor Missed",
    AlertType.DIGEST: "Several Issues",
    AlertType.TEST: "Test Alert",
}
COLOURS: Final = {
    "fatal": 0x8B1A1A,
    "error": 0xD64545,
    "warning": 0xD9822B,
    "info": 0x2F7DD1,
    "debug": 0x7A7A7A,
}
_PLAIN_COLOUR = 0x5C6470
_UNSEEN = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True, slots=True)
class Other:
    """One more issue of a storm."""

    short_id: str
    title: str
    url: str


def one_line(text: str, limit: int) -> str:
    """A text without anything that breaks or hides a line, shortened to `limit` characters."""
    line = _UNSEEN.sub(" ", clean_text(text)).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def headline(notice: Notice) -> str:
    """ "New Issue in My App"."""
    return f"{NAMES[notice.alert_type]} in {one_line(notice.project.name, 80)}"


def subject(notice: Notice) -> str:
    """ "[My App] New Issue - MY-APP-3"."""
    about = [f"[{one_line(notice.project.name, 80)}] {NAMES[notice.alert_type]}"]
    if notice.issue is not None:
        about.append(one_line(notice.issue.short_id, 80))
    elif notice.monitor is not None:
        about.append(one_line(notice.monitor.slug, 80))
    return one_line(" - ".join(about), MAX_SUBJECT)


def name(notice: Notice) -> str:
    """What a link to the matter is called: its short id, its monitor, or its project."""
    if notice.issue is not None:
        return one_line(notice.issue.short_id, 80)
    return one_line(notice.monitor.slug if notice.monitor else notice.project.name, 80)


def title(notice: Notice) -> str:
    """What happened."""
    if notice.issue is not None:
        return one_line(notice.issue.title, MAX_TITLE) or "(no title)"
    if notice.monitor is not None:
        return one_line(f"{notice.monitor.slug}: {notice.monitor.status}", MAX_TITLE)
    return one_line(notice.reason, MAX_TITLE) or NAMES[notice.alert_type]


def level(notice: Notice) -> str:
    """The level of the issue, "" if unknown."""
    return (notice.issue.level or "") if notice.issue is not None else ""


def colour(notice: Notice) -> int:
    """The colour of the level, as 0xRRGGBB."""
    return COLOURS.get(level(notice), _PLAIN_COLOUR)


def when(moment: datetime) -> str:
    """ "2026-03-01 12:30:05 UTC"."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def facts(notice: Notice) -> list[tuple[str, str]]:
    """What else is known, as name and value, in the order of interest; at most ten."""
    found: list[tuple[str, str | None]] = [("Why", notice.reason)]
    if notice.issue is not None:
        found += _facts_of_issue(notice.issue)
    if notice.monitor is not None:
        found += [("Monitor", notice.monitor.slug), ("Monitored in", notice.monitor.environment)]
    lines = [(label, one_line(value or "", MAX_FACT)) for label, value in found]
    return [(label, line) for label, line in lines if line]


def _facts_of_issue(issue: IssueLine) -> list[tuple[str, str | None]]:
    return [
        ("Level", issue.level),
        ("Events", str(issue.event_count)),
        ("First seen", when(issue.first_seen)),
        ("Last seen", when(issue.last_seen)),
        ("Environment", issue.environment),
        ("Release", issue.release),
        ("Where", issue.culprit),
    ]


def others(notice: Notice) -> list[Other]:
    """The other issues of a storm that there is room to list."""
    return [
        Other(one_line(issue.short_id, 80), one_line(issue.title, MAX_OTHER_TITLE), issue.url)
        for issue in notice.others[:MAX_OTHERS]
    ]


def rest(notice: Notice, listed: int) -> str:
    """ "and 12 more issues", "" when all are listed."""
    count = notice.more + len(notice.others) - listed
    return "" if count <= 0 else f"and {count} more issue{'s' if count > 1 else ''}"


def fitting(lines: Iterable[str], room: int) -> list[str]:
    """As many of the first lines as fit into `room` characters, line breaks included."""
    kept = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def text(notice: Notice) -> str:
    """The whole notice as plain text, for mail and for services without markup."""
    lines = [headline(notice), "", f"{name(notice)}  {title(notice)}", notice.issue_url, ""]
    lines += [f"{label}: {value}" for label, value in facts(notice)]
    listed = others(notice)
    if listed:
        lines.append("")
    for other in listed:
        lines.append(f"{other.short_id}  {other.title}")
        lines += [f"  {other.url}"] if other.url else []
    if remainder := rest(notice, len(listed)):
        lines.append(remainder)
    return "\n".join(lines) + "\n"
