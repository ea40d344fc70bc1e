"""Check-ins, OpenTelemetry, feedback, the two scripts and the pixel: kept, answered, escaped."""

import base64
import json
import shutil
import subprocess
import zlib
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import ClientResponse

from rustrak.config import Settings
from rustrak.ingest.scripts import DIALOG, LOADER
from tests.ingest.kept import kept, kept_items
from tests.installation import Installation, open_installation

EVENT_ID = "9ec79c33ec9942ab8353589fcb2e04dc"
HOSTILE = '</script><img src=x onerror="alert(1)">'


async def ask(
    installation: Installation, method: str, path: str, body: Any = None, **headers: str
) -> ClientResponse:
    """A request without credentials of its own; `{p}` and `{k}` are the project and its key."""
    url = installation.base_url + path.format(p=installation.project_id, k=installation.key)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    return await installation.client.request(method, url, data=data, headers=given)


async def test_a_check_in_is_a_single_request(installation: Installation) -> None:
    plain = await ask(installation, "GET", "/api/{p}/cron/nightly/{k}/?status=ok&duration=3.5")
    assert (plain.status, await plain.read()) == (202, b"")
    body = {"status": "in_progress", "check_in_id": EVENT_ID, "monitor_slug": "other"}
    path = "/api/{p}/cron/hourly?sentry_key={k}"
    found = await ask(installation, "POST", path, body, Content_Type="application/json")
    assert found.status == 202
    found = await ask(installation, "POST", "/api/{p}/cron/hourly/{k}?status=error", b"a=b")
    assert found.status == 202
    payloads = [json.loads(stored.open().items[0].payload) for stored in await kept(installation)]
    assert payloads == [
        {"status": "ok", "duration": "3.5", "monitor_slug": "nightly"},
        {**body, "monitor_slug": "hourly"},
        {"status": "error", "monitor_slug": "hourly"},
    ]
    await installation.digest()
    assert (await installation.books())[installation.project_id].is_even


async def test_a_wrong_check_in_is_explained(installation: Installation) -> None:
    path = "/api/{p}/cron/nightly/{k}/"
    for query in ("", "?status=fine", "?status=ok&duration=x", "?status=ok&check_in_id=7"):
        response = await ask(installation, "GET", path + query)
        assert response.status == 400, query
        assert list(await response.json()) == ["detail"]
    for body in (b"", b"[]", b"{", b'{"status": {}}', b'{"status": "ok", "duration": []}'):
        response = await ask(installation, "POST", path, body, Content_Type="application/json")
        assert response.status == 400, body
    assert (await ask(installation, "GET", "/api/{p}/cron/%00/{k}/?status=ok")).status == 400
    assert (await ask(installation, "GET", "/api/{p}/cron/x/0/?status=ok")).status == 401
    assert await kept(installation) == []


async def test_opentelemetry_is_kept_in_its_own_form(installation: Installation) -> None:
    body = b'{"resourceSpans": []}'
    auth = {"X_Sentry_Auth": f"sentry sentry_key={installation.key}"}
    for path, kind in (
        ("/api/{p}/integration/otlp/v1/traces/", "otlp_traces"),
        ("/api/{p}/integration/otlp/v1/logs", "otlp_logs"),
        ("/api/{p}/otlp/v1/traces/", "otlp_traces"),
    ):
        found = await ask(installation, "POST", path, body, Content_Type="application/json", **auth)
        assert (found.status, await found.json()) == (200, {})
        *_, last = await kept(installation)
        (item,) = last.open().items
        assert (item.type, item.payload) == (kind, body)
    path = "/api/{p}/integration/otlp/v1/traces/"
    body, protobuf = b"\x0a\x00", "application/x-protobuf"
    found = await ask(installation, "POST", path, body, Content_Type=protobuf, **auth)
    assert (found.status, await found.read()) == (200, b"")
    *_, last = await kept(installation)
    (item,) = last.open().items
    assert (item.type, item.payload) == ("otlp_traces_protobuf", body)
    for content_type, expected in (("text/plain", 415), ("application/json", 400)):
        path = "/api/{p}/integration/otlp/v1/logs/"
        found = await ask(installation, "POST", path, b"[]", Content_Type=content_type, **auth)
        assert found.status == expected
        assert list(await found.json()) == ["detail"]
    await installation.digest()
    assert (await installation.books())[installation.project_id].is_even


