"""Settings for tests: set through the API, and known to intake when the call returns."""

from typing import Any

from tests.installation import Installation


async def set_settings(installation: Installation, project: int = 0, **sections: Any) -> Any:
    """Change settings of a project as a person does."""
    path = f"/api/projects/{installation.projects[project]['id']}/settings"
    answer = await installation.request("PATCH", path, sections)
    await make_known(installation)
    return answer


async def set_installation(installation: Installation, **sections: Any) -> Any:
    """Change what is set for all projects together."""
    answer = await installation.request("PATCH", "/api/settings", sections)
    await make_known(installation)
    return answer


async def make_known(installation: Installation) -> None:
    """Knock with a key that nobody has: keys and settings are read again before the answer."""
    stranger = f"Sentry sentry_version=7, sentry_key={'0' * 32}"
    response = await installation.post_envelope(b"{}\n", X_Sentry_Auth=stranger)
    assert response.status == 403
