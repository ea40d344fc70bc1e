"""Waiting after failed logins: counts in the database, so that every web process knows them.

An attempt counts as failed before the password is looked at, and is taken back if it was right: a
thousand at once are a thousand failures. Accounts nobody has are counted like those somebody has.
Why these limits: docs/decisions/0014-accounts.md
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address
from math import ceil
from typing import Final

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, execute, fetch_all
from rustrak.database.queries import sql
from rustrak.errors import Throttled
from rustrak.protocol.forwarded import read_address

KNOWN: Final = timedelta(days=30)
"""How long an account is known where it logged in; only its own failures there make it wait."""
_FIRST: Final = 5  # seconds of the first wait
_HALVING: Final = 3600  # seconds of quiet after which a count is halved


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures are free, and the longest wait in seconds; it doubles with each failure."""

    free: int
    longest: int

    def wait(self, failures: int, age: float) -> float:
        """Seconds still to wait, `age` seconds after the last of some failures."""
        if failures < self.free:
            return 0
        return min(_FIRST << min(failures - self.free, 30), self.longest) - age


PAIR: Final = Limit(free=5, longest=900)
"""One account from one network."""
NETWORK: Final = Limit(free=50, longest=900)
"""Any account from one network, which may be an office."""
ACCOUNT: Final = Limit(free=20, longest=60)
"""One account from anywhere: short, because its owner may be somewhere new."""
REGISTRATIONS: Final = Limit(free=50, longest=900)
"""New accounts from one network."""

SSO_STARTS: Final = Limit(free=100, longest=900)
"""Logins begun at the provider from one network; each leaves a row for ten minutes."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that was let through to the password, and counts as failed until it is settled."""

    pair: bytes
    subjects: tuple[bytes, ...]


async def begin_login(conn: Connection, email: str, remote_addr: str) -> Attempt:
    """Let somebody try a password, or raise Throttled. Not to be called in a transaction."""
    account, network = email.strip().lower(), _network(remote_addr)
    pair = _subject("pair", account, network)
    limits = {
        pair: PAIR,
        _subject("network", network): NETWORK,
        _subject("account", account): ACCOUNT,
    }
    return Attempt(pair, await _charge(conn, limits, pair))


async def settle_login(conn: Connection, attempt: Attempt) -> None:
    """The password was right."""
    await execute(
        conn,
        sql("accounts/settle_login_failures"),
        pair=attempt.pair,
        subjects=list(attempt.subjects),
        remembered=KNOWN,
    )


async def count_registration(conn: Connection, remote_addr: str) -> None:
    """Let somebody make an account, or raise Throttled. Not to be called in a transaction."""
    subject = _subject("registration", _network(remote_addr))
    await _charge(conn, {subject: REGISTRATIONS}, subject)


async def count_sso_start(conn: Connection, remote_addr: str) -> None:
    """Let somebody begin a login at the provider, or raise Throttled. Not to be called in a
    transaction."""
    subject = _subject("sso", _network(remote_addr))
    await _charge(conn, {subject: SSO_STARTS}, subject)


async def _charge(
    conn: Connection, limits: Mapping[bytes, Limit], pair: bytes
) -> tuple[bytes, ...]:
    """The subjects that counted one more. Raises Throttled, and then nothing has counted."""
    await execute(conn, sql("accounts/forget_login_failures"))  # on its own: it locks in no order
    async with conn.transaction():
        found = await fetch_all(
            conn, sql("accounts/lock_login_failures"), subjects=list(limits), remembered=KNOWN
        )
        rows = {row["subject"]: row for row in found}
        subjects = (pair,) if rows[pair]["is_known"] else tuple(limits)
        failures = {subject: _halved(rows[subject]) for subject in subjects}
        wait = max(limits[s].wait(failures[s], rows[s]["age"]) for s in subjects)
        if wait > 0:
            seconds = ceil(wait)
            raise Throttled(f"too many attempts; try again in {seconds} seconds", seconds)
        await execute(
            conn,
            sql("accounts/put_login_failures"),
            subjects=list(subjects),
            failures=[failures[subject] + 1 for subject in subjects],
        )
    return subjects


def _halved(row: DictRow) -> int:
    return int(row["failures"]) >> min(int(max(row["age"], 0) // _HALVING), 31)


def _network(remote_addr: str) -> str:
    """The network of an address: of IPv6 the first 64 bits, which one customer has alone."""
    address = read_address(remote_addr)
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address or remote_addr)


def _subject(*words: str) -> bytes:
    return hashlib.sha256("\0".join(words).encode(errors="surrogatepass")).digest()
