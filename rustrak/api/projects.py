"""Projects."""

from psycopg.rows import DictRow

from rustrak.accounts import projects
from rustrak.accounts.access import Role
from rustrak.accounts.members import put_member
from rustrak.api.call import Call
from rustrak.protocol.dsn import format_dsn
from rustrak.schemas.base import Order, Page
from rustrak.schemas.projects import NewProject, Project, ProjectChange, ProjectsQuery


async def list_projects(call: Call, query: ProjectsQuery) -> Page[Project]:
    """The projects one may see."""
    member = None if call.actor.is_admin else call.actor.user_id
    async with call.connection() as conn:
        total = await projects.count_projects(conn, member=member)
        rows = await projects.list_projects(
            conn,
            member=member,
            limit=query.per_page,
            offset=query.offset,
            oldest_first=query.order is Order.ASC,
        )
    return Page[Project].of([as_project(row, call.settings.url) for row in rows], total, query)


async def create_project(call: Call, body: NewProject) -> Project:
    """A new project with its DSN; whoever makes it administers it."""
    async with call.connection() as conn, conn.transaction():
        row = await projects.create_project(conn, body.name, body.slug)
        await put_member(conn, row["id"], call.actor.user_id, Role.ADMIN)
    return as_project(row, call.settings.url)


async def get_project(call: Call) -> Project:
    """One project."""
    async with call.connection() as conn:
        row = await projects.get_project(conn, call.project_id)
    return as_project(row, call.settings.url)


async def change_project(call: Call, body: ProjectChange) -> Project:
    """Rename a project; its slug stays, because short ids carry it."""
    async with call.connection() as conn:
        row = await projects.get_project(conn, call.project_id)
        if body.name is not None:
            row = await projects.rename_project(conn, call.project_id, body.name)
    return as_project(row, call.settings.url)


async def delete_project(call: Call) -> None:
    """Close a project: its keys stop working, and nobody sees it again."""
    async with call.connection() as conn:
        await projects.delete_project(conn, call.project_id)


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
