"""Reference §1.5, registering."""

from rustrak.database.pool import Connection, fetch_one
from tests.contract.dashboard import Dashboard


async def test_registering_is_closed(stranger: Dashboard, conn: Connection) -> None:
    """Open to anyone in the snapshot, 403 in newer versions of the original and here: an open
    registration with full rights is an open door. Invitations take its place."""
    body = {"email": "new@example.com", "password": "long enough"}
    kind, _ = await stranger.refusal("POST", "/auth/register", 403, body)
    assert kind == "Forbidden"
    row = await fetch_one(conn, "SELECT count(*) AS n FROM users WHERE email = 'new@example.com'")
    assert row == {"n": 0}
