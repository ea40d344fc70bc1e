"""Items that are no events are scrubbed like them, where they are listed and where they stay."""

import json
import uuid
from typing import Any

import pytest

from rustrak.database.pool import Connection, fetch_all
from rustrak.ledger.envelopes import StoredEnvelope
from tests.installation import Installation, envelope
from tests.settings import set_settings

SECRET = "hunter2-secret"
CARD = "4111 1111 1111 1111"
TRACE, SPAN = "4111111111111111" * 2, "4111111111111111"  # digits alone, with a valid sum

LOG = {
    "items": [
        {
            "timestamp": 1_700_000_000.0,
            "level": "info",
            "trace_id": TRACE,
            "span_id": SPAN,
            "body": f"login with password={SECRET}",
            "attributes": {
                "user.password": {"value": SECRET, "type": "string"},
                "shop": {"value": "eu", "type": "string"},
            },
        }
    ]
}
OTLP = {
    "resourceLogs": [
        {
            "scopeLogs": [
                {
                    "logRecords": [
                        {
                            "timeUnixNano": "1700000000000000000",
                            "severityText": "INFO",
                            "traceId": TRACE,
                            "spanId": SPAN,
                            "body": {"stringValue": f"card {CARD}"},
                            "attributes": [{"key": "api_key", "value": {"stringValue": SECRET}}],
                        }
                    ]
                }
            ]
        }
    ]
}
TRANSACTION = {
    "type": "transaction",
    "transaction": f"/pay?token={SECRET}",
    "start_timestamp": 1_700_000_000.0,
    "timestamp": 1_700_000_001.0,
    "contexts": {"trace": {"trace_id": TRACE, "span_id": SPAN, "op": "http.server"}},
}
REPORT = {"event_id": uuid.uuid4().hex, "name": "Ada", "email": "a@b.cd", "comments": f"my {CARD}"}
ITEMS: dict[str, Any] = {
    "log": LOG,
    "otlp_logs": OTLP,
    "transaction": TRANSACTION,
    "user_report": REPORT,
}


async def send_all(installation: Installation) -> None:
    body = envelope(
        {"event_id": uuid.uuid4().hex},
        *(({"type": kind}, json.dumps(payload).encode()) for kind, payload in ITEMS.items()),
    )
    response = await installation.post_envelope(body)
    assert response.status == 200, await response.text()
    await installation.digest()


async def shown(installation: Installation) -> dict[str, Any]:
    place = f"/api/projects/{installation.project_id}"
    logs = (await installation.get(f"{place}/logs"))["items"]
    return {
        "logs": [await installation.get(f"{place}/logs/{log['id']}") for log in logs],
        "feedback": (await installation.get(f"{place}/feedback"))["items"],
    }


@pytest.mark.parametrize("mode", ["projection", "intake"])
async def test_no_secret_of_an_item_is_shown(
    installation: Installation, conn: Connection, mode: str
) -> None:
    await set_settings(installation, scrubbing={"mode": mode})
    await send_all(installation)
    found = await shown(installation)
    spans = await fetch_all(conn, "SELECT name, trace_id, span_id FROM spans")
    logs = await fetch_all(conn, "SELECT body, trace_id, span_id FROM logs ORDER BY body")

    (attributes,) = [log["attributes"] for log in found["logs"] if "shop" in log["attributes"]]
    assert attributes["shop"] == "eu"
    told = json.dumps([found, spans, logs], default=str)
    assert SECRET not in told
    assert CARD not in told
    assert [row["body"] for row in logs] == ["card [Filtered]", "login with password=[Filtered]"]
    assert spans[0]["name"] == "/pay?token=[Filtered]"
    assert found["feedback"][0]["message"] == "my [Filtered]"
    assert {row["trace_id"].hex for row in (*spans, *logs)} == {TRACE}
    assert {row["span_id"] for row in (*spans, *logs)} == {SPAN}
    assert (await installation.books())[installation.project_id].is_even


@pytest.mark.parametrize(("mode", "is_kept"), [("projection", True), ("intake", False)])
async def test_the_ledger_keeps_what_the_mode_says(
    installation: Installation, conn: Connection, mode: str, is_kept: bool
) -> None:
    await set_settings(installation, scrubbing={"mode": mode})
    await send_all(installation)
    (row,) = await fetch_all(
        conn,
        "SELECT position, received_at, project_id, event_id, form, encoding, items, remote_addr,"
        " body FROM envelopes",
    )
    payloads = [item.payload for item in StoredEnvelope(**row).open().items]
    assert len(payloads) == len(ITEMS)
    assert any(SECRET.encode() in payload for payload in payloads) is is_kept
