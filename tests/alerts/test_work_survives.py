"""What becomes of alerts when workers die, services hang, batches fail and the past is replayed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from rustrak.alerts.delivery import TIMEOUT
from rustrak.alerts.history import claim_delivery, end_delivery, postpone_delivery
from rustrak.alerts.send import MOST_ATTEMPTS, Sender
from rustrak.alerts.tasks import resume_alerts
from rustrak.database.pool import Connection, connect, fetch_all, open_pool
from rustrak.digest.replay import Selection, replay_items
from tests.alerts.alerting import (
    SETTINGS,
    add_channel,
    add_rule,
    count,
    decide,
    history,
    hurry,
    open_jobs,
    work,
)
from tests.installation import Installation, until
from tests.made_events import digested, error
from tests.receivers import WebReceiver, web_receiver


@pytest.fixture
async def receiver() -> AsyncIterator[WebReceiver]:
    async with web_receiver() as opened:
        yield opened


@pytest.fixture
async def told(installation: Installation, receiver: WebReceiver) -> Installation:
    """An installation with a rule about new issues, and one to tell."""
    await add_rule(installation, await add_channel(installation, receiver))
    await digested(installation, error())
    return installation


async def test_a_worker_that_died_leaves_a_delivery_that_is_sent_later(
    told: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await decide(conn)
    assert await claim_delivery(conn) is not None  # and then nothing was heard of it
    assert await claim_delivery(conn) is None
    await conn.execute("DELETE FROM procrastinate_jobs")
    await resume_alerts(conn)
    await work(told.database_url)
    assert receiver.requests == []  # it may still be at it
    await hurry(told.database_url)
    await resume_alerts(conn)
    await work(told.database_url)
    (row,) = await history(told)
    assert (row["status"], row["attempt_count"]) == ("sent", 2)


async def test_a_notice_nobody_can_read_is_given_up_and_harms_no_other(
    told: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await decide(conn)
    await conn.execute("UPDATE alert_history SET notice = '{}'")
    for _ in range(MOST_ATTEMPTS):
        await work(told.database_url)
        await hurry(told.database_url)
    (row,) = await history(told)
    assert (row["status"], receiver.requests) == ("failed", [])
    assert row["error_message"] == "unexpected ValidationError"


async def test_a_delivery_that_kills_its_worker_is_given_up(
    told: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await decide(conn)
    for _ in range(MOST_ATTEMPTS):
        assert await claim_delivery(conn) is not None
        await hurry(told.database_url)
    await work(told.database_url)
    (row,) = await history(told)
    assert (row["status"], receiver.requests) == ("failed", [])


async def test_a_worker_thought_dead_changes_nothing_about_the_next_attempt(
    told: Installation, conn: Connection
) -> None:
    await decide(conn)
    zombie = await claim_delivery(conn)
    await hurry(told.database_url)
    second = await claim_delivery(conn)
    assert zombie is not None
    assert second is not None
    assert await postpone_delivery(conn, zombie, timedelta(hours=1), "late", None) is None
    await end_delivery(conn, second, "sent")
    await end_delivery(conn, zombie, "failed", "late")
    (row,) = await history(told)
    assert (row["status"], row["error_message"]) == ("sent", None)


async def test_two_workers_do_not_tell_twice(told: Installation, receiver: WebReceiver) -> None:
    async with open_jobs(told.database_url) as one, open_jobs(told.database_url) as two:
        tasks = [jobs.tasks["decide_alerts"].func for jobs in (one, two)]
        await asyncio.gather(*(task() for task in tasks * 5))
        sends = [jobs.tasks["send_alerts"].func for jobs in (one, two)]
        await asyncio.gather(*(send() for send in sends * 5))
    assert len(receiver.requests) == 1


async def test_a_channel_that_hangs_holds_up_no_other(
    installation: Installation, receiver: WebReceiver
) -> None:
    async with web_receiver() as hanging:
        released = asyncio.Event()

        async def hang(_request: web.Request) -> web.Response:
            await released.wait()
            return web.Response()

        hanging.reply = hang
        for number in range(3):
            slow = await add_channel(installation, hanging, f"slow {number}")
            await add_rule(installation, slow, filters={"tags": {"n": f"{number}"}})
        fast = await add_channel(installation, receiver, "fast")
        await add_rule(installation, fast)
        for number in range(3):
            await digested(installation, error(f"Kind{number}", tags={"n": f"{number}"}))
        working = asyncio.create_task(work(installation.database_url))
        await until(lambda: len(hanging.requests) == 3, what="three hang")
        await until(lambda: receiver.requests, what="the fast one told")
        started = datetime.now(UTC)
        await digested(installation, error("Digested all the same"))
        assert len(await installation.issues()) == 4
        assert datetime.now(UTC) - started < timedelta(seconds=15)
        released.set()
        await working
    assert {row["status"] for row in await history(installation)} == {"sent"}


async def test_what_hangs_and_has_much_to_hear_comes_after_what_works(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    hanging = await add_channel(installation, receiver, "hanging")
    for number in range(3):
        await add_rule(installation, hanging, filters={"tags": {"n": f"{number}"}})
        await digested(installation, error(f"Kind{number}", tags={"n": f"{number}"}))
    await decide(conn)
    first = await claim_delivery(conn)
    assert first is not None
    async with conn.transaction():
        await postpone_delivery(conn, first, timedelta(hours=1), "no answer", None)
    working = await add_channel(installation, receiver, "working")
    await add_rule(installation, working)
    await digested(installation, error("Late"))
    await decide(conn)
    claimed = [await claim_delivery(conn) for _ in range(3)]
    assert [found and found.channel_id for found in claimed] == [working, hanging, None]


async def test_two_senders_do_not_tell_one_channel_at_once(
    told: Installation, conn: Connection
) -> None:
    await decide(conn)
    await conn.execute(
        "INSERT INTO alert_history (alert_rule_id, channel_id, project_id, alert_type,"
        " channel_type, channel_name, idempotency_key, notice)"
        " SELECT alert_rule_id, channel_id, project_id, alert_type, channel_type, channel_name,"
        " 'another', notice FROM alert_history"
    )
    async with await connect(told.database_url, application="test") as other:
        async with conn.transaction():
            assert await claim_delivery(conn) is not None
            second = asyncio.create_task(claim_delivery(other))
            done, _ = await asyncio.wait([second], timeout=0.5)
            assert not done  # it waits to see what the first has claimed
        assert await second is None


@pytest.mark.parametrize("recipients", [1, 50])
async def test_mail_to_many_is_left_alone_for_as_long_as_it_may_take(
    told: Installation, conn: Connection, recipients: int
) -> None:
    many = [f"{number}@ours.example" for number in range(recipients)]
    await conn.execute(
        "UPDATE notification_channels SET config = jsonb_build_object('recipients', %s::text[])",
        (many,),
    )
    await decide(conn)
    assert await claim_delivery(conn) is not None
    (row,) = await fetch_all(conn, "SELECT claimed_until - now() AS left FROM alert_history")
    longest = TIMEOUT * (1 + recipients)  # to be let in, and each letter
    assert longest < row["left"].total_seconds() < longest + 90


async def test_a_worker_that_is_to_stop_begins_no_other_delivery(
    installation: Installation, receiver: WebReceiver
) -> None:
    for name in ("one", "two"):
        await add_rule(
            installation,
            await add_channel(installation, receiver, name),
            filters={"tags": {"n": name}},
        )
        await digested(installation, error(name, tags={"n": name}))
    stop = asyncio.Event()

    async def reply(_request: web.Request) -> web.Response:
        stop.set()
        return web.Response()

    receiver.reply = reply
    async with open_pool(installation.database_url, application="test", size=2) as pool:
        async with pool.connection() as conn:
            await decide(conn)
        sender = Sender(pool, SETTINGS, stop=stop)
        assert await sender.send_due() == 1
    assert len(receiver.requests) == 1
    assert sorted(row["status"] for row in await history(installation)) == ["pending", "sent"]


async def test_a_replay_tells_nobody(
    installation: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    path = f"/api/projects/{installation.project_id}/settings"
    await installation.request("PATCH", path, {"filters": {"messages": ["*no*"]}})
    channel = await add_channel(installation, receiver)
    for kind in ("new_issue", "regression", "unmute", "monitor_missed"):
        await add_rule(installation, channel, alert_type=kind)
    conditions = {"count": 1, "minutes": 60}
    await add_rule(installation, channel, alert_type="event_threshold", conditions=conditions)
    await digested(installation, error(), error(), error(sdk={"name": "rustrak.monitors"}))
    await decide(conn, datetime.now(UTC) + timedelta(minutes=1))
    assert await installation.issues() == []
    await installation.request("PATCH", path, {"filters": {"messages": []}})
    async for _ in replay_items(conn, Selection(("filtered",))):
        pass
    assert len(await installation.issues()) == 1
    await decide(conn, datetime.now(UTC) + timedelta(minutes=2))
    await work(installation.database_url)
    assert receiver.requests == []
    for table in ("alert_occasions", "alert_firings", "alert_history"):
        assert await count(conn, table) == 0, table


async def test_a_batch_that_fails_tells_nothing(
    installation: Installation, conn: Connection
) -> None:
    await add_rule(installation)
    await conn.execute("DELETE FROM procrastinate_jobs")
    await conn.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RAISE EXCEPTION ''no''; END'"
    )
    await conn.execute(
        "CREATE TRIGGER refuse BEFORE DELETE ON inbox FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
    )
    with pytest.raises(Exception, match="no"):
        await digested(installation, error())
    assert await count(conn, "alert_occasions") == 0
    assert await fetch_all(conn, "SELECT FROM procrastinate_jobs WHERE queue_name='alerts'") == []


async def test_one_who_counts_for_long_is_not_joined_by_another(
    told: Installation, conn: Connection
) -> None:
    async with open_jobs(told.database_url) as jobs:
        tend = jobs.tasks["tend_alerts"].func
        async with conn.transaction():
            await conn.execute("LOCK TABLE alert_rules")
            counting = asyncio.create_task(tend(timestamp=0))
            await asyncio.sleep(0)  # it has begun
            async with asyncio.timeout(5):
                await tend(timestamp=60)
            assert not counting.done()
        await counting


async def test_the_worker_looks_after_alerts_once_a_minute(
    told: Installation, conn: Connection, receiver: WebReceiver
) -> None:
    await conn.execute("DELETE FROM procrastinate_jobs")  # lost
    async with open_jobs(told.database_url) as jobs:
        periodic = {p.task.name: p for p in jobs.periodic_registry.periodic_tasks.values()}
        assert periodic["tend_alerts"].cron == "* * * * *"
        assert {task.queue for task in (periodic[name].task for name in periodic)} == {"alerts"}
        await periodic["tend_alerts"].task.func(timestamp=0)
        await periodic["prune_alerts"].task.func(timestamp=0)
    await work(told.database_url)
    assert len(receiver.requests) == 1
