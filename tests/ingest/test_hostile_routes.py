"""Every way in, whatever comes: the right refusal in JSON, and the next good event is taken."""

import gzip
import json
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import brotli
from aiohttp import ClientResponse

from rustrak.config import Settings
from rustrak.ingest.routes import ENDPOINTS
from tests.ingest.kept import kept
from tests.ingest.test_security_endpoint import CSP
from tests.installation import Installation, envelope, open_installation
from tests.made_events import error
from tests.protocol.test_minidump import DUMP

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
EVENT_ID = "9ec79c33ec9942ab8353589fcb2e04dc"
PROJECT = "/api/{project_id}"
PART = b'--b\r\nContent-Disposition: form-data; name="upload_file_minidump"; filename="a"\r\n\r\n'
FORM = PART + DUMP + b"\r\n--b--\r\n"
FORM_TYPE = "multipart/form-data; boundary=b"
REPORT = json.dumps({"event_id": EVENT_ID, "comments": "it broke"}).encode()
EVENT = json.dumps(error()).encode()

LIMITS = Settings(max_event_bytes=20_000, max_envelope_bytes=60_000, max_wire_bytes=60_000)


@dataclass(frozen=True)
class Case:
    """A good request to an endpoint, and which bad bodies it takes nevertheless."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    query: str = ""
    takes: frozenset[str] = field(default_factory=frozenset)
    dsn: str = ""  # where the credentials are when the key in the query is none


ANY_BYTES = frozenset({"broken JSON", "a list", "a number", "noise", "deep", "half"})
SECURITY = Case(json.dumps(CSP).encode())
OTLP = Case(b'{"resourceLogs": []}', takes=frozenset({"deep"}))
CHECK_IN = Case(b'{"status": "ok"}', 202)
STORE = Case(EVENT)
CASES: Mapping[str, Case] = {
    PROJECT + "/envelope": Case(envelope({}, ({"type": "event"}, EVENT))),
    PROJECT + "/store": STORE,
    "/api/store": STORE,
    PROJECT + "/security": SECURITY,
    PROJECT + "/csp-report": SECURITY,
    PROJECT + "/nel": SECURITY,
    PROJECT + "/minidump": Case(FORM, content_type=FORM_TYPE),
    PROJECT + "/unreal/{sentry_key}": Case(b"crash", takes=ANY_BYTES),
    PROJECT + "/events/{event_id}/attachments": Case(FORM, 201, FORM_TYPE),
    PROJECT + "/cron/{monitor_slug}": CHECK_IN,
    PROJECT + "/cron/{monitor_slug}/{sentry_key}": CHECK_IN,
    PROJECT + "/integration/otlp/v1/traces": OTLP,
    PROJECT + "/integration/otlp/v1/logs": OTLP,
    PROJECT + "/otlp/v1/traces": OTLP,
    PROJECT + "/otlp/v1/logs": OTLP,
    "/api/embed/error-page": Case(b"comments=x", query=f"&eventId={EVENT_ID}", dsn="query"),
    "/api/0/projects/{organization}/{project}/user-feedback": Case(REPORT, dsn="header"),
    "/js-sdk-loader/{file}": Case(b"", content_type=""),
}
POSTED = {path: case for path, case in CASES.items() if "POST" in ENDPOINTS[path]}
BAD_BODIES: Mapping[str, bytes] = {
    "empty": b"",
    "broken JSON": b'{"a": ',
    "a list": b"[]",
    "a number": b"7",
    "noise": b"\xff\xfe\0\x01" * 50,
    "deep": b"[" * 5000,
}


def filled(path: str, installation: Installation, **other: Any) -> str:
    values = dict.fromkeys(("monitor_slug", "organization", "project"), "any")
    values |= {"sentry_key": installation.key, "event_id": EVENT_ID}
    values |= {"project_id": str(installation.project_id), "file": f"{installation.key}.js"}
    return installation.base_url + path.format(**{**values, **other})


async def send(
    installation: Installation,
    path: str,
    body: bytes,
    *,
    method: str = "POST",
    slashes: str = "/",
    **headers: str,
) -> ClientResponse:
    """The request of a case with this body, credentials included."""
    case = CASES[path]
    query = {"query": f"dsn={quote(installation.dsn())}"}.get(
        case.dsn, f"sentry_key={installation.key}"
    )
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given.setdefault("Content-Type", case.content_type)
    if case.dsn == "header":
        given["Authorization"] = f"DSN {installation.dsn()}"
    url = f"{filled(path, installation)}{slashes}?{query}{case.query}"
    return await installation.client.request(method, url, data=body, headers=given)


async def refusal(response: ClientResponse, where: object) -> int:
    """The status of a refusal, which says why in one sentence."""
    assert response.content_type == "application/json", where
    answer = await response.json()
    assert list(answer) == ["detail"], where
    assert answer["detail"], where
    assert "\n" not in answer["detail"], where
    assert response.headers["X-Sentry-Error"], where
    assert response.headers["Access-Control-Allow-Origin"] == "*", where
    return response.status


async def still_accepts(installation: Installation) -> None:
    """A good event is stored, digested and shown; the books are even."""
    event_id = await installation.send(error("AfterAll"))
    await installation.digest()
    path = f"/api/projects/{installation.project_id}/events/{event_id}"
    assert (await installation.get(path))["title"] == "AfterAll: no"
    assert (await installation.books())[installation.project_id].is_even


def test_every_endpoint_has_a_case() -> None:
    assert set(CASES) == set(ENDPOINTS)


async def test_every_endpoint_takes_a_good_request_however_its_path_is_written(
    installation: Installation,
) -> None:
    for path, case in POSTED.items():
        for slashes in ("/", "", "//"):
            response = await send(installation, path, case.body, slashes=slashes)
            assert response.status == case.status, (path, await response.text())
        doubled = filled(path, installation).replace("/api/", "//api//", 1)
        doubled = doubled.replace(f"{installation.project_id}/", f"{installation.project_id}//", 1)
        assert doubled != filled(path, installation)
        async with installation.client.options(doubled) as preflight:
            assert preflight.status == 200, path
    assert len(await kept(installation)) == 3 * len(POSTED)
    await still_accepts(installation)


async def test_every_preflight_is_answered_without_credentials(
    installation: Installation,
) -> None:
    for path in CASES:
        url = filled(path, installation, project_id=4711, sentry_key="x", file="x.js")
        async with installation.client.options(url, headers={"Origin": "null"}) as response:
            assert (response.status, await response.read()) == (200, b""), path
            assert response.headers["Access-Control-Allow-Origin"] == "null"
            assert "content-type" in response.headers["Access-Control-Allow-Headers"]


async def test_another_method_is_refused(installation: Installation) -> None:
    for path in CASES:
        for method in ("PUT", "DELETE", "PATCH"):
            response = await send(installation, path, b"x", method=method)
            assert await refusal(response, (path, method)) == 405


async def test_bad_bodies_are_refused_or_kept_but_never_our_failure(
    installation: Installation,
) -> None:
    for path, case in POSTED.items():
        bodies = {**BAD_BODIES, "half": case.body[: len(case.body) // 2]}
        for name, body in bodies.items():
            response = await send(installation, path, body)
            if response.status == case.status:
                assert name in case.takes or path.endswith("error-page"), (path, name)
            else:
                assert await refusal(response, (path, name)) == 400
    await still_accepts(installation)


async def test_bodies_that_cannot_be_decoded_are_refused(installation: Installation) -> None:
    for path, case in POSTED.items():
        for coding, compress in COMPRESS.items():
            whole = compress(case.body)
            good = await send(installation, path, whole, Content_Encoding=coding)
            assert good.status == case.status, (path, coding)
            for body in (whole[:-1], whole[: len(whole) // 2], whole + b"x", b"\xff" * 40):
                response = await send(installation, path, body, Content_Encoding=coding)
                assert await refusal(response, (path, coding, body[:4])) == 400
        response = await send(installation, path, case.body, Content_Encoding="lzw")
        assert await refusal(response, path) == 415
    await still_accepts(installation)


async def test_bombs_and_bodies_beyond_the_limit_are_refused(database_url: str) -> None:
    zeros = b'{"a": "' + b"0" * 5_000_000
    async with open_installation(database_url, LIMITS) as installation:
        for path in POSTED:
            for coding, compress in COMPRESS.items():
                response = await send(installation, path, compress(zeros), Content_Encoding=coding)
                assert await refusal(response, (path, coding)) == 413
            response = await send(installation, path, zeros[:70_000])
            assert await refusal(response, path) == 413
        await still_accepts(installation)


async def test_strangers_are_refused(installation: Installation) -> None:
    unknown = "0" * 32
    for path in POSTED:
        if CASES[path].dsn:
            continue
        for key, header, expected in (
            ("", "", 401),
            ("", "Sentry sentry_key=x", 401),
            ("x", "", 401),
            (unknown, "", 403),
            (installation.key, f"Sentry sentry_key={unknown}", 403),
        ):
            url = filled(path, installation, sentry_key=key or "-")
            headers = {"X-Sentry-Auth": header} if header else {}
            if "{sentry_key}" not in path:
                url += f"?sentry_key={key}"
            async with installation.client.post(
                url, data=CASES[path].body, headers=headers
            ) as response:
                assert await refusal(response, (path, key, header)) == expected
    assert await kept(installation) == []


async def test_a_key_opens_its_own_project_only(installation: Installation) -> None:
    theirs = installation.projects[1]["id"]
    for path in POSTED:
        if "{project_id}" not in path:
            continue
        for project, expected in (
            (theirs, 403),
            (4711, 403),
            ("x", 400),
            ("1e3", 400),
            ("9" * 30, 400),
        ):
            url = filled(path, installation, project_id=project)
            async with installation.client.post(
                f"{url}?sentry_key={installation.key}", data=CASES[path].body
            ) as response:
                assert await refusal(response, (path, project)) == expected
    assert await kept(installation) == []


async def test_header_wins_over_query_and_query_over_path(installation: Installation) -> None:
    good, bad = installation.key, "0" * 32
    for path in (PROJECT + "/unreal/{sentry_key}", PROJECT + "/cron/{monitor_slug}/{sentry_key}"):
        for header, query, in_path, accepted in (
            (good, bad, bad, True),
            (bad, good, good, False),
            ("", good, bad, True),
            ("", bad, good, False),
            ("", "", good, True),
        ):
            url = filled(path, installation, sentry_key=in_path) + "?status=ok"
            url += f"&sentry_key={query}" if query else ""
            headers = {"X-Sentry-Auth": f"Sentry sentry_key={header}"} if header else {}
            async with installation.client.post(url, data=b"x", headers=headers) as response:
                assert (response.status != 403) is accepted, (path, header, query)


async def test_hostile_queries_and_headers_are_never_our_failure(
    installation: Installation,
) -> None:
    hostile = ("%00", "%ff", "%ED%A0%80", "x" * 900, "%22%3Cscript%3E", "..%2F..%2F")
    names = "sentry_release sentry_environment UserID AppVersion status duration eventId dsn"
    for path, case in CASES.items():
        methods = [method for method in ENDPOINTS[path] if method in ("GET", "POST")]
        for method in methods:
            for value in hostile:
                query = "&".join(f"{name}={value}" for name in names.split())
                url = f"{filled(path, installation)}?sentry_key={installation.key}&{query}"
                headers = {"User-Agent": "caf\xe9", "Content-Type": value[:200]}
                async with installation.client.request(
                    method, url, data=case.body, headers=headers
                ) as response:
                    assert response.status < 500, (path, value, await response.text())
    await still_accepts(installation)
