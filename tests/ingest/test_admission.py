"""Quotas at intake: what is refused is told in the SDKs' words and counted, the rest is stored."""

import gzip
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from rustrak.config import Settings
from rustrak.database.pool import Connection, fetch_all, open_pool
from rustrak.ingest.admission import Admission
from rustrak.ingest.guards import Guards
from rustrak.ingest.journal import Journal
from rustrak.ingest.quota_exchange import QuotaExchange
from rustrak.protocol.ratelimits import parse_rate_limits
from tests.installation import Installation, envelope, open_installation, until
from tests.proxy import proxied
from tests.settings import make_known, set_installation, set_settings

NOON = 1_772_366_400.0  # a full minute, hour and day, in Unix seconds
EVENT = ({"type": "event"}, b'{"message": "hello"}')
REPORT = ({"type": "client_report"}, b"{}")
PHOTO = ({"type": "attachment", "filename": "a.png"}, b"123456")
NONE: list[dict[str, Any]] = [{"window": "minute", "limit": 0}]


def limited(category: str, limit: int, reason: str = "quota") -> list[dict[str, Any]]:
    """One quota on hours, so that no test meets the end of its window."""
    return [{"categories": [category], "window": "hour", "limit": limit, "reason_code": reason}]


@pytest.fixture
async def installation(database_url: str) -> AsyncIterator[Installation]:
    """It is noon, and stays it."""
    async with open_installation(database_url, clock=lambda: NOON) as opened:
        yield opened


def of(*items: Any) -> bytes:
    return envelope({"event_id": uuid.uuid4().hex}, *items)


async def outcomes(conn: Connection) -> list[tuple[int, str, str, int]]:
    rows = await fetch_all(
        conn,
        "SELECT project_id, category, reason, quantity FROM outcomes"
        " WHERE outcome = 'rate_limited' ORDER BY 1, 2, 3",
    )
    return [tuple(row.values()) for row in rows]  # type: ignore[misc]


async def counted(conn: Connection, quantity: int) -> list[tuple[int, str, str, int]]:
    """The outcomes, once the exchange has written so many refusals."""

    async def found() -> Any:
        rows = await outcomes(conn)
        return rows if sum(row[-1] for row in rows) >= quantity else None

    rows: list[tuple[int, str, str, int]] = await until(found, what="the counting of refusals")
    return rows


async def assert_even(installation: Installation) -> None:
    await installation.digest()
    for books in (await installation.books()).values():
        assert books.is_even, books


@pytest.mark.parametrize("plain", [True, False])
async def test_what_exceeds_a_quota_is_refused_and_counted(
    installation: Installation, conn: Connection, plain: bool
) -> None:
    """By both ways in: a chunked body is none for the short one."""
    await set_settings(installation, quotas=limited("error", 2, "errors"))

    async def post() -> Any:
        body: Any = of(EVENT)
        if not plain:
            body = _chunks(body)
        return await installation.post_envelope(body)

    assert [(await post()).status for _ in range(4)] == [200, 200, 429, 429]
    refused = await post()
    (limit,) = parse_rate_limits(refused.headers["X-Sentry-Rate-Limits"])
    assert (limit.categories, limit.scope) == (("default", "error", "security"), "project")
    assert (limit.reason_code, limit.seconds) == ("errors", 300)
    assert refused.headers["Retry-After"] == "300"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "a quota is used up (errors)" in (await refused.json())["detail"]
    assert (await installation.post_envelope(of(EVENT), project=1)).status == 200
    assert await counted(conn, 3) == [(installation.project_id, "event", "errors", 3)]
    await assert_even(installation)
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.rate_limited) == (5, 2, 3)


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def test_only_the_refused_part_of_an_envelope_is_lost(
    installation: Installation, conn: Connection
) -> None:
    await set_settings(installation, quotas=limited("error", 0))
    body = gzip.compress(of(EVENT, REPORT, PHOTO))
    response = await installation.post_envelope(body, Content_Encoding="gzip")
    assert response.status == 200
    assert "Retry-After" not in response.headers
    (limit,) = parse_rate_limits(response.headers["X-Sentry-Rate-Limits"])
    assert "error" in limit.categories
    (row,) = await fetch_all(conn, "SELECT items, encoding, body FROM envelopes")
    assert (row["items"], row["encoding"]) == (1, "")
    assert b"client_report" in row["body"]
    assert b"123456" not in row["body"]
    project = installation.project_id
    assert await counted(conn, 2) == [
        (project, "attachment", "quota", 1),
        (project, "event", "quota", 1),
    ]
    await assert_even(installation)


async def test_attachments_lost_with_their_event_use_up_nothing(
    installation: Installation,
) -> None:
    quotas = limited("error", 0) + limited("attachment", 6)
    await set_settings(installation, quotas=quotas)
    for _ in range(3):
        assert (await installation.post_envelope(of(EVENT, PHOTO))).status == 429
    assert (await installation.post_envelope(of(PHOTO))).status == 200
    assert (await installation.post_envelope(of(PHOTO))).status == 429
    await assert_even(installation)


async def test_a_quota_of_the_installation_counts_for_all_projects_together(
    installation: Installation,
) -> None:
    await set_installation(installation, quotas=limited("error", 2))
    statuses = [
        (await installation.post_envelope(of(EVENT), project=project)).status
        for project in (0, 1, 0)
    ]
    assert statuses == [200, 200, 429]
    refused = await installation.post_envelope(of(EVENT), project=1)
    (limit,) = parse_rate_limits(refused.headers["X-Sentry-Rate-Limits"])
    assert limit.scope == "organization"
    await assert_even(installation)


