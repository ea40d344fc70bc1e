"""Settings in the database: kept as they were set, as facts."""

from collections.abc import Mapping
from typing import Any

import orjson
from psycopg.rows import DictRow
from pydantic import ValidationError

from rustrak.accounts.settings import (
    ProjectSettings,
    first_fault,
    read_filters,
    read_quotas,
    read_retention,
    read_scrubbing,
)
from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Invalid


async def get_settings(conn: Connection, project_id: int) -> ProjectSettings:
    """The settings of a project or the installation; whether there is such a project is not
    asked."""
    row = await fetch_one(conn, sql("accounts/get_settings"), project_id=project_id)
    return ProjectSettings() if row is None else _as_settings(row)


async def change_settings(
    conn: Connection, project_id: int, changes: Mapping[str, Any], actor: str
) -> ProjectSettings:
    """Change what is named and keep the rest; of a list the whole. Runs in a transaction.

    Raises Invalid naming the first value that cannot be set.
    """
    await fetch_all(conn, sql("accounts/lock_settings"), project_id=project_id)
    settings = (await get_settings(conn, project_id)).model_dump(exclude={"updated_at"})
    for name, change in changes.items():
        settings[name] = {**settings[name], **change} if isinstance(change, Mapping) else change
    try:
        changed = ProjectSettings.model_validate({**settings, "updated_by": actor})
    except ValidationError as error:
        raise Invalid(first_fault(error)) from None
    row = await fetch_one(
        conn,
        sql("accounts/put_settings"),
        project_id=project_id,
        updated_by=actor,
        **{
            name: orjson.dumps(value).decode()
            for name, value in changed.model_dump(include=set(_STORED)).items()
        },
    )
    assert row is not None
    return changed.model_copy(update={"updated_at": row["updated_at"]})


_STORED = ("filters", "scrubbing", "quotas", "retention")


def _as_settings(row: DictRow) -> ProjectSettings:
    return ProjectSettings(
        filters=read_filters(row["filters"]),
        scrubbing=read_scrubbing(row["scrubbing"]),
        quotas=read_quotas(row["quotas"]),
        retention=read_retention(row["retention"]),
        updated_at=row["updated_at"],
        updated_by=row["updated_by"],
    )