async def test_a_user_report_comes_by_the_legacy_api(installation: Installation) -> None:
    path = "/api/0/projects/any/thing/user-feedback/"
    body = {"event_id": EVENT_ID, "name": "Ada", "email": "a@b", "comments": HOSTILE}
    dsn = {"Authorization": f"DSN {installation.dsn()}"}
    response = await ask(installation, "POST", path, body, **dsn)
    assert (response.status, await response.read()) == (200, b"")
    (item,) = await kept_items(installation)
    assert (item.type, json.loads(item.payload)) == ("user_report", body)
    for wrong, headers, status in (
        (body, {}, 401),
        (body, {"Authorization": "DSN nonsense"}, 401),
        (body, {"Authorization": f"Bearer {installation.token}"}, 401),
        (body, {"Authorization": f"DSN {installation.dsn()}7"}, 403),
        ({**body, "comments": " "}, dsn, 400),
        ({**body, "event_id": "x"}, dsn, 400),
        (b"[]", dsn, 400),
    ):
        response = await ask(installation, "POST", path, wrong, **headers)
        assert response.status == status, (wrong, headers)
        assert list(await response.json()) == ["detail"]
    assert len(await kept(installation)) == 1


async def test_the_dialog_takes_what_a_user_writes(installation: Installation) -> None:
    page = f"/api/embed/error-page/?dsn={quote(installation.dsn())}&eventId={EVENT_ID}"
    shown = await ask(installation, "GET", page + "&name=" + quote(HOSTILE), Origin="https://a.b")
    assert (shown.status, shown.content_type) == (200, "text/javascript")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Access-Control-Allow-Origin"] == "https://a.b"
    script = await shown.read()
    assert script == DIALOG.source()
    assert b"innerHTML" not in script
    typed = f"name=Ada&email=a%40b&comments={quote(HOSTILE)}%00".encode()
    answer = await ask(installation, "POST", page, typed)
    assert (answer.status, await answer.json()) == (200, {})
    (item,) = await kept_items(installation)
    assert json.loads(item.payload) == {
        "event_id": EVENT_ID,
        "name": "Ada",
        "email": "a@b",
        "comments": HOSTILE + "\ufffd",
    }
    await installation.digest()
    assert (await installation.books())[installation.project_id].is_even


async def test_a_dialog_that_belongs_nowhere_is_refused(installation: Installation) -> None:
    dsn = quote(installation.dsn())
    for query, status in (
        ("", 404),
        (f"?eventId={EVENT_ID}", 404),
        (f"?dsn={dsn}7&eventId={EVENT_ID}", 404),
        (f"?dsn={dsn}", 400),
        (f"?dsn={dsn}&eventId=%3Cscript%3E", 400),
    ):
        for method in ("GET", "POST"):
            path = f"/api/embed/error-page/{query}"
            response = await ask(installation, method, path, b"comments=x")
            assert response.status == status, (method, query)
            assert "<script" not in await response.text()
    page = f"/api/embed/error-page/?dsn={dsn}&eventId={EVENT_ID}"
    for body in (b"", b"name=x", b"comments=%20", b"&".join([b"a=1"] * 30)):
        assert (await ask(installation, "POST", page, body)).status == 400, body
    assert await kept(installation) == []


async def test_the_loader_knows_its_project(database_url: str) -> None:
    settings = Settings(
        public_url="https://errors.example/sub", browser_sdk_url="https://cdn.example/</b.js"
    )
    async with open_installation(database_url, settings) as installation:
        for name in ("{k}.js", "{k}.min.js"):
            answer = await ask(installation, "GET", f"/js-sdk-loader/{name}")
            assert (answer.status, answer.content_type) == (200, "text/javascript")
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            script = await answer.text()
            key, project = installation.key, installation.project_id
            assert f'"dsn":"https://{key}@errors.example/sub/{project}"' in script
            assert '"sdk":"https://cdn.example/\\u003c/b.js"' in script


async def test_a_loader_with_an_unknown_key_does_nothing(installation: Installation) -> None:
    for name in ("x.js", "0" * 32 + ".js", "%3C.js", ".min.js"):
        answer = await ask(installation, "GET", f"/js-sdk-loader/{name}")
        assert (answer.status, answer.content_type) == (200, "text/javascript")
        script = await answer.text()
        assert script.startswith("/*")
        assert script.endswith("*/\n")


