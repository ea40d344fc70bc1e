"""The items of the real Python SDK, as it writes them today, become the rows they mean."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk import logger
from sentry_sdk.crons import capture_checkin
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from rustrak.items.checkins import read_check_in
from rustrak.items.logs import read_logs
from rustrak.items.schedules import MonitorConfig
from rustrak.items.sessions import read_session
from rustrak.items.spans import read_transaction
from rustrak.protocol.envelope import parse_envelope


class Kept(Transport):
    """A transport that keeps what it is given, as bytes."""

    def __init__(self, options: Any) -> None:
        super().__init__(options)
        self.bodies: list[bytes] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.bodies.append(envelope.serialize())

    def read(self, kind: str, reader: Any) -> Any:
        """What a reader makes of the only item of its kind."""
        found = [
            reader(item.payload, envelope.headers, received_at=datetime.now(UTC))
            for envelope in map(parse_envelope, self.bodies)
            for item in envelope.items
            if item.type == kind
        ]
        (only,) = found
        return only


@pytest.fixture
def sdk() -> Iterator[Kept]:
    """The SDK, sending to a list."""
    client = sentry_sdk.Client(
        dsn="http://a@localhost/1",
        transport=Kept,
        default_integrations=False,
        release="shop@1.0",
        environment="qa",
        traces_sample_rate=1.0,
        enable_logs=True,
    )
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope() as scope:
        scope.set_client(client)
        yield client.transport
    client.close(timeout=0)


def test_a_session_of_the_sdk_counts_once(sdk: Kept) -> None:
    scope = sentry_sdk.get_isolation_scope()
    scope.set_user({"id": 42})
    scope.start_session(session_mode="application")
    scope.end_session()
    sentry_sdk.flush()

    (found,) = sdk.read("session", read_session)
    assert (found.total, found.errored) == (1, 0)
    assert (found.release, found.environment) == ("shop@1.0", "qa")
    assert found.key == f"{found.sid}:total"
    assert found.user


def test_a_check_in_of_the_sdk_configures_its_monitor(sdk: Kept) -> None:
    config = {"schedule": {"type": "interval", "value": 10, "unit": "minute"}, "max_runtime": 5}
    check_in_id = capture_checkin("nightly", status="in_progress", monitor_config=config)
    sentry_sdk.flush()

    found = sdk.read("check_in", read_check_in)
    assert (found.monitor_slug, found.status) == ("nightly", "in_progress")
    assert found.check_in_id == check_in_id
    assert (found.environment, found.release, found.duration) == ("qa", "shop@1.0", None)
    assert found.config == MonitorConfig((10, "minute"), max_runtime=5)


def test_a_transaction_of_the_sdk_is_a_segment(sdk: Kept) -> None:
    with sentry_sdk.start_transaction(name="GET /cart", op="http.server") as transaction:
        with sentry_sdk.start_span(op="db", name="SELECT"):
            pass
        transaction.set_status("not_found")
    sentry_sdk.flush()

    found = sdk.read("transaction", read_transaction)
    assert (found.name, found.op, found.status) == ("GET /cart", "http.server", "not_found")
    assert (found.is_failure, found.children, found.release) == (True, 1, "shop@1.0")
    assert (found.trace_id, found.span_id) == (transaction.trace_id, transaction.span_id)
    assert found.duration_ms is not None
    assert datetime.now(UTC) - found.timestamp < timedelta(minutes=1)


def test_a_log_line_of_the_sdk_is_read(sdk: Kept) -> None:
    logger.warning("disk {percent} full", percent=97)
    sentry_sdk.flush()

    (found,) = sdk.read("log", read_logs)
    assert (found.level, found.severity, found.body) == ("warn", 13, "disk 97 full")
    assert (found.release, found.environment) == ("shop@1.0", "qa")
    assert found.attributes["sentry.message.parameter.percent"] == "97"
    assert len(found.trace_id) == 32
