"""How long reading takes on a large project: over HTTP, and of the searches alone.

Called by the command line.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import quote

import aiohttp

from bench.dsn import Dsn
from bench.seed import Seeded, seed
from bench.server import environment, free_port, introduce, process, rustrak, wait_until_ready

SEARCHES: Final = (
    "",
    "is:unresolved",
    "environment:production",
    "is:unresolved environment:production level:error",
    "release:shop@1.3.*",
    "is:unresolved release:shop@1.3.1 environment:production",
    "browser:Firefox*",
    "customer:c17",
    "user.id:42",
    "user.id:42 release:shop@1.3.*",
    "is:unresolved level:error environment:production release:shop@1.3.* user.id:42",
    "!level:info",
    "timeout shop.pay",
    "type:ValueError times-seen:>100",
    "first-seen:-29d is:unresolved",
    "(release:shop@1.3.1 OR release:shop@1.3.2) is:unresolved",
)
"""Each is listed once by its last event and once by its number of events."""

HARD: Final = ("browser:Firefox* os:Linux", "!browser:Firefox* release:shop@1.3.*")
"""Both parts are true of some events of almost every issue, so that events have to be read."""

URLS: Final = (
    ("list", "/api/projects/{project}/issues?sort=last_seen&per_page=25"),
    ("list, page 40", "/api/projects/{project}/issues?sort=last_seen&per_page=25&page=40"),
    ("list with charts", "/api/projects/{project}/issues?per_page=25&stats=30d"),
    ("list of an environment", "/api/projects/{project}/issues?environment=production"),
    ("list of all projects", "/api/issues?sort=last_seen"),
    *(
        (f"search {text}", "/api/projects/{project}/issues?per_page=25&q=" + quote(text))
        for text in SEARCHES[1:]
    ),
    ("issue", "/api/projects/{project}/issues/{largest}"),
    ("events", "/api/projects/{project}/issues/{largest}/events"),
    ("event", "/api/projects/{project}/issues/{largest}/events/{event}"),
    ("tags", "/api/projects/{project}/issues/{largest}/tags"),
    ("tag values", "/api/projects/{project}/issues/{largest}/tags/url"),
    ("aggregates", "/api/projects/{project}/issues/{largest}/aggregates"),
    ("stats of an issue", "/api/projects/{project}/issues/{largest}/stats?window=30d"),
    ("stats of a project", "/api/projects/{project}/stats?window=30d"),
)
"""What is asked over HTTP. Other answers than 200 are left out of the table and listed below it."""

PAGES: Final = (
    ("page: issues, all projects", "/issues"),
    ("page: issues, everything", "/issues?q="),
    ("page: a search", "/issues?q=" + quote("is:unresolved environment:production level:error")),
    ("page: the largest issue", "/projects/{project}/issues/{largest}"),
    ("page: its tags", "/projects/{project}/issues/{largest}/counts"),
    ("page: an issue", "/projects/{project}/issues/{median}"),
    ("page: an event", "/projects/{project}/issues/{largest}/events/{event}"),
    ("page: releases", "/projects/{project}/releases"),
    ("page: transactions", "/projects/{project}/transactions"),
    ("page: logs", "/projects/{project}/logs"),
    ("page: monitors", "/projects/{project}/monitors"),
    ("page: feedback", "/projects/{project}/feedback"),
    ("page: project settings", "/projects/{project}/settings"),
    ("page: grouping", "/projects/{project}/settings/grouping"),
    ("page: alerts", "/projects/{project}/settings/alerts"),
    ("page: members", "/projects/{project}/settings/members"),
    ("page: outcomes", "/projects/{project}/settings/outcomes"),
    ("page: installation", "/settings"),
    ("page: account", "/account"),
    ("page: where", "/where?event_id={event}"),
)
"""The dashboard's."""

Work = Callable[[], Awaitable[object]]
Timing = tuple[str, list[float]]


async def measure_reads(base_url: str, token: str, project: int, seeded: Seeded, runs: int) -> str:
    """Ask for every URL in turn, `runs` times, in a shuffled order; one at a time."""
    headers = {"Authorization": f"Bearer {token}"}
    return await _measure(base_url, headers, URLS, project, seeded, runs)


