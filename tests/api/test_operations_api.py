"""What operators ask: version, quotas, storage and metrics."""

import gzip
import json
import os
import re
from datetime import UTC, datetime

import pytest

from rustrak import __version__
from rustrak.accounts.access import Role
from rustrak.api import operations
from rustrak.config import Settings, load_settings
from rustrak.database.pool import Connection
from rustrak.errors import ConfigurationError
from tests.installation import Installation, envelope, open_installation, until
from tests.made_events import digested, error
from tests.people import make_token, make_user
from tests.proxy import proxied
from tests.refusals import refusal
from tests.settings import set_installation, set_settings

QUOTA = {"categories": ["error"], "window": "month", "limit": 100, "reason_code": "plan"}


async def test_the_version_is_told_to_people_only(installation: Installation) -> None:
    assert await installation.get("/health/version") == {"version": __version__}
    async with installation.client.get(f"{installation.base_url}/health/version") as response:
        assert response.status == 401


async def test_quotas_say_how_much_of_them_is_used(installation: Installation) -> None:
    assert await installation.get("/api/rate-limits") == []
    await set_settings(installation, quotas=[QUOTA])
    await set_installation(installation, quotas=[{"window": "hour", "limit": 0}])
    await set_installation(installation, quotas=[{"window": "hour", "limit": 50}])
    await digested(installation, error(), error())

    async def both() -> object:
        limits = await installation.get("/api/rate-limits")
        return limits if [limit["used"] for limit in limits] == [2, 2] else None

    whole, ours = await until(both, what="the use exchanged")
    assert {key: ours[key] for key in QUOTA} == QUOTA
    assert (whole["project_id"], ours["project_id"]) == (None, installation.project_id)
    assert (whole["categories"], whole["limit"], whole["reason_code"]) == ([], 50, "quota")
    ends = datetime.fromisoformat(ours["resets_at"])
    assert ours["resets_at"].endswith("Z")
    assert ends > datetime.now(UTC)
    assert (ends.day, ends.hour, ends.minute, ends.second) == (1, 0, 0, 0)


async def test_a_member_sees_the_quotas_of_their_projects_only(
    installation: Installation, conn: Connection
) -> None:
    await set_settings(installation, 0, quotas=[QUOTA])
    await set_settings(installation, 1, quotas=[QUOTA])
    await set_installation(installation, quotas=[QUOTA])
    user = await make_user(conn, "viewer@example.com")
    installation.token = await make_token(
        conn, user, role=(installation.projects[1]["id"], Role.VIEWER)
    )
    limits = await installation.get("/api/rate-limits")
    assert [limit["project_id"] for limit in limits] == [None, installation.projects[1]["id"]]


async def test_storage_is_summed_up_by_week_and_table(installation: Installation) -> None:
    await digested(installation, error())
    summary = await installation.get("/api/storage/summary")
    assert list(summary) == ["database_bytes", "ledger_bytes", "ledger", "tables"]
    weeks = summary["ledger"]
    assert [list(week) for week in weeks] == [["name", "bytes", "rows", "week"]] * len(weeks)
    named = {week["name"]: week["week"] for week in weeks}
    assert named.pop("envelopes_default") is None
    for name, week in named.items():
        assert datetime.fromisoformat(week).weekday() == 0
        assert week[:10].replace("-", "") == name.removeprefix("envelopes_")
    assert summary["ledger_bytes"] == sum(week["bytes"] for week in weeks)
    tables = {table["name"]: table["bytes"] for table in summary["tables"]}
    assert {"events", "issues", "users", "decisions"} <= set(tables)
    assert not any(name.startswith("envelopes") for name in tables)
    assert list(tables.values()) == sorted(tables.values(), reverse=True)
    assert sum(tables.values()) + summary["ledger_bytes"] < summary["database_bytes"]


async def test_storage_of_each_project_is_counted_while_the_ledger_is_small(
    installation: Installation,
) -> None:
    (event,) = await digested(installation, error())
    body = envelope({"event_id": event}, ({"type": "attachment", "filename": "a"}, b"x" * 10))
    assert (await installation.post_envelope(body)).status == 200
    await installation.digest()
    answer = await installation.get("/api/storage/projects")
    assert (answer["sampled_percent"], answer["is_estimate"]) == (100.0, False)
    ours, theirs = answer["projects"]
    assert (ours["project_id"], ours["name"], ours["envelopes"]) == (
        installation.project_id,
        "Ours",
        2,
    )
    assert (ours["events"], ours["attachments"], ours["attachment_bytes"]) == (1, 1, 10)
    sent = envelope({"event_id": event}, ({"type": "event"}, json.dumps(error()).encode()))
    assert ours["ledger_bytes"] == pytest.approx(len(body) + len(gzip.compress(sent)), abs=4)
    assert {key: theirs[key] for key in ("envelopes", "ledger_bytes", "events")} == {
        "envelopes": 0,
        "ledger_bytes": 0,
        "events": 0,
    }


