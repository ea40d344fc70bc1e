"""What a release brought: the issues that began in it."""

from rustrak.api.call import Call
from rustrak.api.issues import as_issue
from rustrak.database.pool import fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.schemas.base import Page
from rustrak.schemas.issues import Issue, NewIssuesQuery


async def list_new_issues(call: Call, query: NewIssuesQuery) -> Page[Issue]:
    """The issues whose first event, in some environments if asked, is of a release; the newest
    first."""
    release = call.text("version")
    of_release = {"project_id": call.project_id, "release": release}
    wanted = {**of_release, "environments": query.environment}
    async with call.connection() as conn:
        known = await fetch_one(conn, sql("api/has_release"), **of_release)
        if known is None or not known["found"]:
            raise NotFound(f"Release {release[:200]} not found")
        total = await fetch_one(conn, sql("api/count_new_issues"), **wanted)
        rows = await fetch_all(
            conn,
            sql("api/list_new_issues"),
            **wanted,
            limit=query.per_page,
            offset=query.offset,
        )
    assert total is not None
    return Page[Issue].of([as_issue(row) for row in rows], total["total"], query)
