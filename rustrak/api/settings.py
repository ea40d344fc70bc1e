"""What is set for a project, and the quotas of the whole installation."""

from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import ConfigDict

from rustrak.accounts.projects import get_project
from rustrak.accounts.settings import (
    INSTALLATION,
    ProjectSettings,
    QuotaSetting,
    change_settings,
    get_settings,
)
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.old_messages import number_in_path, read, reply
from rustrak.api.schemas import Reply, Request
from rustrak.database.pool import Connection


class InstallationSettings(Reply):
    quotas: list[QuotaSetting]
    updated_at: datetime | None
    updated_by: str | None


class InstallationChange(Request):
    """Unlike elsewhere unknown names are refused: a setting that is ignored looks like one that is
    set."""

    model_config = ConfigDict(extra="forbid", strict=True)

    quotas: list[dict[str, Any]] | None = None


class SettingsChange(InstallationChange):
    """What is named is changed; a list is replaced whole."""

    filters: dict[str, Any] | None = None
    scrubbing: dict[str, Any] | None = None


async def get_project_settings(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/settings"""
    project_id = number_in_path(request, "project_id")
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
        return reply(await get_settings(conn, project_id))


async def change_project_settings(request: web.Request, actor: Actor) -> web.Response:
    """PATCH /api/projects/{project_id}/settings {filters?, scrubbing?, quotas?}"""
    project_id = number_in_path(request, "project_id")
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
    wanted = await read(request, SettingsChange)
    async with request.app[POOL].connection() as conn, conn.transaction():
        return reply(await _changed(conn, project_id, wanted, actor))


async def get_installation_settings(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/settings"""
    async with request.app[POOL].connection() as conn:
        return _reply_installation(await get_settings(conn, INSTALLATION))


async def change_installation_settings(request: web.Request, actor: Actor) -> web.Response:
    """PATCH /api/settings {quotas?}"""
    wanted = await read(request, InstallationChange)
    async with request.app[POOL].connection() as conn, conn.transaction():
        return _reply_installation(await _changed(conn, INSTALLATION, wanted, actor))


async def _changed(
    conn: Connection, project_id: int, wanted: InstallationChange, actor: Actor
) -> ProjectSettings:
    named = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    changes = {name: value for name, value in named.items() if value is not None}
    if not changes:
        return await get_settings(conn, project_id)
    return await change_settings(conn, project_id, changes, actor.name)


def _reply_installation(settings: ProjectSettings) -> web.Response:
    return reply(
        InstallationSettings(
            quotas=settings.quotas,
            updated_at=settings.updated_at,
            updated_by=settings.updated_by,
        )
    )
