"""Whose event is it: every place a DSN key may stand in, and one answer to every stranger."""

import asyncio
import base64
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from rustrak.database.pool import Connection, open_pool
from rustrak.errors import Forbidden, Overloaded
from rustrak.ingest import keys as keys_module
from rustrak.ingest.keys import Keys
from tests.installation import Installation, envelope, until
from tests.proxy import proxied

STRANGER = "no such project or key; check the DSN"


def body(**headers: Any) -> bytes:
    return envelope(headers, ({"type": "event"}, b"{}"))


async def post(
    installation: Installation,
    data: bytes = b"",
    *,
    project: Any = None,
    query: str = "",
    **headers: str,
) -> tuple[int, str]:
    """Status and detail ('' on 200) of a post without any credentials but the given."""
    project = installation.project_id if project is None else project
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"{installation.base_url}/api/{project}/envelope/{query}"
    async with installation.client.post(url, data=data or body(), headers=given) as response:
        answer = await response.json()
        assert list(answer) == (["id"] if response.status == 200 else ["detail"])
        return response.status, answer.get("detail", "")


def dashed(key: str) -> str:
    return "-".join((key[:8], key[8:12], key[12:16], key[16:20], key[20:]))


async def test_every_place_for_a_key_is_looked_into(installation: Installation) -> None:
    key = installation.key
    basic = base64.b64encode(f"{key}:".encode()).decode()
    places: list[dict[str, Any]] = [
        {"X_Sentry_Auth": f"Sentry sentry_version=7, sentry_client=raven/1, sentry_key={key}"},
        {"X_Sentry_Auth": f"sentry sentry_key={key},sentry_version=5"},
        {"X_Sentry_Auth": f"SENTRY  sentry_key = {key} , sentry_secret=x, other=1"},
        {"X_Sentry_Auth": f"Sentry sentry_key={key.upper()}"},
        {"X_Sentry_Auth": f"Sentry sentry_key={dashed(key)}"},
        {"X_Sentry_Auth": f"Sentry sentry_key={key}.no-cache"},
        {"Authorization": f"Sentry sentry_key={key}"},
        {"Authorization": f"Basic {basic}"},
        {"query": f"?sentry_key={key}"},
        {"query": f"?sentry_version=7&sentry_client=a%2F1&sentry_key={key}&x=y"},
    ]
    for place in places:
        assert await post(installation, **place) == (200, ""), place
    assert await post(installation, body(dsn=installation.dsn())) == (200, "")


async def test_no_or_broken_credentials_are_refused(installation: Installation) -> None:
    key = installation.key
    places: list[dict[str, Any]] = [
        {},
        {"Authorization": f"Bearer {key}"},
        {"X_Sentry_Auth": "Sentry "},
        {"X_Sentry_Auth": "Sentry sentry_key"},
        {"X_Sentry_Auth": "Sentry sentry_key="},
        {"X_Sentry_Auth": f"Bearer sentry_key={key}"},
        {"X_Sentry_Auth": f"Sentry key={key}"},
        {"X_Sentry_Auth": f"Sentry sentry_key={key[:-1]}"},
        {"X_Sentry_Auth": f"Sentry sentry_key={key}0"},
        {"X_Sentry_Auth": f"Sentry sentry_key={'x' * 5000}"},
        {"X_Sentry_Auth": "x" * 5000},
        {"query": "?sentry_key=x"},
        {"query": "?sentry_key=%ff%00"},
        {"query": "?sentry_key="},
    ]
    for place in places:
        status, detail = await post(installation, **place)
        assert status == 401, place
        assert key[:16] not in detail


async def test_a_protocol_of_the_future_is_refused(installation: Installation) -> None:
    key = installation.key
    for version, expected in (("7", 200), ("2", 200), ("", 200), ("x", 200), ("8", 400)):
        header = f"Sentry sentry_key={key}, sentry_version={version}"
        assert (await post(installation, X_Sentry_Auth=header))[0] == expected, version
    header = f"Sentry sentry_key={key}, sentry_version={'9' * 5000}"
    assert (await post(installation, X_Sentry_Auth=header))[0] == 400


