"""Items as clients send them: an installation is given one, and digests it."""

import json
from datetime import UTC, datetime
from typing import Any

from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.batch import digest_batch
from rustrak.digest.projectors import PROJECTORS
from rustrak.ledger.envelopes import read_envelope
from tests.installation import Installation, envelope


async def digest_item(
    installation: Installation, kind: str, payload: Any, *, project: int = 0
) -> None:
    """Send an item in an envelope of its own, see it acknowledged, and digest it."""
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    body = envelope({}, ({"type": kind}, content))
    response = await installation.post_envelope(body, project=project)
    assert response.status == 200, await response.text()
    await installation.digest()


async def fold_again(conn: Connection) -> None:
    """Digest everything in the ledger once more, the newest first."""
    query = "SELECT position, received_at FROM envelopes ORDER BY position DESC"
    places = await fetch_all(conn, query)
    found = [await read_envelope(conn, **place) for place in places]
    async with conn.transaction():
        await digest_batch(conn, [stored for stored in found if stored], PROJECTORS)


def now() -> str:
    """As clients write it."""
    return datetime.now(UTC).isoformat()


def session(
    sid: str, *, release: str = "shop@1", environment: str = "prod", **said: Any
) -> dict[str, Any]:
    """An update of a session that started just now; `sid` is any short hexadecimal number."""
    attrs = {"release": release, "environment": environment}
    return {"sid": sid.rjust(32, "a"), "started": now(), "status": "ok", "attrs": attrs, **said}
