"""Environments of a project."""

from rustrak.api.call import Call
from rustrak.database.pool import fetch_all
from rustrak.database.queries import sql
from rustrak.schemas.environments import Environment

MOST_ENVIRONMENTS = 1000  # whoever sends more has put something else there


async def list_environments(call: Call) -> list[Environment]:
    """The environments that events and sessions of a project name, by name."""
    async with call.connection() as conn:
        rows = await fetch_all(
            conn,
            sql("api/list_environments"),
            project_id=call.project_id,
            limit=MOST_ENVIRONMENTS,
        )
    return [Environment.model_validate(row) for row in rows]