async def test_what_clients_say_about_themselves_is_never_refused(
    installation: Installation,
) -> None:
    await set_settings(installation, quotas=NONE)
    assert (await installation.post_envelope(of(REPORT))).status == 200


async def test_crash_uploaders_and_crontabs_never_hear_of_a_quota(
    installation: Installation, conn: Connection
) -> None:
    """They would send again at once; what they sent is counted as refused all the same."""
    await set_settings(installation, quotas=NONE)
    for path, body in (
        ("minidump/", b"MDMP" + bytes(40)),
        (f"unreal/{installation.key}/", b"crash"),
        (f"cron/nightly/{installation.key}/?status=ok", b""),
    ):
        response = await installation.post_envelope(body, path=path)
        assert response.status < 300, (path, await response.text())
    assert sum(row[-1] for row in await counted(conn, 4)) == 4  # the crash is an event and a file
    assert await fetch_all(conn, "SELECT FROM envelopes") == []
    await assert_even(installation)


async def test_a_quota_that_is_raised_lets_through_again(installation: Installation) -> None:
    await set_settings(installation, quotas=limited("error", 1))
    assert (await installation.post_envelope(of(EVENT))).status == 200
    assert (await installation.post_envelope(of(EVENT))).status == 429
    await set_settings(installation, quotas=limited("error", 2))
    assert (await installation.post_envelope(of(EVENT))).status == 200
    assert (await installation.post_envelope(of(EVENT))).status == 429
    await set_settings(installation, quotas=[])
    assert (await installation.post_envelope(of(EVENT))).status == 200
    await assert_even(installation)


async def test_item_types_nobody_knows_are_counted_under_one_name(
    installation: Installation, conn: Connection
) -> None:
    await set_settings(installation, quotas=NONE)
    for number in range(3):
        hostile = ({"type": f"holo\0gram{number}"}, b"")
        assert (await installation.post_envelope(of(hostile))).status == 429
    assert await counted(conn, 3) == [(installation.project_id, "default", "quota", 3)]
    await assert_even(installation)


async def test_refusals_are_counted_when_the_process_ends(
    database_url: str, conn: Connection
) -> None:
    async with open_installation(database_url, clock=lambda: NOON) as installation:
        await set_settings(installation, quotas=NONE)
        for _ in range(5):
            assert (await installation.post_envelope(of(EVENT))).status == 429
    assert [row[-1] for row in await outcomes(conn)] == [5]
    usage = await fetch_all(conn, "SELECT * FROM quota_usage")
    assert usage == []


async def test_processes_share_a_quota_and_the_next_one_knows_what_was_used(
    database_url: str, conn: Connection
) -> None:
    async with open_installation(database_url, clock=lambda: NOON) as first:
        await set_settings(first, quotas=limited("error", 3))
        for _ in range(2):
            assert (await first.post_envelope(of(EVENT))).status == 200
    rows = await fetch_all(conn, "SELECT quota, window_start, quantity FROM quota_usage")
    project = first.project_id
    assert rows == [{"quota": f"{project}/hour/error", "window_start": NOON, "quantity": 2}]
    async with open_pool(database_url, application="test", size=1) as pool:
        second = Admission(
            Journal(database_url, hold_bytes=1, hold_seconds=0, on_stored=lambda: None),
            Guards(Settings()),
            processes=2,
            clock=lambda: NOON,
        )
        await second.load(conn)
        await QuotaExchange(pool, second, lambda: NOON).exchange()
    assert second.meter.admit(project, {"error": 2}, NOON)
    assert second.meter.admit(project, {"error": 1}, NOON) == []


async def test_a_process_goes_on_counting_while_the_database_is_away(
    database_url: str, conn: Connection
) -> None:
    settings = Settings(hold_seconds=0.2)
    async with (
        proxied(database_url) as (proxy, url),
        open_installation(url, settings, clock=lambda: NOON) as installation,
    ):
        await set_settings(installation, quotas=limited("error", 1))
        await proxy.cut()
        for _ in range(2):  # what could not be stored is given back
            assert (await installation.post_envelope(of(EVENT))).status == 503
        await proxy.restore()

        async def is_stored() -> bool:
            return (await installation.post_envelope(of(EVENT))).status == 200

        await until(is_stored, what="being stored again")
        assert (await installation.post_envelope(of(EVENT))).status == 429
        assert [row[-1] for row in await counted(conn, 1)] == [1]


async def test_quotas_of_ended_windows_are_forgotten(database_url: str, conn: Connection) -> None:
    hour = 3600
    await conn.execute(
        "INSERT INTO quota_usage VALUES (%(old)s, 'old', 1), (%(late)s, 'late', 1)",
        {"old": NOON - 2 * hour, "late": NOON - hour / 2},
    )
    async with open_installation(database_url, clock=lambda: NOON):

        async def names() -> bool:
            rows = await fetch_all(conn, "SELECT quota FROM quota_usage")
            return [row["quota"] for row in rows] == ["late"]

        await until(names, what="the sweep")


async def test_quotas_nobody_can_read_refuse_nothing(
    installation: Installation, conn: Connection
) -> None:
    await set_settings(installation, quotas=NONE)
    await conn.execute('UPDATE project_settings SET quotas = \'[{"window": "century"}]\'')
    await make_known(installation)
    assert (await installation.post_envelope(of(EVENT))).status == 200
