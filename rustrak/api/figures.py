"""What is counted: tags, aggregates and charts of an issue, the chart of a project."""

from dataclasses import asdict
from datetime import UTC, datetime

from rustrak.api.call import Call
from rustrak.api.issue_lists import as_bars
from rustrak.api.issues import find_issue
from rustrak.errors import NotFound
from rustrak.schemas.figures import (
    Aggregates,
    EnvironmentsQuery,
    Stats,
    StatsQuery,
    TagValues,
    TagValuesQuery,
    Window,
)
from rustrak.search import stats, summary, tags


async def list_tags(call: Call, query: EnvironmentsQuery) -> list[TagValues]:
    """The tags of an issue's events, each with its ten most frequent values."""
    project_id = call.project_id
    async with call.connection() as conn:
        issue = await find_issue(conn, project_id, call.uuid("issue_id"))
        found = await tags.tags(
            conn,
            project_id=project_id,
            number=issue["digest_order"],
            environments=query.environment,
        )
    return [TagValues.model_validate(asdict(tag)) for tag in found]


async def get_tag(call: Call, query: TagValuesQuery) -> TagValues:
    """One tag of an issue's events, with a page of its values, the most frequent first."""
    project_id, issue_id, key = call.project_id, call.uuid("issue_id"), call.text("key")
    async with call.connection() as conn:
        await find_issue(conn, project_id, issue_id)
        found = await tags.tag_values(
            conn,
            key,
            project_id=project_id,
            issue_id=issue_id,
            environments=query.environment,
            limit=query.limit,
            offset=query.offset,
        )
    if found is None:
        raise NotFound(f"Tag {key[:200]} not found, or it has no more values")
    return TagValues.model_validate(asdict(found))


async def get_aggregates(call: Call, query: EnvironmentsQuery) -> Aggregates:
    """Events, users, first and last release and environment of an issue."""
    project_id, issue_id = call.project_id, call.uuid("issue_id")
    async with call.connection() as conn:
        await find_issue(conn, project_id, issue_id)
        found = await summary.summarise(
            conn, project_id=project_id, issue_id=issue_id, environments=query.environment
        )
    return Aggregates.model_validate(asdict(found))


async def get_issue_stats(call: Call, query: StatsQuery) -> Stats:
    """An issue's events by the hour or day."""
    issue = (call.project_id, call.uuid("issue_id"))
    async with call.connection() as conn:
        await find_issue(conn, *issue)
        charts = await stats.sparklines(
            conn,
            [issue],
            stats.WINDOWS[query.window],
            now=datetime.now(UTC),
            environments=query.environment,
        )
    return _stats(query.window, charts[issue])


async def get_project_stats(call: Call, query: StatsQuery) -> Stats:
    """A project's events by the hour or day."""
    async with call.connection() as conn:
        bars = await stats.project_stats(
            conn,
            [call.project_id],
            stats.WINDOWS[query.window],
            now=datetime.now(UTC),
            environments=query.environment,
        )
    return _stats(query.window, bars)


def _stats(window: Window, bars: list[stats.Bar]) -> Stats:
    return Stats(window=window, total=sum(bar.event_count for bar in bars), series=as_bars(bars))