async def test_a_large_ledger_is_estimated_and_says_so(
    installation: Installation, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await conn.execute(
        "INSERT INTO envelopes (project_id, event_id, form, encoding, items, client, remote_addr,"
        " body) SELECT 1 + n % 2, gen_random_uuid(), 'envelope', '', 1, '', '',"
        " decode(repeat('ab', 2000), 'hex') FROM generate_series(1, 4000) AS n"
    )
    monkeypatch.setattr(operations, "SAMPLE", 4 * 1024 * 1024)
    answer = await installation.get("/api/storage/projects")
    assert answer["is_estimate"]
    assert 1 < answer["sampled_percent"] < 100
    for project in answer["projects"]:
        assert project["envelopes"] == pytest.approx(2000, rel=0.5)
        assert project["ledger_bytes"] == pytest.approx(2000 * project["envelopes"], rel=0.01)


async def test_storage_is_shown_to_administrators_only(
    installation: Installation, conn: Connection
) -> None:
    user = await make_user(conn, "admin-of-one@example.com")
    installation.token = await make_token(conn, user, role=(installation.project_id, Role.ADMIN))
    for path in ("/api/storage/summary", "/api/storage/projects"):
        assert (await refusal(installation, "GET", path, 403))[0] == "Forbidden"


LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? [0-9.e+]+')


async def metrics(installation: Installation) -> dict[str, str]:
    """Values by name and labels, after a look at the form of every line."""
    async with installation.client.get(f"{installation.base_url}/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        text = await response.text()
    assert text.endswith("\n")
    lines = [line for line in text.splitlines() if not line.startswith(("# HELP ", "# TYPE "))]
    for line in lines:
        assert LINE.fullmatch(line), line
    return dict(line.rsplit(" ", 1) for line in lines)


async def test_metrics_are_off_unless_they_are_wanted(installation: Installation) -> None:
    kind, message = await refusal(installation, "GET", "/metrics", 404)
    assert (kind, message) == (
        "NotFound",
        "Resource not found: metrics are off; RUSTRAK_METRICS=on turns them on",
    )
    assert load_settings({"RUSTRAK_METRICS": "ON"}).metrics == "on"
    with pytest.raises(ConfigurationError, match="RUSTRAK_METRICS"):
        load_settings({"RUSTRAK_METRICS": "yes"})


async def test_metrics_tell_of_queue_outcomes_and_database(database_url: str) -> None:
    async with open_installation(database_url, Settings(metrics="on")) as installation:
        await digested(installation, error())
        await installation.send(error())
        found = await metrics(installation)
    assert found["rustrak_database_up"] == found["rustrak_intake_open"] == "1"
    assert found["rustrak_inbox_envelopes"] == "1"
    assert int(found["rustrak_inbox_bytes"]) > 0
    assert 0 <= float(found["rustrak_digest_lag_seconds"]) < 60
    assert found['rustrak_items_total{category="event",outcome="applied"}'] == "1"
    assert found[f'rustrak_info{{version="{__version__}"}}'] == "1"
    assert int(found["rustrak_database_bytes"]) > 1_000_000
    assert int(found["process_resident_memory_bytes"]) > os.sysconf("SC_PAGE_SIZE")


async def test_metrics_ask_the_database_rarely_and_quote_what_clients_say(
    database_url: str, conn: Connection
) -> None:
    async with open_installation(database_url, Settings(metrics="on")) as installation:
        await conn.execute(
            "INSERT INTO outcomes VALUES (1, now(), 'a\"b\\c' || chr(10), 'applied', '', 7)"
        )
        async with installation.client.get(f"{installation.base_url}/metrics") as response:
            text = await response.text()
        assert 'rustrak_items_total{category="a\\"b\\\\c\\n",outcome="applied"} 7\n' in text
        await conn.execute("DELETE FROM outcomes")
        async with installation.client.get(f"{installation.base_url}/metrics") as response:
            assert 'outcome="applied"} 7\n' in await response.text()


async def test_metrics_say_that_the_database_is_away(database_url: str) -> None:
    settings = Settings(metrics="on")
    async with proxied(database_url) as (proxy, url), open_installation(url, settings) as opened:
        await proxy.cut()
        found = await metrics(opened)
        await proxy.restore()
    assert found["rustrak_database_up"] == "0"
    assert "process_resident_memory_bytes" in found
    assert "rustrak_inbox_envelopes" not in found


async def test_how_the_installation_is_doing(installation: Installation) -> None:
    await installation.send(error())
    await installation.send(error())
    found = await installation.get("/api/health")
    assert (found["backlog"], found["parked"], found["digesters"]) == (2, 0, 0)
    assert found["oldest_waiting"] is not None
    assert found["postgres_version"][:2].isdigit()
    await installation.digest()
    found = await installation.get("/api/health")
    assert (found["backlog"], found["oldest_waiting"]) == (0, None)
    assert found["digesters"] >= 1
