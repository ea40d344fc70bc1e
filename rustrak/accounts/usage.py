"""How much of each quota is used, as web processes tell each other once a second."""

import time

from rustrak.accounts.quotas import Quota, window_bounds
from rustrak.accounts.settings import read_quotas
from rustrak.database.arrays import texts
from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql


async def list_quotas(conn: Connection, *, member: int | None = None) -> list[Quota]:
    """The quotas of the installation, and of all projects or those a user is a member of."""
    rows = await fetch_all(conn, sql("accounts/list_quotas"), member=member)
    return [
        setting.quota(row["project_id"]) for row in rows for setting in read_quotas(row["quotas"])
    ]


async def read_usage(conn: Connection, quotas: list[Quota]) -> list[tuple[Quota, int, int]]:
    """Each quota with what was let through in the window that runs, and its end in Unix seconds."""
    rows = await fetch_all(
        conn, sql("accounts/list_usage"), quotas=texts([quota.key for quota in quotas])
    )
    used = {(row["quota"], row["window_start"]): row["quantity"] for row in rows}
    now = time.time()
    found = []
    for quota in quotas:
        start, end = window_bounds(quota.window, now)
        found.append((quota, used.get((quota.key, start), 0), end))
    return found
