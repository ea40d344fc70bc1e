"""Projects."""

from enum import StrEnum

from aiohttp import web
from psycopg.rows import DictRow

from rustrak.accounts import projects
from rustrak.api.access import Actor
from rustrak.api.context import POOL, SETTINGS
from rustrak.api.messages import choice, number_in_path, paging, read, reply, reply_page
from rustrak.api.schemas import NewProject, Project, ProjectChange
from rustrak.protocol.dsn import format_dsn


class Order(StrEnum):
    DESC = "desc"
    ASC = "asc"


async def list_projects(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects?page&per_page&order"""
    page, per_page = paging(request)
    oldest_first = choice(request, "order", Order.DESC) is Order.ASC
    async with request.app[POOL].connection() as conn:
        total = await projects.count_projects(conn)
        rows = await projects.list_projects(
            conn, limit=per_page, offset=(page - 1) * per_page, oldest_first=oldest_first
        )
    return reply_page([as_project(row, _url(request)) for row in rows], total, page, per_page)


async def create_project(request: web.Request, _actor: Actor) -> web.Response:
    """POST /api/projects"""
    wanted = await read(request, NewProject)
    async with request.app[POOL].connection() as conn:
        row = await projects.create_project(conn, wanted.name, wanted.slug)
    return reply(as_project(row, _url(request)), 201)


async def get_project(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}"""
    async with request.app[POOL].connection() as conn:
        row = await projects.get_project(conn, number_in_path(request, "project_id"))
    return reply(as_project(row, _url(request)))


async def change_project(request: web.Request, _actor: Actor) -> web.Response:
    """PATCH /api/projects/{project_id}"""
    project_id = number_in_path(request, "project_id")
    wanted = await read(request, ProjectChange)
    async with request.app[POOL].connection() as conn:
        row = await projects.get_project(conn, project_id)
        if wanted.name is not None:
            row = await projects.rename_project(conn, project_id, wanted.name)
    return reply(as_project(row, _url(request)))


async def delete_project(request: web.Request, _actor: Actor) -> web.Response:
    """DELETE /api/projects/{project_id}"""
    async with request.app[POOL].connection() as conn:
        await projects.delete_project(conn, number_in_path(request, "project_id"))
    return web.Response(status=204)


def as_project(row: DictRow, public_url: str) -> Project:
    """A row as the API shows it."""
    return Project(
        id=row["id"],
        name=row["name"],
        slug=row["slug"],
        sentry_key=row["sentry_key"],
        dsn=format_dsn(public_url, row["sentry_key"].hex, row["id"]),
        stored_event_count=row["event_count"],
        digested_event_count=row["event_count"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _url(request: web.Request) -> str:
    return request.app[SETTINGS].url
