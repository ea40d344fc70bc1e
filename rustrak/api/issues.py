"""Issues: listed, shown, and decided about."""

from enum import StrEnum
from uuid import UUID

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts.projects import get_project
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.messages import (
    choice,
    number_in_path,
    paging,
    read,
    reply,
    reply_page,
    uuid_in_path,
)
from rustrak.api.projects import Order
from rustrak.api.schemas import Issue, IssueChange
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.ledger.decisions import DecisionKind
from rustrak.projections.decide import decide


class Sort(StrEnum):
    DIGEST_ORDER = "digest_order"
    LAST_SEEN = "last_seen"


class Filter(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"
    MUTED = "muted"
    ALL = "all"


async def list_issues(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/issues?page&per_page&sort&order&filter"""
    project_id = number_in_path(request, "project_id")
    page, per_page = paging(request)
    wanted = {
        "project_id": project_id,
        "filter": choice(request, "filter", Filter.OPEN).value,
    }
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
        total = await fetch_one(conn, sql("api/count_issues"), **wanted)
        rows = await fetch_all(
            conn,
            sql("api/list_issues"),
            **wanted,
            sort=choice(request, "sort", Sort.DIGEST_ORDER).value,
            descending=choice(request, "order", Order.DESC) is Order.DESC,
            limit=per_page,
            offset=(page - 1) * per_page,
        )
    assert total is not None
    return reply_page([as_issue(row) for row in rows], total["total"], page, per_page)


async def get_issue(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/issues/{issue_id}"""
    project_id, issue_id = issue_in_path(request)
    async with request.app[POOL].connection() as conn:
        return reply(as_issue(await find_issue(conn, project_id, issue_id)))


async def change_issue(request: web.Request, actor: Actor) -> web.Response:
    """PATCH /api/projects/{project_id}/issues/{issue_id}: resolve, reopen, mute, unmute."""
    project_id, issue_id = issue_in_path(request)
    wanted = await read(request, IssueChange)
    async with request.app[POOL].connection() as conn, conn.transaction():
        issue = await find_issue(conn, project_id, issue_id)
        kind = _decision(wanted, issue)
        if kind is not None:
            await decide(
                conn, project_id=project_id, issue_id=issue_id, kind=kind, actor=actor.name
            )
            issue = await find_issue(conn, project_id, issue_id)
    return reply(as_issue(issue))


async def delete_issue(request: web.Request, actor: Actor) -> web.Response:
    """DELETE /api/projects/{project_id}/issues/{issue_id}"""
    project_id, issue_id = issue_in_path(request)
    async with request.app[POOL].connection() as conn, conn.transaction():
        await find_issue(conn, project_id, issue_id)
        await decide(
            conn,
            project_id=project_id,
            issue_id=issue_id,
            kind=DecisionKind.DELETE,
            actor=actor.name,
        )
    return web.Response(status=204)


async def find_issue(conn: Connection, project_id: int, issue_id: UUID) -> DictRow:
    """The issue's row with its project's slug. Raises NotFound for another project's as for
    none."""
    row = await fetch_one(conn, sql("api/get_issue"), project_id=project_id, issue_id=issue_id)
    if row is None:
        raise NotFound(f"Issue {issue_id} not found")
    return row


def issue_in_path(request: web.Request) -> tuple[int, UUID]:
    """Project and issue of the path."""
    return number_in_path(request, "project_id"), uuid_in_path(request, "issue_id")


def as_issue(row: DictRow) -> Issue:
    """A row as the API shows it."""
    number = f"{row['slug'].upper()}-{row['digest_order']}"
    return Issue.model_validate({**row, "short_id": number}, from_attributes=False)


def _decision(wanted: IssueChange, issue: DictRow) -> DecisionKind | None:
    """What a PATCH means: `is_resolved` alone counts if given, otherwise `is_muted`."""
    if wanted.is_resolved is not None:
        return DecisionKind.RESOLVE if wanted.is_resolved else DecisionKind.UNRESOLVE
    if wanted.is_muted is None:
        return None
    if not wanted.is_muted:
        return DecisionKind.UNMUTE if issue["is_muted"] else None
    if issue["is_resolved"]:
        raise NotFound(f"Issue {issue['id']} not found or already resolved")
    return DecisionKind.MUTE