async def measure_pages(base_url: str, url: str, project: int, seeded: Seeded, runs: int) -> str:
    """The same for the pages of somebody who is logged in."""
    from rustrak.accounts.sessions import open_session
    from rustrak.api.identify import COOKIE
    from rustrak.database.pool import connect, fetch_all

    async with await connect(url, application="bench") as conn:
        (user,) = await fetch_all(conn, "SELECT id FROM users WHERE is_admin LIMIT 1")
        secret = await open_session(conn, user["id"], user_agent="bench", remote_addr="127.0.0.1")
    headers = {"Cookie": f"{COOKIE}={secret}"}
    return await _measure(base_url, headers, PAGES, project, seeded, runs)


async def _measure(
    base_url: str,
    headers: dict[str, str],
    urls: Sequence[tuple[str, str]],
    project: int,
    seeded: Seeded,
    runs: int,
) -> str:
    names = {
        "project": project,
        "largest": seeded.largest_issue,
        "median": seeded.median_issue,
        "event": seeded.event,
    }
    refused: dict[str, int] = {}
    async with aiohttp.ClientSession(headers=headers) as client:

        def getting(name: str, path: str) -> Work:
            async def get() -> None:
                async with client.get(base_url + path.format(**names)) as response:
                    await response.read()
                    if response.status != 200:
                        refused[name] = response.status

            return get

        timings = await _time_all([(name, getting(name, path)) for name, path in urls], runs)
    kept = [timing for timing in timings if timing[0] not in refused]
    notes = [f"answered {status}, not measured: {name}" for name, status in refused.items()]
    return "\n".join([_table(f"HTTP, {runs} times each", kept), *notes])


async def measure_searches(url: str, project: int, runs: int) -> str:
    """The functions behind the search, on a connection of their own."""
    from rustrak.database.pool import connect
    from rustrak.search.find import find_issues
    from rustrak.search.order import Sort
    from rustrak.search.parse import parse

    async with await connect(url, application="bench") as conn:

        def searching(text: str, sort: Sort) -> Work:
            return lambda: find_issues(conn, [project], parse(text, datetime.now(UTC)), sort=sort)

        work = [
            (f"{text or '(everything)'}, by {sort.value}", searching(text, sort))
            for text in SEARCHES
            for sort in (Sort.LAST_SEEN, Sort.EVENTS)
        ]
        usual = await _time_all(work, runs)
        hard = [(text, searching(text, Sort.LAST_SEEN)) for text in HARD]
        unusual = await _time_all(hard, max(1, runs // 10))
    pooled = [seconds for _, timing in usual for seconds in timing]
    return "\n\n".join(
        [
            _table(f"searches, {runs} times each", [*usual, ("all of these", pooled)]),
            _table("searches that read events", unusual),
        ]
    )


async def _time_all(work: Sequence[tuple[str, Work]], runs: int) -> list[Timing]:
    timings: dict[str, list[float]] = {name: [] for name, _ in work}
    turns = [*work] * (runs + 1)
    Random(1).shuffle(turns)
    for _, do in work:  # warm caches and plans; not counted
        await do()
    for name, do in turns:
        started = time.perf_counter()
        await do()
        timings[name].append(time.perf_counter() - started)
        await asyncio.sleep(0)
    return list(timings.items())


def _table(title: str, timings: Sequence[Timing]) -> str:
    lines = [title, "", f"{'':64}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}"]
    for name, seconds in timings:
        ordered = sorted(seconds)
        places = (min(int(share * len(ordered)), len(ordered) - 1) for share in (0.5, 0.95, 1.0))
        figures = [1000 * ordered[place] for place in places]
        lines.append(f"{name[:63]:64}" + "".join(f"{figure:10.1f}" for figure in figures))
    return "\n".join(lines)


@contextmanager
def seeded_server(
    directory: Path, events: int, issues: int
) -> Iterator[tuple[str, Dsn, str, Seeded]]:
    """A web process on a database of its own, seeded: its database's URL, a DSN, a token."""
    from rustrak.database.embedded import EmbeddedServer

    embedded, port = EmbeddedServer(directory / "data"), free_port()
    url = embedded.start()
    settings = environment(port, DATABASE_URL=url)
    try:
        rustrak(settings, "migrate")
        server = introduce(settings)
        seeded = seed(url, project_id=int(server.dsn.project), events=events, issues=issues)
        with process(settings, directory / "web.log", "web") as web:
            wait_until_ready(port, web)
            yield url, server.dsn, server.token, seeded
    finally:
        embedded.stop()