async def test_strangers_are_all_told_the_same(installation: Installation) -> None:
    theirs, unknown = installation.projects[1], uuid4().hex
    for project, key in (
        (installation.project_id, unknown),
        (4711, installation.key),
        (9_999_999_999, installation.key),
        (4711, unknown),
        (theirs["id"], installation.key),
        (installation.project_id, theirs["sentry_key"].hex),
    ):
        header = f"Sentry sentry_key={key}"
        assert await post(installation, project=project, X_Sentry_Auth=header) == (403, STRANGER)
    dsn = installation.dsn().replace(installation.key, unknown)
    assert await post(installation, body(dsn=dsn)) == (403, STRANGER)


async def test_a_header_wins_over_the_query(installation: Installation) -> None:
    good, bad = f"Sentry sentry_key={installation.key}", f"Sentry sentry_key={uuid4().hex}"
    query = f"?sentry_key={uuid4().hex}"
    assert (await post(installation, query=query, X_Sentry_Auth=good))[0] == 200
    query = f"?sentry_key={installation.key}"
    assert (await post(installation, query=query, X_Sentry_Auth=bad))[0] == 403


async def test_an_envelope_dsn_must_agree_with_the_request(installation: Installation) -> None:
    header = {"X_Sentry_Auth": f"Sentry sentry_key={installation.key}"}
    elsewhere = f"https://{dashed(installation.key)}@tunnel.example/{installation.project_id}"
    for dsn in (installation.dsn(), elsewhere, None, 7, "", "no dsn", "http://[", "x" * 5000):
        assert await post(installation, body(dsn=dsn), **header) == (200, ""), dsn
    other_key = installation.dsn().replace(installation.key, uuid4().hex)
    other_project = installation.dsn().rpartition("/")[0] + "/4711"
    for dsn in (installation.dsn(1), other_key, other_project):
        status, detail = await post(installation, body(dsn=dsn), **header)
        assert (status, detail) == (400, "the DSN in the envelope is not that of the request")
    assert (await post(installation, body(dsn=installation.dsn(1))))[0] == 400


async def test_an_envelope_dsn_that_is_none_is_no_credential(installation: Installation) -> None:
    wrong: list[Any] = [None, 7, [], "", "no dsn", "http://[", f"http://{installation.key}@h/"]
    for dsn in wrong:
        assert (await post(installation, body(dsn=dsn)))[0] == 401, dsn


async def test_any_bytes_may_stand_in_the_user_agent(installation: Installation) -> None:
    host = installation.base_url.removeprefix("http://")
    data = body(dsn=installation.dsn())
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(
        f"POST /api/{installation.project_id}/envelope/ HTTP/1.1\r\nHost: {host}\r\n"
        f"Content-Length: {len(data)}\r\nConnection: close\r\nUser-Agent: ".encode()
        + b"caf\xe9 \xff\r\n\r\n"
        + data
    )
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_a_project_made_a_moment_ago_is_known_at_once(installation: Installation) -> None:
    made = await installation.request("POST", "/api/projects", {"name": "New"}, 201)
    header = f"Sentry sentry_key={made['sentry_key']}"

    async def is_accepted() -> bool:
        status, _ = await post(installation, project=made["id"], X_Sentry_Auth=header)
        return status == 200

    await until(is_accepted, seconds=2, what="the new key's acceptance")


async def test_a_revoked_key_is_forgotten_at_the_next_refresh(
    installation: Installation, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "REFRESH", 0.01)
    async with open_pool(installation.database_url, application="test", size=1) as pool:
        keys = Keys(pool)
        refreshing = asyncio.create_task(keys.run())
        assert await keys.project_of(installation.key, None) == installation.project_id
        await conn.execute("UPDATE dsn_keys SET revoked_at = now()")

        async def is_refused() -> bool:
            with suppress(Forbidden):
                await keys.project_of(installation.key, None)
                return False
            return True

        await until(is_refused)
        refreshing.cancel()
        with suppress(asyncio.CancelledError):
            await refreshing


async def test_keys_outlive_an_outage_but_none_is_made_up_in_one(
    installation: Installation,
) -> None:
    key = installation.key
    async with (
        proxied(installation.database_url) as (proxy, url),
        open_pool(url, application="test", size=1) as pool,
    ):
        known, fresh = Keys(pool), Keys(pool)
        await known.project_of(key, None)
        await proxy.cut()
        assert await known.project_of(key, None) == installation.project_id
        with pytest.raises(Overloaded):
            await fresh.project_of(key, None)
