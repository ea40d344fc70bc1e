"""Spans and log lines for tests: made by hand, or by the real Python SDK."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sentry_sdk

from tests.installation import Installation, envelope

TRACE, OTHER_TRACE = "4c79f60c11214eb38604f4ae0781bfb2", "5b8efff798038103d269b633813fc60c"


def seconds_ago(seconds: float) -> float:
    """A time as SDKs write it, of a clock that may be moved for nobody."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).timestamp()


def transaction(
    name: str = "GET /cart",
    *,
    ms: float = 100,
    status: str = "ok",
    ago: float = 60,
    trace_id: str = TRACE,
    span_id: str = "",
    **attributes: Any,
) -> dict[str, Any]:
    """A transaction that ended `ago` seconds before now."""
    trace = {"trace_id": trace_id, "span_id": span_id, "op": "http.server", "status": status}
    ended = seconds_ago(ago)
    times = {"start_timestamp": ended - ms / 1000, "timestamp": ended}
    return {"transaction": name, "contexts": {"trace": trace}, **times, **attributes}


def line(body: str, *, level: str = "info", ago: float = 60, **attributes: Any) -> dict[str, Any]:
    """A log line written `ago` seconds before now; dots in names are written as underscores."""
    named = {name.replace("_", "."): {"value": value} for name, value in attributes.items()}
    written = {"timestamp": seconds_ago(ago), "trace_id": TRACE, "level": level, "body": body}
    return {**written, "attributes": named}


async def send_item(
    installation: Installation, kind: str, payload: Any, *, project: int = 0, times: int = 1
) -> None:
    """Send an item of a type, the same bytes as often as told."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    body = envelope({}, ({"type": kind}, raw))
    for _ in range(times):
        response = await installation.post_envelope(body, project=project)
        assert response.status == 200, await response.text()


async def send_lines(installation: Installation, *lines: dict[str, Any], project: int = 0) -> None:
    """Send lines as one item, and digest them."""
    await send_item(installation, "log", {"items": list(lines)}, project=project)
    await installation.digest()


async def send_transactions(
    installation: Installation, *transactions: dict[str, Any], project: int = 0
) -> None:
    """Send each in an envelope of its own, and digest them."""
    for made in transactions:
        await send_item(installation, "transaction", made, project=project)
    await installation.digest()


@asynccontextmanager
async def sdk(installation: Installation, **options: Any) -> AsyncIterator[None]:
    """The real SDK, sending to the first project; at the end all of it is there and digested."""
    client = sentry_sdk.Client(
        dsn=installation.dsn(),
        default_integrations=False,
        release="shop@1.0",
        environment="qa",
        traces_sample_rate=1.0,
        **options,
    )
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope() as scope:
        scope.set_client(client)
        yield
        await asyncio.to_thread(client.close, timeout=10)
    await installation.digest()
