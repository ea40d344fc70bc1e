"""kill -9 of a worker while a webhook is being told: it is told again, under the same key."""

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from tests.acceptance.processes import PATIENCE, Process
from tests.acceptance.site import Site
from tests.installation import until
from tests.made_events import error
from tests.receivers import LOOPBACK, WebReceiver, web_receiver

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(sys.platform != "linux", reason="as the other kills"),
]

EVENT = {**error(), "event_id": "9ec79c33ec9942ab8353589fcb2e04dc"}


@pytest.fixture
async def receiver() -> AsyncIterator[WebReceiver]:
    async with web_receiver() as opened:
        yield opened


async def test_a_worker_killed_while_it_tells_tells_once_more_under_the_same_key(
    site: Site, receiver: WebReceiver
) -> None:
    async def hang(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    receiver.reply = hang
    await listen(site, receiver)
    await site.start_web()
    worker = start_worker(site)
    await site.send(EVENT)
    await until(lambda: receiver.requests, seconds=PATIENCE, what="somebody told")
    worker.kill()
    receiver.reply = None
    (left,) = await site.rows("SELECT status, attempt_count FROM alert_history")
    assert left == {"status": "pending", "attempt_count": 1}
    await site.rows("UPDATE alert_history SET claimed_until = now() RETURNING id")
    start_worker(site)
    await until(lambda: is_sent(site), seconds=PATIENCE, what="told again")
    first, second = receiver.requests
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body
    await site.assert_even_books()


async def is_sent(site: Site) -> bool:
    (row,) = await site.rows("SELECT status, attempt_count FROM alert_history")
    return row == {"status": "sent", "attempt_count": 2}


async def listen(site: Site, receiver: WebReceiver) -> None:
    """A rule about new issues that tells the receiver."""
    await site.rows(
        "WITH rule AS (INSERT INTO alert_rules (project_id, name, alert_type)"
        " VALUES (%(project)s, 'new', 'new_issue') RETURNING id), channel AS ("
        "INSERT INTO notification_channels (name, channel_type, config)"
        " VALUES ('hook', 'webhook', jsonb_build_object('url', %(url)s::text)) RETURNING id)"
        " INSERT INTO alert_rule_channels SELECT rule.id, channel.id FROM rule, channel"
        " RETURNING channel_id",
        project=site.project_id,
        url=receiver.url,
    )


def start_worker(site: Site) -> Process:
    """A worker that may tell this machine."""
    return site.processes.rustrak("worker", RUSTRAK_ALERT_ALLOWED_NETWORKS=LOOPBACK)
