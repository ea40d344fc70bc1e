"""Memory and CPU of the server's processes, read from /proc; PostgreSQL apart from the rest.

Called by the scenarios.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
POSTGRES = "postgres"


@dataclass(frozen=True, slots=True)
class Process:
    """The fields of /proc/PID/stat that matter; `cpu` includes children that are gone."""

    pid: int
    name: str
    parent: int
    cpu: float
    rss: int


@dataclass(slots=True)
class Usage:
    """What a group of processes uses at a moment: bytes and CPU seconds since they started."""

    processes: int = 0
    rss: int = 0
    pss: int = 0
    cpu: float = 0.0


class ProcessGroups:
    """The trees below some root processes, each under the root's label.

    Whatever is called `postgres` in any tree goes into one group of that name. Its RSS says
    nothing (every backend counts the shared buffers again): look at its PSS.
    """

    def __init__(self, roots: Mapping[str, int]) -> None:
        """`roots` are labels and process ids; one that is gone is simply not counted."""
        self._labels = {pid: label for label, pid in roots.items()}
        self._seen: list[tuple[str, int]] = []

    def usage(self) -> dict[str, Usage]:
        """All groups now; reads the whole of /proc, which takes up to 20 ms."""
        groups: dict[str, Usage] = defaultdict(Usage)
        self._seen = []
        for label, process in self._members():
            self._seen.append((label, process.pid))
            group = groups[label]
            group.processes += 1
            group.rss += process.rss
            group.pss += _pss(process.pid)
            group.cpu += process.cpu
        return dict(groups)

    def rss(self) -> dict[str, int]:
        """Bytes by group, of the processes the last `usage` saw, without PostgreSQL's.

        Asked four times a second by the process that times the answers: a scan of /proc would
        hold them up for as long as it lasts. A process that starts during a load is not seen.
        """
        groups: dict[str, int] = defaultdict(int)
        for label, pid in self._seen:
            process = _read_process(pid) if label != POSTGRES else None
            if process:
                groups[label] += process.rss
        return dict(groups)

    def _members(self) -> Iterator[tuple[str, Process]]:
        if not self._labels:
            return
        processes = {process.pid: process for process in _all_processes()}
        for process in processes.values():
            ancestor: Process | None = process
            while ancestor and ancestor.pid not in self._labels:
                ancestor = processes.get(ancestor.parent)
            if ancestor:
                is_postgres = process.name == POSTGRES
                yield POSTGRES if is_postgres else self._labels[ancestor.pid], process


def process_name(pid: int) -> str:
    """The short name of a process; raises OSError when there is none."""
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _all_processes() -> Iterator[Process]:
    for entry in os.scandir("/proc"):
        process = _read_process(int(entry.name)) if entry.name.isdigit() else None
        if process:
            yield process


def _read_process(pid: int) -> Process | None:
    try:
        return _parse_stat(Path(f"/proc/{pid}/stat").read_text())
    except OSError:  # it ended meanwhile
        return None


def _parse_stat(stat: str) -> Process:
    """proc(5): the name stands in parentheses and may itself contain blanks and parentheses."""
    pid, _, rest = stat.partition(" (")
    name, _, numbers = rest.rpartition(") ")
    fields = numbers.split()
    ticks = sum(int(field) for field in fields[11:15])
    return Process(int(pid), name, int(fields[1]), ticks / _TICKS, int(fields[21]) * _PAGE)


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it ended meanwhile, or belongs to somebody else
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
