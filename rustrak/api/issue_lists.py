"""Lists of issues: of a project or of all, whole, filtered or searched."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from psycopg.rows import DictRow

from rustrak.accounts.projects import list_visible
from rustrak.api.call import Call
from rustrak.api.cursors import BigInt, Place, read_cursor, write_cursor
from rustrak.api.issues import as_issue
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.schemas.base import Order, Page
from rustrak.schemas.figures import Bar
from rustrak.schemas.issues import AllIssuesQuery, Filter, Issue, IssuePage, IssuesQuery, Sort
from rustrak.search import stats
from rustrak.search.answers import Place as FoundPlace
from rustrak.search.find import Found, find_issues
from rustrak.search.order import Sort as FoundSort
from rustrak.search.parse import parse
from rustrak.search.query import And, Query, StatusTerm
from rustrak.search.stats import WINDOWS, sparklines

_STATUS: Final[Mapping[Filter, Literal["unresolved", "resolved", "muted"]]] = {
    Filter.OPEN: "unresolved",
    Filter.RESOLVED: "resolved",
    Filter.MUTED: "muted",
}


class IssuePlace(Place):
    """What the list is sorted by, and project and number in one."""

    rank: BigInt
    key: BigInt


async def list_issues(call: Call, query: IssuesQuery) -> Page[Issue]:
    """The issues of a project, a page at a time."""
    async with call.connection() as conn:
        if _is_plain(query):
            return await _page(conn, query, *await _list(conn, call.project_id, query))
        found = await _find(conn, call, [call.project_id], query)
        return await _page(conn, query, found.total, found.rows)


async def list_all_issues(call: Call, query: AllIssuesQuery) -> IssuePage:
    """The issues of several projects together, a page at a time: numbered, or from a cursor on."""
    beyond = read_cursor(query.cursor, IssuePlace)
    async with call.connection() as conn:
        wanted = await list_visible(conn, call.actor, query.project)
        found = await _find(
            conn, call, wanted, query, after=(beyond.rank, beyond.key) if beyond else None
        )
        page = await _page(conn, query, found.total, found.rows)
    cursor = None
    if found.next is not None:
        rank, key = found.next
        cursor = write_cursor(IssuePlace(rank=rank, key=key))
    return IssuePage(**dict(page), next_cursor=cursor)


def _is_plain(query: IssuesQuery) -> bool:
    """Whether the figures of issues as they are stored are the answer."""
    by_number_or_time = query.sort in (Sort.DIGEST_ORDER, Sort.LAST_SEEN)
    return by_number_or_time and not query.q and query.environment is None


async def _list(conn: Connection, project_id: int, query: IssuesQuery) -> tuple[int, list[DictRow]]:
    wanted = {"project_id": project_id, "filter": (query.filter or Filter.OPEN).value}
    total = await fetch_one(conn, sql("api/count_issues"), **wanted)
    rows = await fetch_all(
        conn,
        sql("api/list_issues"),
        **wanted,
        sort=query.sort.value,
        descending=query.order is Order.DESC,
        limit=query.per_page,
        offset=query.offset,
    )
    assert total is not None
    return total["total"], rows


async def _find(
    conn: Connection,
    call: Call,
    project_ids: Sequence[int],
    query: IssuesQuery,
    after: FoundPlace | None = None,
) -> Found:
    meant = parse(query.q, datetime.now(UTC))
    status = _STATUS.get(query.filter or (Filter.ALL if query.q else Filter.OPEN))
    if status is not None:
        meant = Query(And((StatusTerm(status), meant.tree)), meant.environments)
    meant = meant.within(query.environment or ())
    return await find_issues(
        conn,
        project_ids,
        meant,
        sort=FoundSort(query.sort.value),
        descending=query.order is Order.DESC,
        limit=query.per_page,
        offset=query.offset,
        after=after,
        user_id=call.actor.user_id,
    )


async def _page(
    conn: Connection, query: IssuesQuery, total: int, rows: Sequence[DictRow]
) -> Page[Issue]:
    issues = [as_issue(row) for row in rows]
    if query.stats is not None:
        issues = await _with_charts(conn, query, issues)
    return Page[Issue].of(issues, total, query)


async def _with_charts(
    conn: Connection, query: IssuesQuery, issues: Sequence[Issue]
) -> list[Issue]:
    assert query.stats is not None
    charts = await sparklines(
        conn,
        [(issue.project_id, issue.id) for issue in issues],
        WINDOWS[query.stats],
        now=datetime.now(UTC),
        environments=query.environment,
    )
    return [
        issue.model_copy(update={"stats": as_bars(charts[issue.project_id, issue.id])})
        for issue in issues
    ]


def as_bars(chart: Sequence[stats.Bar]) -> list[Bar]:
    """A chart as the API shows it."""
    return [Bar(start=bar.start, event_count=bar.event_count) for bar in chart]
