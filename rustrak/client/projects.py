"""Projects, their DSN keys and what is set for them."""

from rustrak.accounts.settings import ProjectSettings
from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.schemas.base import Order
from rustrak.schemas.environments import Environment
from rustrak.schemas.keys import Key, KeyChange, NewKey
from rustrak.schemas.projects import NewProject, Project, ProjectChange
from rustrak.schemas.settings import InstallationChange, InstallationSettings, SettingsChange

PROJECTS = ("api", "projects")


class Projects(Noun):
    """The projects the token's owner may see."""

    def list(self, *, order: Order = Order.DESC) -> Listing[Project]:
        return self._numbered(Project, *PROJECTS, order=order)

    async def get(self, project_id: int) -> Project:
        return await self._get(Project, *PROJECTS, project_id)

    async def create(self, name: str, slug: str | None = None) -> Project:
        return await self._send("POST", Project, *PROJECTS, body=NewProject(name=name, slug=slug))

    async def rename(self, project_id: int, name: str) -> Project:
        body = ProjectChange(name=name)
        return await self._send("PATCH", Project, *PROJECTS, project_id, body=body)

    async def delete(self, project_id: int) -> None:
        await self._do("DELETE", *PROJECTS, project_id)

    def environments(self, project_id: int) -> Listing[Environment]:
        return self._whole(Environment, *PROJECTS, project_id, "environments")


class Keys(Noun):
    """The DSN keys of a project."""

    def list(self, project_id: int) -> Listing[Key]:
        return self._whole(Key, *PROJECTS, project_id, "keys")

    async def create(self, project_id: int, label: str = "default") -> Key:
        body = NewKey(label=label)
        return await self._send("POST", Key, *PROJECTS, project_id, "keys", body=body)

    async def change(self, project_id: int, key_id: int, change: KeyChange) -> Key:
        return await self._send("PATCH", Key, *PROJECTS, project_id, "keys", key_id, body=change)

    async def delete(self, project_id: int, key_id: int) -> None:
        await self._do("DELETE", *PROJECTS, project_id, "keys", key_id)


class Settings(Noun):
    """What is set for a project, and for the whole installation; a change changes what it names."""

    async def get(self, project_id: int) -> ProjectSettings:
        return await self._get(ProjectSettings, *PROJECTS, project_id, "settings")

    async def change(self, project_id: int, change: SettingsChange) -> ProjectSettings:
        return await self._send(
            "PATCH", ProjectSettings, *PROJECTS, project_id, "settings", body=change
        )

    async def get_installation(self) -> InstallationSettings:
        return await self._get(InstallationSettings, "api", "settings")

    async def change_installation(self, change: InstallationChange) -> InstallationSettings:
        return await self._send("PATCH", InstallationSettings, "api", "settings", body=change)
