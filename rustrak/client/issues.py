"""Issues."""

from collections.abc import Sequence
from uuid import UUID

from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.client.projects import PROJECTS
from rustrak.schemas.base import Order
from rustrak.schemas.figures import Aggregates, Stats, TagValues, Window
from rustrak.schemas.issues import (
    Activity,
    Changed,
    Comment,
    Deleted,
    Filter,
    Hash,
    Issue,
    IssueChange,
    IssuesChange,
    IssuesDeletion,
    NewComment,
    Sort,
)
from rustrak.schemas.merges import Grouping, GroupingsToSplit, IssuesToMerge


class Issues(Noun):
    """The issues of a project."""

    def list(
        self,
        project_id: int,
        *,
        query: str | None = None,
        filter: Filter | None = None,
        sort: Sort = Sort.LAST_SEEN,
        order: Order = Order.DESC,
        environments: Sequence[str] = (),
    ) -> Listing[Issue]:
        """Those that are open, or that a search such as `release:1.2.* level:error` finds."""
        return self._numbered(
            Issue,
            *PROJECTS,
            project_id,
            "issues",
            q=query,
            filter=filter,
            sort=sort,
            order=order,
            environment=",".join(environments) or None,
        )

    def search(
        self,
        query: str,
        *,
        project_ids: Sequence[int] = (),
        sort: Sort = Sort.LAST_SEEN,
        order: Order = Order.DESC,
    ) -> Listing[Issue]:
        """Over several projects, or all that one may see."""
        projects = ",".join(map(str, project_ids)) or None
        return self._numbered(
            Issue, "api", "issues", q=query, project=projects, sort=sort, order=order
        )

    async def get(self, project_id: int, issue_id: UUID) -> Issue:
        return await self._get(Issue, *_issue(project_id, issue_id))

    async def change(self, project_id: int, issue_id: UUID, change: IssueChange) -> Issue:
        return await self._send("PATCH", Issue, *_issue(project_id, issue_id), body=change)

    async def resolve(self, project_id: int, issue_id: UUID) -> Issue:
        return await self.change(project_id, issue_id, IssueChange(is_resolved=True))

    async def reopen(self, project_id: int, issue_id: UUID) -> Issue:
        return await self.change(project_id, issue_id, IssueChange(is_resolved=False))

    async def mute(self, project_id: int, issue_id: UUID) -> Issue:
        return await self.change(project_id, issue_id, IssueChange(is_muted=True))

    async def unmute(self, project_id: int, issue_id: UUID) -> Issue:
        return await self.change(project_id, issue_id, IssueChange(is_muted=False))

    async def delete(self, project_id: int, issue_id: UUID) -> None:
        await self._do("DELETE", *_issue(project_id, issue_id))

    async def find(self, short_id: str) -> Issue:
        """By the name people call it: `SHOP-42`."""
        return await self._get(Issue, "api", "issues", short_id)

    async def change_many(self, project_id: int, change: IssuesChange) -> Changed:
        return await self._send("PUT", Changed, *PROJECTS, project_id, "issues", body=change)

    async def delete_many(self, project_id: int, issue_ids: Sequence[UUID]) -> Deleted:
        body = IssuesDeletion(ids=[*issue_ids])
        return await self._send("DELETE", Deleted, *PROJECTS, project_id, "issues", body=body)

    def activity(self, project_id: int, issue_id: UUID) -> Listing[Activity]:
        """What was decided about an issue."""
        return self._by_cursor(Activity, *_issue(project_id, issue_id), "activity")

    def tags(self, project_id: int, issue_id: UUID) -> Listing[TagValues]:
        """The tags of its events with their most frequent values."""
        return self._whole(TagValues, *_issue(project_id, issue_id), "tags")

    async def aggregates(self, project_id: int, issue_id: UUID) -> Aggregates:
        return await self._get(Aggregates, *_issue(project_id, issue_id), "aggregates")

    async def stats(self, project_id: int, issue_id: UUID, window: Window = Window.DAY) -> Stats:
        return await self._get(Stats, *_issue(project_id, issue_id), "stats", window=window)

    def hashes(self, project_id: int, issue_id: UUID) -> Listing[Hash]:
        """The groupings that lead to an issue."""
        return self._whole(Hash, *_issue(project_id, issue_id), "hashes")

    def groupings(self, project_id: int, issue_id: UUID) -> Listing[Grouping]:
        """The groupings whose events it has, those with the most events first."""
        return self._whole(Grouping, *_issue(project_id, issue_id), "groupings")

    async def merge(self, project_id: int, into: UUID, others: Sequence[UUID]) -> Issue:
        """Let all events of other issues, and those to come, belong to one."""
        body = IssuesToMerge(issues=[*others])
        return await self._send("POST", Issue, *_issue(project_id, into), "merge", body=body)

    async def split(self, project_id: int, issue_id: UUID, groupings: Sequence[UUID]) -> Issue:
        """Let some groupings leave into an issue of their own, which is returned."""
        body = GroupingsToSplit(groupings=[*groupings])
        return await self._send("POST", Issue, *_issue(project_id, issue_id), "split", body=body)

    async def undo(self, project_id: int, decision: int) -> None:
        """Let a decision count as never taken; `decision` is the id of an activity. Raises
        Conflict if it was undone before."""
        await self._do("POST", *PROJECTS, project_id, "decisions", decision, "undo")

    def comments(self, project_id: int, issue_id: UUID) -> Listing[Comment]:
        return self._by_cursor(Comment, *_issue(project_id, issue_id), "comments")

    async def comment(self, project_id: int, issue_id: UUID, text: str) -> Comment:
        place = (*_issue(project_id, issue_id), "comments")
        return await self._send("POST", Comment, *place, body=NewComment(text=text))

    async def edit_comment(
        self, project_id: int, issue_id: UUID, comment_id: UUID, text: str
    ) -> Comment:
        place = (*_issue(project_id, issue_id), "comments", comment_id)
        return await self._send("PATCH", Comment, *place, body=NewComment(text=text))

    async def delete_comment(self, project_id: int, issue_id: UUID, comment_id: UUID) -> None:
        await self._do("DELETE", *_issue(project_id, issue_id), "comments", comment_id)


def _issue(project_id: int, issue_id: UUID) -> tuple[object, ...]:
    return (*PROJECTS, project_id, "issues", issue_id)
