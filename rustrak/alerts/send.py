"""Sending: one delivery at a time, tried again with growing pauses.

The network is asked outside of any transaction. A worker that dies between sending and writing it
down leaves a delivery that is sent once more, under the same key.
"""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from rustrak.alerts.delivery import Context, Delivered
from rustrak.alerts.history import (
    Delivery,
    claim_delivery,
    end_delivery,
    find_destination,
    postpone_delivery,
)
from rustrak.alerts.notice import Notice, sample_notice
from rustrak.config import Settings
from rustrak.database.pool import Pool
from rustrak.errors import DeliveryFailed, Invalid
from rustrak.jobs import DELIVERIES, SEND_ALERTS, defer
from rustrak.logging import Note, log

MOST_ATTEMPTS: Final = 6
FIRST_PAUSE: Final = 60.0  # seconds
GROWTH: Final = 4  # a minute, 4, 16, 64 and 256: five and a half hours in all
JITTER: Final = 0.1  # of a pause, so that what failed together does not come back together


@dataclass(frozen=True, slots=True)
class Sender:
    """What sending takes. `origins` as in `Context`; nothing is begun once `stop` is set."""

    pool: Pool
    settings: Settings
    origins: Mapping[str, str] = field(default_factory=dict)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def send_due(self) -> int:
        """Send what is due until nothing is; how many deliveries were tried."""
        tried = 0
        while not self.stop.is_set() and await self.send_next():
            tried += 1
        return tried

    async def send_next(self) -> bool:
        """Claim one delivery and try it; False if none is due."""
        async with self.pool.connection() as conn:
            delivery = await claim_delivery(conn)
            if delivery is None:
                return False
            config, obstacle = await find_destination(conn, delivery)
            if obstacle or delivery.attempt > MOST_ATTEMPTS:
                status = "skipped" if obstacle else "failed"
                await end_delivery(conn, delivery, status, obstacle or "no attempt ever ended")
                return True
        try:
            delivered = await self._send(delivery, config)
        except DeliveryFailed as error:
            await self._note_failure(delivery, error)
        else:
            async with self.pool.connection() as conn:
                await end_delivery(conn, delivery, "sent", http_status=delivered.http_status)
            log.info(Note.ALERT_SENT, delivery=delivery.id, channel=delivery.channel_id)
        return True

    async def test(self, kind: str, config: Mapping[str, object]) -> Delivered:
        """Send what the test button sends. Raises DeliveryFailed."""
        notice = sample_notice(datetime.now(UTC))
        context = Context(self.settings, notice.alert_id, origins=self.origins)
        return await _tell(kind, config, notice, context)

    async def _send(self, delivery: Delivery, config: Mapping[str, object]) -> Delivered:
        context = Context(self.settings, delivery.key, origins=self.origins)
        try:
            notice = Notice.model_validate(delivery.notice)
            return await _tell(delivery.channel_type, config, notice, context)
        except DeliveryFailed:
            raise
        except Exception as error:  # a bug of ours must not be repeated for ever
            log.exception(Note.ALERT_FAILED, delivery=delivery.id, channel=delivery.channel_id)
            raise DeliveryFailed(f"unexpected {type(error).__name__}", retry=True) from error

    async def _note_failure(self, delivery: Delivery, error: DeliveryFailed) -> None:
        log.warning(
            Note.ALERT_FAILED,
            delivery=delivery.id,
            channel=delivery.channel_id,
            attempt=delivery.attempt,
            error=str(error),
        )
        async with self.pool.connection() as conn:
            if not error.retry or delivery.attempt >= MOST_ATTEMPTS:
                await end_delivery(conn, delivery, "failed", str(error), error.http_status)
                return
            delay = pause_after(delivery.attempt, error.retry_after)
            async with conn.transaction():
                at = await postpone_delivery(conn, delivery, delay, str(error), error.http_status)
                if at is not None:
                    await defer(conn, SEND_ALERTS, DELIVERIES, at)


def pause_after(attempt: int, retry_after: int | None) -> timedelta:
    """How long to wait after the n-th failed attempt; at least what the other side asked for."""
    pause = FIRST_PAUSE * GROWTH ** (attempt - 1)
    pause = max(pause, retry_after or 0)
    return timedelta(seconds=pause * (1 + JITTER * random.random()))  # noqa: S311 - no secret


async def _tell(
    kind: str, config: Mapping[str, object], notice: Notice, context: Context
) -> Delivered:
    """Tell a notice through a channel as it is stored. Raises DeliveryFailed."""
    from rustrak.alerts import channels  # an HTTP client: 8 MB that a worker without alerts saves

    try:
        known = channels.read_config(kind, config)
    except Invalid as error:  # written by another version, or by hand
        raise DeliveryFailed(f"the channel's configuration: {error}", retry=False) from None
    return await channels.send(kind, known, notice, context)