PAGE = """
const listeners = {}, sent = [], tags = [];
globalThis.window = globalThis;
window.addEventListener = (name, f) => { listeners[name] = f; };
window.removeEventListener = (name) => { delete listeners[name]; };
globalThis.document = { createElement: () => ({}), head: { appendChild: (t) => tags.push(t) } };
SCRIPT
listeners.error({ error: "first" });
listeners.unhandledrejection({ reason: "second" });
for (let n = 0; n < 50; n++) listeners.error({ message: "more" });
window.Sentry.onLoad(() => sent.push("loaded"));
window.Sentry = { init: (o) => sent.push(o.dsn), captureException: (e) => sent.push(String(e)) };
tags[0].onload();
console.log(JSON.stringify([tags[0].src, sent.slice(0, 4), sent.length, listeners]));
process.exit(0);
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="a JavaScript engine")
def test_the_loader_hands_over_what_it_collected() -> None:
    source = LOADER.called_with({"dsn": "D", "sdk": "S"}).decode()
    done = subprocess.run(
        ["node", "-e", PAGE.replace("SCRIPT", source)], capture_output=True, check=True, timeout=60
    )
    found = json.loads(done.stdout)
    assert found == ["S", ["D", "loaded", "first", "second"], 2 + 20, {}]


DIALOG_PAGE = """
const listeners = {}, messages = [], posted = [], all = [];
const element = (kind) => {
  const made = { kind, style: {}, on: {}, children: [], elements: {} };
  made.setAttribute = made.focus = () => {};
  made.appendChild = (child) => { made.children.push(child); };
  made.addEventListener = (name, f) => { made.on[name] = f; };
  made.remove = () => { made.gone = true; };
  all.push(made);
  return made;
};
globalThis.window = { postMessage: (text) => messages.push(text) };
const body = element("body");
globalThis.document = {
  currentScript: { src: ADDRESS }, body, createElement: element,
  addEventListener: (name, f) => { listeners[name] = f; },
  removeEventListener: (name) => { delete listeners[name]; },
};
body.appendChild = (form) => {
  body.children.push(form);
  for (const e of all) if (e.name) form.elements[e.name] = e;
};
globalThis.fetch = async (url, o) => { posted.push([url, String(o.body)]); return { ok: true }; };
SCRIPT
const form = body.children[0], named = form.elements;
named.comments.value = "a&b=c";
form.on.submit({ preventDefault() {} });
setImmediate(() => {
  const texts = all.map((e) => e.textContent).filter(Boolean);
  listeners.keydown({ key: "Escape" });
  console.log(JSON.stringify({ texts, name: named.name.value, posted, messages, gone: form.gone }));
});
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="a JavaScript engine")
def test_the_dialog_shows_what_its_address_says_as_text_and_posts_back_to_it() -> None:
    address = f"https://e.example/api/embed/error-page/?dsn=D&title={quote(HOSTILE)}&name=Ada"
    page = DIALOG_PAGE.replace("ADDRESS", json.dumps(address))
    done = subprocess.run(
        ["node", "-e", page.replace("SCRIPT", DIALOG.source().decode())],
        capture_output=True,
        check=True,
        timeout=60,
    )
    found = json.loads(done.stdout)
    assert found["texts"][0] == HOSTILE
    assert "Thank you. Your words have been sent." in found["texts"]
    assert found["name"] == "Ada"
    ((url, form),) = found["posted"]
    assert (url, form) == (address, "name=Ada&email=&comments=a%26b%3Dc")
    assert (found["messages"], found["gone"]) == (["__sentry_reportdialog_closed__"], True)


async def test_an_image_carries_an_event(installation: Installation) -> None:
    event = json.dumps({"event_id": EVENT_ID, "message": "hello?>~"}).encode()
    forms = (event, base64.b64encode(event), base64.b64encode(zlib.compress(event)))
    for data in forms:
        for text in (quote(data, safe=""), quote(data, safe="+")):
            path = f"/api/{{p}}/store/?sentry_key={{k}}&sentry_data={text.replace('%7B', '{{')}"
            answer = await ask(installation, "GET", path.replace("%7D", "}}"))
            assert (answer.status, answer.content_type) == (200, "image/gif")
            assert (await answer.read()).startswith(b"GIF89a")
    await installation.digest()
    (issue,) = await installation.issues()
    assert (issue["title"], issue["event_count"]) == ("hello?>~", 1)
    broken = await ask(installation, "GET", "/api/{p}/store/?sentry_key={k}&sentry_data=!")
    assert (broken.status, list(await broken.json())) == (400, ["detail"])
