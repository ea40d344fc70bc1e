"""What a release brought: the issues that began in it."""

from rustrak.api.call import Call
from rustrak.api.issues import as_issue
from rustrak.database.pool import fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import NotFound
from rustrak.schemas.base import Page, PageQuery
from rustrak.schemas.issues import Issue


async def list_new_issues(call: Call, query: PageQuery) -> Page[Issue]:
    """The issues whose first event is of a release, the newest first."""
    release = call.text("version")
    wanted = {"project_id": call.project_id, "release": release}
    async with call.connection() as conn:
        known = await fetch_one(conn, sql("api/has_release"), **wanted)
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
