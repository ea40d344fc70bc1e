"""Projects and their DSN keys."""

import re
import unicodedata
from collections.abc import Collection

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from rustrak.accounts.access import Actor
from rustrak.database.pool import Connection, execute, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Conflict, Fault, Invalid, NotFound
from rustrak.grouping import LATEST
from rustrak.grouping.timeline import ALWAYS
from rustrak.ledger.decisions import RUSTRAK
from rustrak.ledger.groupings import change_grouping

LONGEST_NAME = 255  # bytes
LONGEST_SLUG = 90  # characters, leaving room for a suffix


async def create_project(conn: Connection, name: str, slug: str | None = None) -> DictRow:
    """A new project with one key, grouped by the latest version.

    Raises Invalid for a bad name, Conflict when the name is taken.
    """
    name = _checked_name(name)
    base = slugify(slug or name)
    if not base:
        raise Invalid("Cannot generate valid slug from name")
    try:
        async with conn.transaction():
            row = await fetch_one(conn, sql("accounts/create_project"), name=name, slug=base)
            assert row is not None
            await change_grouping(
                conn, row["id"], actor=RUSTRAK, version=LATEST, rules="", since=ALWAYS
            )
    except UniqueViolation:
        raise _taken(name) from None
    return await get_project(conn, row["id"])


def _taken(name: str) -> Conflict:
    message = f"Project with name '{name}' already exists"
    return Conflict(message, Fault("name", "taken", message))


async def get_project(conn: Connection, project_id: int) -> DictRow:
    """One project with its key and count of events. Raises NotFound."""
    rows = await _projects(conn, id=project_id)
    if not rows:
        raise NotFound(f"Project with id {project_id} not found")
    return rows[0]


async def list_projects(
    conn: Connection,
    *,
    member: int | None = None,
    limit: int | None = None,
    offset: int = 0,
    oldest_first: bool = False,
) -> list[DictRow]:
    """Projects by the time they were made, newest first unless told otherwise; all of them, or
    those a user is a member of."""
    return await _projects(
        conn, member=member, limit=limit, offset=offset, oldest_first=oldest_first
    )


async def _projects(conn: Connection, **wanted: int | bool | None) -> list[DictRow]:
    unfiltered = {"id": None, "member": None, "limit": None, "offset": 0, "oldest_first": False}
    return await fetch_all(conn, sql("accounts/list_projects"), **{**unfiltered, **wanted})


async def list_visible(
    conn: Connection, actor: Actor, wanted: Collection[int] | None = None
) -> list[int]:
    """Of the projects asked for, or of all, the ids of those that somebody may see."""
    member = None if actor.is_admin else actor.user_id
    rows = await fetch_all(conn, sql("accounts/list_project_ids"), member=member)
    return [row["id"] for row in rows if wanted is None or row["id"] in wanted]


async def count_projects(conn: Connection, *, member: int | None = None) -> int:
    """How many projects there are, or a user is a member of."""
    row = await fetch_one(conn, sql("accounts/count_projects"), member=member)
    assert row is not None
    return int(row["total"])


async def rename_project(conn: Connection, project_id: int, name: str) -> DictRow:
    """The project under its new name; the slug stays, because short ids carry it."""
    name = _checked_name(name)
    try:
        await execute(conn, sql("accounts/rename_project"), id=project_id, name=name)
    except UniqueViolation:
        raise _taken(name) from None
    return await get_project(conn, project_id)


async def delete_project(conn: Connection, project_id: int) -> None:
    """Close a project: its keys stop working and nobody sees it again. Raises NotFound.

    The facts stay in the ledger until retention takes them.
    """
    if not await execute(conn, sql("accounts/delete_project"), id=project_id):
        raise NotFound(f"Project with id {project_id} not found")


def slugify(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, '' if nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:LONGEST_SLUG].rstrip("-")


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid("Name cannot be empty")
    if len(name.encode()) > LONGEST_NAME:
        raise Invalid(f"Name cannot exceed {LONGEST_NAME} characters")
    if "\0" in name:
        raise Invalid("Name cannot contain a NUL character")
    return name
