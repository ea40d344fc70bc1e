"""Guessing passwords: slowed down by pair, network and account; nobody else is locked out by it."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from rustrak.accounts.throttle import (
    ACCOUNT,
    NETWORK,
    PAIR,
    REGISTRATIONS,
    Limit,
    begin_login,
    count_registration,
    settle_login,
)
from rustrak.config import Settings
from rustrak.database.pool import Connection, connect, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Throttled
from tests.browser import PASSWORD, Browser, give_password
from tests.installation import Installation, open_installation
from tests.people import make_user

EMAIL = "ada@example.com"


@pytest.fixture
async def behind_a_proxy(database_url: str) -> AsyncIterator[Installation]:
    """An installation that believes `X-Forwarded-For`, so that tests can be anywhere."""
    settings = Settings.model_validate({"RUSTRAK_TRUSTED_PROXIES": "127.0.0.1"})
    async with open_installation(database_url, settings) as opened:
        yield opened


async def fail(conn: Connection, times: int, email: str = EMAIL, address: str = "6.6.6.6") -> None:
    """So many failed logins, without waiting in between."""
    for _ in range(times):
        await conn.execute("UPDATE login_failures SET last_failed_at = now() - interval '20 min'")
        await begin_login(conn, email, address)


async def hold_on(conn: Connection) -> None:
    """Let the last failure be an hour ahead, so that a slow machine does not wait it out."""
    await conn.execute("UPDATE login_failures SET last_failed_at = now() + interval '1 hour'")


async def wait_of(conn: Connection, email: str = EMAIL, address: str = "6.6.6.6") -> int:
    """Seconds somebody has to wait, 0 for none; the attempt itself does not count."""
    try:
        async with conn.transaction(force_rollback=True):
            await begin_login(conn, email, address)
    except Throttled as refused:
        return refused.retry_after
    return 0


async def test_the_sixth_wrong_password_waits_and_says_how_long(
    installation: Installation, conn: Connection
) -> None:
    await give_password(conn, await make_user(conn, EMAIL))
    browser = Browser(installation)
    for _ in range(PAIR.free):
        assert (await browser.log_in(EMAIL, "wrong")).status == 401
    await hold_on(conn)
    answer = await browser.log_in(EMAIL, PASSWORD)
    assert answer.status == 429
    seconds = answer.headers["Retry-After"]
    assert 3000 < int(seconds) <= 3605
    assert answer.body == {
        "error": {
            "type": "RateLimited",
            "message": f"Too many requests: too many attempts; try again in {seconds} seconds",
        }
    }
    await conn.execute("UPDATE login_failures SET last_failed_at = now() - interval '6 seconds'")
    assert (await browser.log_in(EMAIL, PASSWORD)).status == 200


async def test_an_account_nobody_has_waits_like_one_somebody_has(
    installation: Installation, conn: Connection
) -> None:
    await give_password(conn, await make_user(conn, EMAIL))
    answers = []
    for email in (EMAIL, "nobody@example.com"):
        browser = Browser(installation)
        found = [await browser.log_in(email, "wrong") for _ in range(PAIR.free)]
        await hold_on(conn)
        refused = await browser.log_in(email, PASSWORD)
        answers.append([(answer.status, answer.body) for answer in found])
        assert refused.status == 429
        assert re.fullmatch(r".* try again in \d{4} seconds", refused.message)
    known, unknown = answers
    assert known == unknown
    assert [status for status, _ in known] == [401] * PAIR.free


async def test_waits_double_up_to_the_longest() -> None:
    limit = Limit(free=3, longest=60)
    waits = [limit.wait(failures, 0) for failures in range(12)]
    assert waits == [0, 0, 0, 5, 10, 20, 40, 60, 60, 60, 60, 60]
    assert limit.wait(1_000_000_000, 59) == 1
    assert limit.wait(5, 20) == 0


async def test_attempts_at_once_are_counted_each(conn: Connection, database_url: str) -> None:
    connections = [await connect(database_url, application="test") for _ in range(20)]
    try:
        ends = await asyncio.gather(
            *(begin_login(each, EMAIL, "6.6.6.6") for each in connections), return_exceptions=True
        )
    finally:
        for each in connections:
            await each.close()
    refused = [end for end in ends if isinstance(end, Throttled)]
    assert len(refused) == 20 - PAIR.free
    assert len(ends) - len(refused) == PAIR.free
    assert not [end for end in ends if isinstance(end, Exception) and end not in refused]


async def test_two_at_once_in_either_order_do_not_block_each_other(
    conn: Connection, database_url: str
) -> None:
    """Rows are locked in one order, whatever the accounts and networks are called."""
    connections = [await connect(database_url, application="test") for _ in range(8)]

    async def work(number: int) -> None:
        own = connections[number]
        for turn in range(10):
            email, address = f"{(number + turn) % 3}@example.com", f"10.0.0.{(number * turn) % 2}"
            try:
                attempt = await begin_login(own, email, address)
                await settle_login(own, attempt)
            except Throttled:
                await own.execute("UPDATE login_failures SET failures = 0 WHERE failures > 900")

    try:
        await asyncio.gather(*(work(number) for number in range(len(connections))))
    finally:
        for each in connections:
            await each.close()
    rows = await fetch_all(conn, "SELECT failures FROM login_failures")
    assert rows
    assert max(row["failures"] for row in rows) <= PAIR.free


async def test_a_refused_attempt_does_not_lengthen_the_wait(conn: Connection) -> None:
    await fail(conn, PAIR.free + 4)
    first = await wait_of(conn)
    for _ in range(50):
        with pytest.raises(Throttled):
            await begin_login(conn, EMAIL, "6.6.6.6")
    assert 0 < await wait_of(conn) <= first


async def test_guessing_from_everywhere_slows_the_account_by_a_minute_at_most(
    conn: Connection,
) -> None:
    for number in range(ACCOUNT.free + 10):
        await fail(conn, 1, address=f"203.0.113.{number}")
    assert 0 < await wait_of(conn, address="198.51.100.1") <= ACCOUNT.longest
    assert await wait_of(conn, "bob@example.com", "198.51.100.1") == 0


async def test_where_somebody_logged_in_before_others_failures_do_not_count(
    conn: Connection,
) -> None:
    await settle_login(conn, await begin_login(conn, EMAIL, "192.0.2.1"))
    for number in range(ACCOUNT.free + 10):
        await fail(conn, 1, address=f"203.0.113.{number}")
    assert await wait_of(conn, address="198.51.100.1") > 0
    assert await wait_of(conn, address="192.0.2.1") == 0
    await fail(conn, PAIR.free + 1, address="192.0.2.1")
    assert await wait_of(conn, address="192.0.2.1") > 0, "but their own do"


async def test_being_known_somewhere_ends_after_a_month(conn: Connection) -> None:
    await settle_login(conn, await begin_login(conn, EMAIL, "192.0.2.1"))
    for number in range(ACCOUNT.free + 10):
        await fail(conn, 1, address=f"203.0.113.{number}")
    await conn.execute("UPDATE login_failures SET last_login_at = now() - interval '31 days'")
    assert await wait_of(conn, address="192.0.2.1") > 0


async def test_trying_many_accounts_from_one_network_is_slowed_down(conn: Connection) -> None:
    for number in range(NETWORK.free + 1):
        await fail(conn, 1, f"{number}@example.com", f"2001:db8:1:2::{number:x}")
    assert await wait_of(conn, "new@example.com", "2001:db8:1:2:ffff::1") > 0
    assert await wait_of(conn, "new@example.com", "2001:db8:1:3::1") == 0


async def test_a_header_that_anybody_may_write_does_not_change_the_network(
    installation: Installation, conn: Connection
) -> None:
    for number in range(PAIR.free):
        forged = f"203.0.113.{number}"
        answer = await Browser(installation).log_in(EMAIL, "wrong", X_Forwarded_For=forged)
        assert answer.status == 401
    await hold_on(conn)
    answer = await Browser(installation).log_in(EMAIL, "wrong", X_Forwarded_For="203.0.113.99")
    assert answer.status == 429


async def test_behind_a_proxy_everybody_has_their_own_network(
    behind_a_proxy: Installation,
) -> None:
    found = []
    for number in range(PAIR.free + 1):
        client = f"203.0.113.{number}"
        answer = await Browser(behind_a_proxy).log_in(EMAIL, "wrong", X_Forwarded_For=client)
        found.append(answer.status)
    assert found == [401] * (PAIR.free + 1)


async def test_counts_halve_with_every_quiet_hour(conn: Connection) -> None:
    await fail(conn, PAIR.free + 3)
    await conn.execute("UPDATE login_failures SET last_failed_at = now() - interval '61 minutes'")
    await begin_login(conn, EMAIL, "6.6.6.6")
    rows = await fetch_all(conn, "SELECT failures FROM login_failures")
    assert {row["failures"] for row in rows} == {(PAIR.free + 3) // 2 + 1}


async def test_right_passwords_never_make_anybody_wait(conn: Connection) -> None:
    for number in range(NETWORK.free * 2):
        attempt = await begin_login(conn, f"{number % 60}@example.com", "192.0.2.1")
        await settle_login(conn, attempt)
    assert await wait_of(conn, "new@example.com", "192.0.2.1") == 0


async def test_rows_are_forgotten_after_a_day_or_a_month(conn: Connection) -> None:
    for number in range(15):
        await fail(conn, 1, f"{number}@example.com", f"203.0.113.{number}")
    await settle_login(conn, await begin_login(conn, EMAIL, "192.0.2.1"))
    for old, left in (("25 hours", 1), ("31 days", 0)):
        await conn.execute(f"UPDATE login_failures SET forget_at = forget_at - interval '{old}'")
        for _ in range(6):
            await conn.execute(sql("accounts/forget_login_failures"))
        row = await fetch_one(conn, "SELECT count(*) AS rows FROM login_failures")
        assert row == {"rows": left}


async def test_accounts_made_from_one_network_are_bounded(conn: Connection) -> None:
    for number in range(REGISTRATIONS.free):
        await count_registration(conn, f"2001:db8::{number:x}")
    await hold_on(conn)
    with pytest.raises(Throttled):
        await count_registration(conn, "2001:db8::1")
    await count_registration(conn, "2001:db8:1::1")
    assert await wait_of(conn, address="2001:db8::1") == 0, "logging in is another thing"


async def test_what_is_stored_names_nobody(conn: Connection) -> None:
    await fail(conn, 1)
    rows = await fetch_all(conn, "SELECT subject FROM login_failures")
    assert len(rows) == 3
    assert {len(row["subject"]) for row in rows} == {32}


async def test_any_text_can_be_an_address(conn: Connection) -> None:
    for email in ("", "a\0b", "x" * 100_000, "İ@example.com", "\udc80"):
        await begin_login(conn, email, "")
