"""What is set for a project, and the quotas of the whole installation."""

from rustrak.accounts.kept_settings import change_settings, get_settings
from rustrak.accounts.settings import INSTALLATION, ProjectSettings
from rustrak.api.call import Call
from rustrak.schemas.settings import InstallationChange, InstallationSettings, SettingsChange


async def get_project_settings(call: Call) -> ProjectSettings:
    """What is set for a project, defaults filled in."""
    async with call.connection() as conn:
        return await get_settings(conn, call.project_id)


async def change_project_settings(call: Call, body: SettingsChange) -> ProjectSettings:
    """Change what the body names; lists are replaced whole."""
    return await _change(call, call.project_id, body)


async def get_installation_settings(call: Call) -> InstallationSettings:
    """The quotas of all projects together."""
    async with call.connection() as conn:
        return _of_installation(await get_settings(conn, INSTALLATION))


async def change_installation_settings(
    call: Call, body: InstallationChange
) -> InstallationSettings:
    """Replace the quotas of all projects together."""
    return _of_installation(await _change(call, INSTALLATION, body))


async def _change(call: Call, project_id: int, body: InstallationChange) -> ProjectSettings:
    named = body.model_dump(exclude_unset=True)
    changes = {name: value for name, value in named.items() if value is not None}
    async with call.connection() as conn, conn.transaction():
        if not changes:
            return await get_settings(conn, project_id)
        return await change_settings(conn, project_id, changes, call.actor.name)


def _of_installation(settings: ProjectSettings) -> InstallationSettings:
    return InstallationSettings(
        quotas=settings.quotas,
        updated_at=settings.updated_at,
        updated_by=settings.updated_by,
    )
