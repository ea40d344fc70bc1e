"""Whose address the ledger keeps of an envelope that came through proxies."""

import json

import pytest

from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_all
from tests.installation import Installation, envelope, open_installation

EVENT = envelope({}, ({"type": "event"}, json.dumps({"message": "x"}).encode()))
ROUTES = {"plain": {}, "full parser": {"Expect": "100-continue"}}
"""Headers by which a request takes one way in or the other."""


async def kept(installation: Installation, conn: Connection, **headers: str) -> str:
    """The address kept of an envelope."""
    assert (await installation.post_envelope(EVENT, **headers)).status == 200
    rows = await fetch_all(conn, "SELECT remote_addr FROM envelopes ORDER BY position DESC")
    return str(rows[0]["remote_addr"])


@pytest.mark.parametrize("way", list(ROUTES))
async def test_a_trusted_proxy_says_who_sent_it(
    database_url: str, conn: Connection, way: str
) -> None:
    settings = Settings.model_validate({"RUSTRAK_TRUSTED_PROXIES": "127.0.0.0/8,10.0.0.0/8"})
    async with open_installation(database_url, settings) as installation:
        for forwarded, address in (
            ("203.0.113.7", "203.0.113.7"),
            ("6.6.6.6, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
            ("nonsense", "127.0.0.1"),
        ):
            found = await kept(installation, conn, X_Forwarded_For=forwarded, **ROUTES[way])
            assert found == address


@pytest.mark.parametrize("way", list(ROUTES))
async def test_nobody_else_does(installation: Installation, conn: Connection, way: str) -> None:
    found = await kept(installation, conn, X_Forwarded_For="203.0.113.7", **ROUTES[way])
    assert found == "127.0.0.1"
