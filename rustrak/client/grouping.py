"""How events are grouped, why one is where it is, and the past grouped anew."""

from uuid import UUID

from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.client.projects import PROJECTS
from rustrak.schemas.grouping import (
    EventGrouping,
    GroupingTrial,
    NewGrouping,
    ProjectGrouping,
    TrialResult,
)
from rustrak.schemas.regroups import NewRegrouping, Regrouping


class Grouping(Noun):
    """The grouping of a project."""

    async def get(self, project_id: int) -> ProjectGrouping:
        return await self._get(ProjectGrouping, *PROJECTS, project_id, "grouping")

    async def set(
        self, project_id: int, *, version: str | None = None, rules: str | None = None
    ) -> ProjectGrouping:
        """For events received from now on. Raises BadRequest for rules that cannot be read."""
        body = NewGrouping(version=version, rules=rules)
        return await self._send(
            "PUT", ProjectGrouping, *PROJECTS, project_id, "grouping", body=body
        )

    async def try_out(self, project_id: int, trial: GroupingTrial) -> TrialResult:
        """Read rules, and explain an event by them; saves nothing."""
        return await self._send(
            "POST", TrialResult, *PROJECTS, project_id, "grouping", "try", body=trial
        )

    async def undo(self, project_id: int, change: int) -> ProjectGrouping:
        """Take a change of the history back. Raises Conflict if it was before."""
        return await self._send(
            "POST", ProjectGrouping, *PROJECTS, project_id, "grouping", change, "undo"
        )

    async def explain(self, project_id: int, event_id: UUID) -> EventGrouping:
        """Why an event is in its issue."""
        return await self._get(EventGrouping, *PROJECTS, project_id, "events", event_id, "grouping")


class Regroupings(Noun):
    """The past of a project regrouped, by a worker: ask, look at the difference, apply, undo."""

    def list(self, project_id: int) -> Listing[Regrouping]:
        """The latest ones."""
        return self._whole(Regrouping, *PROJECTS, project_id, "regroupings")

    async def get(self, project_id: int, regrouping: int) -> Regrouping:
        return await self._get(Regrouping, *PROJECTS, project_id, "regroupings", regrouping)

    async def preview(self, project_id: int, wanted: NewRegrouping) -> Regrouping:
        """Ask what it would change; `get` tells once it is `previewed`."""
        return await self._send(
            "POST", Regrouping, *PROJECTS, project_id, "regroupings", body=wanted
        )

    async def apply(self, project_id: int, regrouping: int) -> Regrouping:
        return await self._ask("POST", project_id, regrouping, "apply")

    async def undo(self, project_id: int, regrouping: int) -> Regrouping:
        return await self._ask("POST", project_id, regrouping, "undo")

    async def cancel(self, project_id: int, regrouping: int) -> Regrouping:
        """Give up a preview."""
        return await self._ask("DELETE", project_id, regrouping)

    async def _ask(self, method: str, project_id: int, *rest: object) -> Regrouping:
        return await self._send(method, Regrouping, *PROJECTS, project_id, "regroupings", *rest)
