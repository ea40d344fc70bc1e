"""Check-ins made up for tests, and what the API says of their monitors."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from rustrak.database.pool import Connection
from rustrak.digest.monitors import Watched, watch_monitors
from tests.installation import Installation, envelope

HOURLY = {"schedule": {"type": "interval", "value": 1, "unit": "hour"}, "max_runtime": 10}


async def check_in(
    installation: Installation,
    status: str = "ok",
    *,
    slug: str = "nightly",
    project: int = 0,
    check_in_id: str | None = None,
    config: Any = None,
    **attributes: Any,
) -> str:
    """Send one check-in as SDKs do; returns the id of its run. `check_in_id` "" leaves it out."""
    run = uuid.uuid4().hex if check_in_id is None else check_in_id
    payload = {"monitor_slug": slug, "status": status, "check_in_id": run, **attributes}
    payload["monitor_config"] = config
    if not run:
        del payload["check_in_id"]
    await post(installation, payload, project=project)
    return run


async def post(installation: Installation, *payloads: Any, project: int = 0) -> None:
    """Send one envelope of check-ins, whatever is in them."""
    items = [({"type": "check_in"}, json.dumps(payload).encode()) for payload in payloads]
    response = await installation.post_envelope(envelope({}, *items), project=project)
    assert response.status == 200, await response.text()


async def watch(
    installation: Installation, conn: Connection, now: datetime | None = None
) -> Watched:
    """Digest, let the watch have its look as of `now`, and digest what it appended."""
    await installation.digest()
    watched = await watch_monitors(conn, now or datetime.now(UTC))
    await installation.digest()
    return watched


async def monitors(installation: Installation, project: int = 0) -> list[Any]:
    """What the API lists."""
    place = f"/api/projects/{installation.projects[project]['id']}/monitors"
    items: list[Any] = (await installation.get(place))["items"]
    return items


async def check_ins(installation: Installation, slug: str = "nightly", **query: str) -> list[Any]:
    """The runs of a monitor of the first project."""
    words = "&".join(f"{name}={value}" for name, value in query.items())
    place = f"/api/projects/{installation.project_id}/monitors/{slug}/check-ins?{words}"
    items: list[Any] = (await installation.get(place))["items"]
    return items
