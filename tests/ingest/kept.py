"""What the ledger holds, for tests of the roads that lead into it."""

from rustrak.database.pool import connect, fetch_all
from rustrak.ledger.envelopes import StoredEnvelope
from rustrak.protocol.envelope import Item
from tests.installation import Installation

_COLUMNS = "position, received_at, project_id, event_id, form, encoding, items, body"


async def kept(installation: Installation) -> list[StoredEnvelope]:
    """Every envelope in the ledger, the oldest first."""
    async with await connect(installation.database_url, application="test") as conn:
        rows = await fetch_all(conn, f"SELECT {_COLUMNS} FROM envelopes ORDER BY position")
    return [StoredEnvelope(**row) for row in rows]


async def kept_items(installation: Installation) -> list[Item]:
    """The items of the only envelope in the ledger, which counts them rightly."""
    (stored,) = await kept(installation)
    items = stored.open().items
    assert stored.items == len(items)
    return items
