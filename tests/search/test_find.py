"""Issues found, and their figures, are those of a recount of the events one by one."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_all
from rustrak.search import answers, find, order
from rustrak.search.find import Found, count_issues, count_users_of, find_issues
from rustrak.search.order import Sort
from rustrak.search.parse import parse
from rustrak.search.query import (
    And,
    AssigneeTerm,
    Node,
    Not,
    NumberTerm,
    Or,
    Query,
    ShortIdTerm,
    StatusTerm,
    TagTerm,
    Term,
    TextTerm,
    TimeTerm,
)
from tests.seen_events import START, any_event, fold, seen

NOW = START + timedelta(days=1)

TERMS = [
    "is:unresolved",
    "is:resolved",
    "is:muted",
    "is:assigned",
    "is:unassigned",
    "assigned:me",
    "assigned:one@example.com",
    "priority:high",
    "level:error",
    "level:info",
    "environment:production",
    "environment:staging",
    "environment:*ion",
    "release:shop@1.0",
    "release:shop@1.*",
    "release:*.0",
    "has:release",
    "has:browser",
    "has:user",
    "browser:Chrome",
    "browser:Firefox",
    "shop:a_b",
    "shop:a%b",
    "shop:a*b",
    "server_name:web-1",
    "user.id:1",
    "user.email:a@b.cd",
    "user.ip:10.*",
    "user:2",
    "user:*",
    "nothing:ever",
    "title:aerror",
    "type:B*",
    "culprit:shop.c",
    "platform:python",
    '"no d"',
    "times-seen:>30",
    "users:4",
    "first-seen:>2026-01-05T12:06Z",
    "last-seen:<2026-01-05T15:00Z",
    "issue:ours-2",
]


def any_search(random: Random, depth: int = 3) -> str:
    kind = random.random()
    if depth == 0 or kind < 0.3:
        return random.choice(TERMS)
    if kind < 0.45:
        return f"!{any_search(random, 0)}"
    parts = [any_search(random, depth - 1) for _ in range(random.randint(2, 3))]
    if kind < 0.75:
        return f"({' '.join(parts)})"
    return f"({' OR '.join(parts)})" if kind < 0.95 else f"NOT ({' '.join(parts)})"


class Recount:
    """The same question put to every event in turn, in Python."""

    def __init__(self, issues: Sequence[DictRow], events: Sequence[DictRow]) -> None:
        self._issues = {(row["project_id"], row["id"]): row for row in issues}
        self._events = events

    def ask(self, query: Query) -> dict[tuple[int, Any], dict[str, Any]]:
        tree = query.tree if query.environments is None else And((query.tree, query.environments))
        meant = defaultdict(list)
        for event in self._events:
            key = (event["project_id"], event["issue_id"])
            if self._holds(tree, event, self._issues[key]):
                meant[key].append(event)
        return {key: _figures(events) for key, events in meant.items()}

    def _holds(self, node: Node, event: DictRow, issue: DictRow) -> bool:
        if isinstance(node, Not):
            return not self._holds(node.node, event, issue)
        if isinstance(node, And):
            return all(self._holds(part, event, issue) for part in node.nodes)
        if isinstance(node, Or):
            return any(self._holds(part, event, issue) for part in node.nodes)
        return _is_true(node, event, issue)


def _figures(events: Sequence[DictRow]) -> dict[str, Any]:
    return {
        "event_count": len(events),
        "user_count": len({event["user_ident"] for event in events} - {""}),
        "first_seen": min(event["received_at"] for event in events),
        "last_seen": max(event["received_at"] for event in events),
    }


def _is_true(term: Term, event: DictRow, issue: DictRow) -> bool:
    if isinstance(term, TagTerm):
        own = {"user": "user_ident"}.get(term.key, term.key)
        value = event.get(own) or event["tags"].get(term.key) or ""
        return value in term.values or (bool(value) and _like(term.pattern, value))
    if isinstance(term, StatusTerm):
        state = "muted" if issue["is_muted"] else "unresolved"
        return term.status == ("resolved" if issue["is_resolved"] else state)
    if isinstance(term, AssigneeTerm):
        wanted = {"me": [1], "anyone": [1, 2], "nobody": [None], None: [2]}[term.who]
        return issue["assignee_id"] in wanted
    if isinstance(term, TextTerm):
        return any(_like(term.pattern.lower(), text.lower()) for text in _texts(term, issue))
    if isinstance(term, ShortIdTerm):
        return (issue["slug"], issue["digest_order"]) == (term.slug, term.number)
    value = issue[{"events": "event_count", "users": "user_count"}.get(term.field, term.field)]
    assert isinstance(term, (NumberTerm, TimeTerm))
    above = term.low is None or value >= term.low
    if isinstance(term, NumberTerm):
        return above and (term.high is None or value <= term.high)
    return above and (term.high is None or value < term.high)


def _texts(term: TextTerm, issue: DictRow) -> Iterator[str]:
    if term.field == "type":
        yield issue["title"].partition(":")[0]
    elif term.field == "any":
        yield from (issue["title"], issue["value"], issue["culprit"])
    else:
        yield issue[term.field]


def _like(pattern: str | None, value: str) -> bool:
    if pattern is None:
        return False
    parts = re.findall(r"\\(.)|(%)|(.)", pattern, re.DOTALL)
    words = (".*" if wild else re.escape(escaped or plain) for escaped, wild, plain in parts)
    return re.fullmatch("".join(words), value, re.DOTALL) is not None


async def fill(conn: Connection, seed: int, events: int = 300) -> Recount:
    """Two projects of five kinds of issues, some of them decided about."""
    await conn.execute(
        "INSERT INTO projects (name, slug) VALUES ('Ours', 'ours'), ('Theirs', 'theirs')"
    )
    await conn.execute(
        "INSERT INTO users (email, password_hash) VALUES ('me@example.com', ''),"
        " ('One@example.com', '')"
    )
    random = Random(seed)
    for start in range(1, events, 40):
        await fold(
            conn, [any_event(random, number, projects=2) for number in range(start, start + 40)]
        )
    await conn.execute(
        "UPDATE issues SET priority = (ARRAY['high', 'medium', 'low'])[digest_order % 3 + 1],"
        " assignee_id = (ARRAY[1, 2, NULL])[digest_order % 3 + 1],"
        " status = (ARRAY['resolved', 'muted', 'unresolved'])[digest_order % 3 + 1],"
        " status_at = '2027-01-01Z'"
    )
    issues = await fetch_all(
        conn,
        "SELECT * FROM shown_issues",
    )
    return Recount(issues, await fetch_all(conn, "SELECT * FROM events"))


async def search(conn: Connection, text: str, **more: Any) -> Found:
    more.setdefault("limit", 100)
    return await find_issues(conn, [1, 2], parse(text, NOW), user_id=1, **more)


@pytest.mark.parametrize("seed", range(4))
async def test_figures_are_those_of_the_events_that_are_meant(
    conn: Connection, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed % 2:
        monkeypatch.setattr(answers, "MANY", 0)
    recount = await fill(conn, seed)
    random = Random(seed)
    telling = 0
    for text in [*TERMS, *(any_search(random) for _ in range(150))]:
        found = await search(conn, text)
        answer = {
            (row["project_id"], row["id"]): {
                name: row[name] for name in ("event_count", "user_count", "first_seen", "last_seen")
            }
            for row in found.rows
        }
        assert answer == recount.ask(parse(text, NOW)), text
        assert found.total == len(answer)
        telling += len(answer) not in (0, 10)
    assert telling > 50


async def test_terms_together_are_about_one_event(conn: Connection) -> None:
    apart = [seen(1, release="1", user="id:1"), seen(2, release="2", user="id:2")]
    await fold(conn, [*apart, seen(3, "b", release="1", user="id:2")])
    await conn.execute("INSERT INTO projects (name, slug) VALUES ('Ours', 'ours')")
    found = await search(conn, "release:1 user.id:2")
    assert [(row["title"], row["event_count"]) for row in found.rows] == [("BError: no b", 1)]


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("descending", [True, False])
async def test_pages_follow_each_other_without_gap_or_overlap(
    conn: Connection, sort: Sort, descending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "FIRST_COUNTED", 1)
    await fill(conn, 1)
    wanted: dict[str, Any] = {"sort": sort, "descending": descending}
    whole = [row["id"] for row in (await search(conn, "level:error", **wanted)).rows]
    after, by_place, by_offset = None, [], []
    for page in range(4):
        found = await search(conn, "level:error", **wanted, limit=3, after=after)
        by_place += [row["id"] for row in found.rows]
        after = found.next
        found = await search(conn, "level:error", **wanted, limit=3, offset=3 * page)
        by_offset += [row["id"] for row in found.rows]
    assert (len(whole), after) == (10, None)
    assert by_place == by_offset == whole


COLUMN = {Sort.DIGEST_ORDER: "digest_order", Sort.EVENTS: "event_count", Sort.USERS: "user_count"}


@pytest.mark.parametrize("sort", [sort for sort in Sort if sort is not Sort.PRIORITY])
async def test_lists_are_in_the_order_asked_for(conn: Connection, sort: Sort) -> None:
    await fill(conn, 2)
    found = await search(conn, "", sort=sort)
    values = [row[COLUMN.get(sort, sort.value)] for row in found.rows]
    assert values == sorted(values, reverse=True)
    assert len(values) == 10


async def test_high_priority_comes_first(conn: Connection) -> None:
    await fill(conn, 2)
    found = await search(conn, "", sort=Sort.PRIORITY)
    ranks = [{"high": 3, "medium": 2, "low": 1}[row["priority"]] for row in found.rows]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 3


async def test_only_the_projects_asked_for_are_searched(conn: Connection) -> None:
    await fill(conn, 3)
    for text in ("", "level:error", "!level:error", "release:shop@1.* browser:Chrome", "is:muted"):
        found = await find_issues(conn, [2], parse(text, NOW), limit=100)
        assert {row["project_id"] for row in found.rows} == {2}, text
    assert (await find_issues(conn, [], parse("", NOW))).total == 0


async def test_environments_narrow_a_search(conn: Connection) -> None:
    recount = await fill(conn, 4)
    for text in ("browser:Chrome", "environment:staging", "!environment:production"):
        query = parse(text, NOW).within(["production", "staging"])
        found = await find_issues(conn, [1, 2], query, limit=100)
        counts = {(row["project_id"], row["id"]): row["event_count"] for row in found.rows}
        expected = recount.ask(query)
        assert counts == {key: figures["event_count"] for key, figures in expected.items()}
        assert await count_issues(conn, [1, 2], query) == len(expected)


async def test_users_that_take_long_to_count_are_counted_when_asked_for(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    recount = await fill(conn, 5)
    monkeypatch.setattr(find, "MOST_READ", 1)
    query = parse("browser:Chrome", NOW)
    found = await find_issues(conn, [1], query, limit=100)
    assert {row["user_count"] for row in found.rows} == {None}
    expected = recount.ask(query)
    for row in found.rows:
        users = await count_users_of(conn, query, project_id=1, number=row["digest_order"])
        assert users == expected[1, row["id"]]["user_count"]
