"""Issues."""

from uuid import UUID

from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.client.projects import PROJECTS
from rustrak.schemas.base import Order
from rustrak.schemas.issues import Filter, Issue, IssueChange, Sort


class Issues(Noun):
    """The issues of a project."""

    def list(
        self,
        project_id: int,
        *,
        filter: Filter = Filter.OPEN,
        sort: Sort = Sort.LAST_SEEN,
        order: Order = Order.DESC,
    ) -> Listing[Issue]:
        return self._numbered(
            Issue, *PROJECTS, project_id, "issues", filter=filter, sort=sort, order=order
        )

    async def get(self, project_id: int, issue_id: UUID) -> Issue:
        return await self._get(Issue, *PROJECTS, project_id, "issues", issue_id)

    async def change(self, project_id: int, issue_id: UUID, change: IssueChange) -> Issue:
        return await self._send(
            "PATCH", Issue, *PROJECTS, project_id, "issues", issue_id, body=change
        )

    async def resolve(self, project_id: int, issue_id: UUID) -> Issue:
        return await self.change(project_id, issue_id, IssueChange(is_resolved=True))

    async def reopen(self, project_id: int, issue_id: UUID) -> Issue:
        return await self.change(project_id, issue_id, IssueChange(is_resolved=False))

    async def mute(self, project_id: int, issue_id: UUID) -> Issue:
        return await self.change(project_id, issue_id, IssueChange(is_muted=True))

    async def unmute(self, project_id: int, issue_id: UUID) -> Issue:
        return await self.change(project_id, issue_id, IssueChange(is_muted=False))

    async def delete(self, project_id: int, issue_id: UUID) -> None:
        await self._do("DELETE", *PROJECTS, project_id, "issues", issue_id)
