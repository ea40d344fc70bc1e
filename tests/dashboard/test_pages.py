"""Every page over HTTP: who may see it, what it may do, and that nothing an event says can run."""

import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from yarl import URL

from rustrak.accounts.access import Role
from rustrak.config import Settings
from rustrak.dashboard.app import open_dashboard
from rustrak.dashboard.pages import PAGES
from rustrak.dashboard.visit import local_path
from rustrak.database.pool import Connection, fetch_all
from tests.dashboard.scene import Scene, browser_of, set_up
from tests.installation import Installation, open_installation
from tests.made_events import digested, error

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raise %}",
    "</title></textarea></pre><svg/onload=alert(1)>",
)
NO_PAGES = {
    "/",
    "/issues/live",
    "/issues/words",
    r"/projects/{project_id:\d+}/logs/live",
    r"/projects/{project_id:\d+}/settings/first-event",
}


class Markup(HTMLParser):
    """What of a page could run, and whether its tags are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("iframe", "object", "embed", "style", "base", "img"):
            self.faults.append(tag)
        if tag == "script":
            self.scripts.append(given.get("src") or "inline")
        for name, value in attrs:
            if name.startswith("on") or name == "style" or name == "srcdoc":
                self.faults.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "formaction") and value:
                is_ours = value.startswith(("/", "#", "?"))
                if not is_ours or value.startswith("//"):
                    self.faults.append(f"{tag} {name}={value}")


def check(text: str) -> None:
    markup = Markup()
    markup.feed(text)
    assert markup.faults == []
    assert all(src.startswith("/static/") for src in markup.scripts), markup.scripts


async def look(browser: ClientSession, path: str, status: int = 200) -> str:
    async with browser.get(path, allow_redirects=False) as answer:
        text = await answer.text()
        assert answer.status == status, (path, answer.status, text[:500])
        if answer.content_type == "text/html":
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
        return text


async def press(
    browser: ClientSession, path: str, status: int = 303, site: str = "same-origin", **form: str
) -> Any:
    headers = {"Sec-Fetch-Site": site}
    async with browser.post(path, data=form, headers=headers, allow_redirects=False) as answer:
        assert answer.status == status, (path, answer.status, (await answer.text())[:500])
        return answer.headers.get("Location", ""), await answer.text()


@pytest.fixture
async def scene(installation: Installation, conn: Connection) -> Scene:
    return await set_up(installation, conn)


def test_every_page_is_looked_at() -> None:
    """A page that is added is added to the scene."""
    nobody = UUID(int=0)
    paths = Scene(None, 1, str(nobody), str(nobody), "a", "l", 1).paths.values()  # type: ignore[arg-type]
    for page in PAGES:
        if page.method == "GET" and not page.is_open and page.path not in NO_PAGES:
            pattern = re.sub(r"\{(\w+)(:[^}]*)?\}", "[^/]+", page.path)
            assert any(re.fullmatch(pattern, path.partition("?")[0]) for path in paths), page.path


async def test_an_administrator_sees_every_page(scene: Scene, conn: Connection) -> None:
    async with browser_of(scene.installation, conn, "a@b.c", is_admin=True) as browser:
        for name, path in scene.paths.items():
            text = await look(browser, path, 303 if name == "by id" else 200)
            if name not in ("json", "markdown", "attachment", "by id"):
                check(text)


async def test_a_viewer_sees_and_changes_nothing(scene: Scene, conn: Connection) -> None:
    async with browser_of(scene.installation, conn, "v@b.c", role=Role.VIEWER) as browser:
        for name, path in scene.paths.items():
            await look(browser, path, 303 if name == "by id" else 200)
        issue = scene.paths["issue"]
        before = await fetch_all(conn, "SELECT count(*) FROM decisions")
        for action in ("resolve", "comment", "delete", "assign", "undo"):
            await press(browser, issue, 403, action=action, text="x", decision="1")
        for page in ("settings", "members", "grouping", "alerts", "regrouping"):
            action = {"settings": "rename", "members": "put", "grouping": "save",
                      "alerts": "rule", "regrouping": "apply"}[page]  # fmt: skip
            form = {"name": "x", "user": "1", "role": "admin", "alert_type": "new_issue"}
            await press(browser, scene.paths[page], 403, action=action, **form)
        chosen = {"issue": f"{scene.project}/{scene.issue}", "action": "resolve"}
        await press(browser, "/issues", 403, **chosen)
        await press(browser, "/settings", 403, action="rebuild")
        assert await fetch_all(conn, "SELECT count(*) FROM decisions") == before


async def test_a_stranger_sees_nothing_of_a_project(scene: Scene, conn: Connection) -> None:
    async with browser_of(scene.installation, conn, "s@b.c") as browser:
        for path in scene.paths.values():
            if path.startswith("/projects/") and path != "/projects/new":
                assert "no such project" in await look(browser, path, 404)
        assert scene.issue not in await look(browser, "/issues?q=")
        assert "No project of yours" in await look(browser, scene.paths["where"])
        await press(browser, scene.paths["issue"], 404, action="resolve")


async def test_whoever_is_not_logged_in_is_led_to_the_login(scene: Scene, conn: Connection) -> None:
    async with browser_of(scene.installation, conn, None) as browser:
        for path in scene.paths.values():
            async with browser.get(path, allow_redirects=False) as answer:
                assert answer.status == 303
                assert answer.headers["Location"].startswith("/login?next=%2F")
        for page in PAGES:
            if page.method == "POST" and not page.is_open:
                path = page.path.replace(r"{project_id:\d+}", "1").replace(
                    "{issue_id}", scene.issue
                )
                path = path.replace(r"{regrouping_id:\d+}", "1")
                location, _ = await press(browser, path)
                assert location.startswith("/login"), path


async def test_another_site_cannot_make_a_browser_decide(scene: Scene, conn: Connection) -> None:
    async with browser_of(scene.installation, conn, "a@b.c", is_admin=True) as browser:
        await press(browser, scene.paths["issue"], 403, site="cross-site", action="resolve")
        await press(browser, "/logout", 403, site="cross-site")
        issue = await scene.installation.get(f"/api/projects/{scene.project}/issues/{scene.issue}")
        assert issue["status"] == "unresolved"


async def test_a_search_is_completed(installation: Installation, conn: Connection) -> None:
    tags = {"colour": "dark red", "browser": 'a"b*'}
    user = {"email": "jo@example.com"}
    await digested(installation, error(release="shop@1.0", tags=tags, user=user))
    async with browser_of(installation, conn, "a@b.c", is_admin=True) as browser:
        for word, answer in (
            ("is:unre", ["is:unresolved"]),
            ("col", ["colour:"]),
            ("!colour:da", ['!colour:"dark red"']),
            ('colour:"da', ['colour:"dark red"']),
            ("browser:a", ['browser:"a\\"b\\*"']),
            ("release:shop@1", ["release:shop@1.0"]),
            ("user.email:jo", ["user.email:jo@example.com"]),
            ("nothing:", []),
            (":", []),
        ):
            found = json.loads(await look(browser, f"/issues/words?word={quote(word)}"))
            assert found == answer, word
            if answer and word[-1] != "l":
                page = await installation.get(f"/api/issues?q={quote(answer[0])}")
                assert page["total_count"] == (0 if word[0] == "!" else 1), answer
    async with browser_of(installation, conn, "s@b.c") as browser:
        assert json.loads(await look(browser, "/issues/words?word=release:")) == []


@pytest.mark.parametrize("said", HOSTILE)
async def test_nothing_an_event_says_can_run(
    installation: Installation, conn: Connection, said: str
) -> None:
    scene = await set_up(installation, conn, said)
    async with browser_of(installation, conn, "a@b.c", is_admin=True) as browser:
        for name, path in scene.paths.items():
            text = await look(browser, path, 303 if name == "by id" else 200)
            if name in ("json", "markdown", "attachment", "by id"):
                continue
            check(text)
            assert "<script>alert" not in text, name


async def test_files_of_others_are_no_pages_of_ours(scene: Scene, conn: Connection) -> None:
    async with browser_of(scene.installation, conn, "a@b.c", is_admin=True) as browser:
        for name in ("json", "attachment", "markdown"):
            async with browser.get(scene.paths[name]) as answer:
                assert answer.status == 200
                assert "sandbox" in answer.headers["Content-Security-Policy"]
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.content_type != "text/html"
                if name != "markdown":
                    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/a\nb"]
)
def test_nobody_is_sent_elsewhere(path: str) -> None:
    assert local_path(path) == "/"


async def test_deciding_over_pages(scene: Scene, conn: Connection) -> None:
    api = scene.installation
    place = f"/api/projects/{scene.project}/issues/{scene.issue}"
    path = scene.paths["issue"]
    async with browser_of(api, conn, "a@b.c", is_admin=True) as browser:
        await press(browser, path, action="resolve_next")
        assert (await api.get(place))["status_details"] == {"in_next_release": True}
        await press(browser, path, action="reopen")
        await press(browser, path, action="mute_week")
        assert "until" in (await api.get(place))["status_details"]
        await press(browser, path, action="comment", text="over a page")
        assert "over a page" in await look(browser, path)
        (me,) = await fetch_all(conn, "SELECT id FROM users WHERE email = 'a@b.c'")
        await press(browser, path, action="assign", assignee=str(me["id"]))
        assert (await api.get(place))["assignee"]["email"] == "a@b.c"
        other = next(i for i in await api.issues() if i["id"] != scene.issue)
        await press(browser, path, action="merge", other=other["short_id"])
        assert (await api.get(place))["event_count"] == 3
        undo = (await api.get(f"{place}/activity"))["items"][0]
        await press(browser, path, action="undo", decision=str(undo["id"]))
        assert (await api.get(place))["event_count"] == 2
        location, _ = await press(browser, path, action="delete")
        assert location == f"/issues?project={scene.project}"
        gone = await look(browser, path, 404)
        assert "was deleted" in gone
        await press(browser, path, 400, action="no_such_thing")


async def test_many_issues_at_once(installation: Installation, conn: Connection) -> None:
    await digested(installation, error("A"), error("B"), error("C"))
    issues = await installation.issues()
    async with browser_of(installation, conn, "a@b.c", is_admin=True) as browser:
        chosen = [("issue", f"{i['project_id']}/{i['id']}") for i in issues[:2]]
        async with browser.post(
            "/issues", data=[*chosen, ("action", "resolve"), ("next", "/issues?q=")]
        ) as answer:
            text = await answer.text()
            assert "2 issues resolved." in text
        statuses = sorted(issue["status"] for issue in await installation.issues())
        assert statuses == ["resolved", "resolved", "unresolved"]
        assert "Choose issues first" in await (await browser.post("/issues", data={})).text()


async def test_settings_over_pages(scene: Scene, conn: Connection) -> None:
    api, place = scene.installation, f"/api/projects/{scene.project}"
    async with browser_of(api, conn, "a@b.c", is_admin=True) as browser:
        path = scene.paths["settings"]
        form = {
            "localhost": "1",
            "messages": "a*\nb*\n",
            "mode": "projection",
            "defaults": "1",
            "ip_policy": "anonymise",
            "quotas": "100 hour error\n5 minute",
            "days": "30",
        }
        await press(browser, path, action="settings", **form)  # fmt: skip
        settings = await api.get(f"{place}/settings")
        assert settings["filters"]["messages"] == ["a*", "b*"]
        assert settings["filters"]["localhost"] is True
        assert settings["scrubbing"]["ip_policy"] == "anonymise"
        assert settings["retention"] == {"days": 30, "thin_after_days": None}
        assert [(q["limit"], q["window"], q["categories"]) for q in settings["quotas"]] == [
            (100, "hour", ["error"]),
            (5, "minute", []),
        ]
        _, text = await press(browser, path, 400, action="settings", **{**form, "quotas": "many"})
        assert "begins with a number" in text
        await press(browser, path, action="add_key", label="second")
        assert len(await api.get(f"{place}/keys")) == 2
        rules = scene.paths["grouping"]
        _, text = await press(browser, rules, 200, action="try", rules="type:Failed -> x\n",
                              event=scene.event)  # fmt: skip
        assert "1 rule, all well written" in text
        _, text = await press(browser, rules, 400, action="try", rules="nonsense\n")
        assert "line 1" in text
        location, _ = await press(browser, rules, action="preview", rules="type:Failed -> x\n")
        assert location.startswith(rules + "/")
        alerts = scene.paths["alerts"]
        hook = {"name": "hook", "channel_type": "webhook", "address": "https://hooks.example/x"}
        await press(browser, alerts, action="channel", **hook)
        rule = {"name": "new", "alert_type": "event_threshold", "count": "2", "minutes": "60"}
        _, text = await press(browser, alerts, 200, action="try", **rule)
        assert "would have fired" in text
        await press(browser, alerts, action="rule", channel="1", **rule)
        (kept,) = await api.get(f"{place}/alert-rules")
        assert kept["conditions"] == {"count": 2, "minutes": 60}


async def test_a_test_event_takes_the_way_of_all_events(
    installation: Installation, conn: Connection
) -> None:
    async with browser_of(installation, conn, "a@b.c", is_admin=True) as browser:
        path = f"/projects/{installation.project_id}/settings"
        assert installation.key in await look(browser, path)
        await press(browser, path, action="test_event", key=installation.key)
        await press(browser, path, 403, action="test_event", key="0" * 32)
    await installation.digest()
    (issue,) = await installation.issues()
    assert issue["title"] == "A test event from the dashboard"


async def test_logging_in_and_out(installation: Installation, conn: Connection) -> None:
    people = {"email": "new@example.com", "projects": [], "is_admin": True}
    made = await installation.request("POST", "/api/invitations", people, status=201)
    path = made["url"].partition("/invitation/")[2]
    async with browser_of(installation, conn, None) as browser:
        assert "new@example.com" in await look(browser, f"/invitation/{path}")
        _, text = await press(browser, f"/invitation/{path}", 400, password="short")
        assert "fault" in text
        await press(browser, f"/invitation/{path}", password="correct horse battery")
        await look(browser, "/account")
        _, text = await press(
            browser, "/account", 200, action="token", description="ci", scope="read"
        )
        assert "shown this one time" in text
        await press(browser, "/logout")
        await look(browser, "/account", 303)
        wrong = {"email": "new@example.com", "password": "no"}
        _, text = await press(browser, "/login", 401, **wrong)
        assert 'role="alert"' in text
        right = {"email": "new@example.com", "password": "correct horse battery"}
        location, _ = await press(browser, "/login?next=%2Faccount", **right)
        assert location == "/account"
        location, _ = await press(browser, "/login?next=https%3A%2F%2Fevil.example", **right)
        assert location == "/"
        await press(browser, "/theme", theme="dark", next="/account")
        assert 'data-theme="dark"' in await look(browser, "/account")


async def test_people_are_invited_over_a_page_with_a_project_and_without(
    installation: Installation, conn: Connection
) -> None:
    async with browser_of(installation, conn, "a@b.c", is_admin=True) as browser:
        for email, project in (
            ("one@example.com", ""),
            ("two@example.com", str(installation.project_id)),
        ):
            form = {"email": email, "project": project, "role": "editor"}
            _, text = await press(browser, "/settings", 200, action="invite", **form)
            assert f"Pass this link on to {email}" in text
    invited = await installation.get("/api/invitations")
    assert {one["email"]: [p["role"] for p in one["projects"]] for one in invited} == {
        "one@example.com": [],
        "two@example.com": ["editor"],
    }


async def test_a_view_is_kept_for_a_person(installation: Installation, conn: Connection) -> None:
    async with browser_of(installation, conn, "a@b.c", is_admin=True) as browser:
        await press(browser, "/views", name="Ours <b>", q="is:unresolved assigned:me")
        text = await look(browser, "/issues")
        assert "Ours &lt;b&gt;" in text
        async with browser_of(installation, conn, "s@b.c") as other:
            assert "Ours &lt;" not in await look(other, "/issues")
        await press(browser, "/views", name="Ours <b>", action="drop")
        assert "is kept no longer" in await look(browser, "/issues")
        assert "Ours &lt;" not in await look(browser, "/issues")


async def test_a_list_tells_of_what_comes(installation: Installation, conn: Connection) -> None:
    await digested(installation, error("A"))
    async with (
        browser_of(installation, conn, "a@b.c", is_admin=True) as browser,
        browser.get("/issues/live?q=") as stream,
    ):
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b"retry: 3000\n"
        await stream.content.readline()
        await digested(installation, error("B"))
        heard = await stream.content.readline()
        assert json.loads(heard.removeprefix(b"data: ")) == {"changed": True}


async def test_a_huge_issue_is_shown_before_its_tags_are_counted(
    scene: Scene, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browser_of(scene.installation, conn, "a@b.c", is_admin=True) as browser:
        assert "colour" in await look(browser, scene.paths["issue"])
        monkeypatch.setattr("rustrak.dashboard.pages.issue.HUGE", 1)
        text = await look(browser, scene.paths["issue"])
        assert "colour</summary>" not in text
        part = scene.paths["issue"] + "/counts?part=1"
        assert f'data-load="{part}"' in text
        assert "<!doctype" not in await look(browser, part)


async def test_an_issue_shows_the_report_it_is_about(
    installation: Installation, conn: Connection
) -> None:
    report = {"hostname": "shop.example", "port": 8443, "scts": ["<script>alert(1)</script>"]}
    await digested(installation, {"event_id": uuid4().hex, "expectct": report})
    (issue,) = (await installation.get("/api/issues"))["items"]
    async with browser_of(installation, conn, "a@b.c", is_admin=True) as browser:
        text = await look(browser, f"/projects/{installation.project_id}/issues/{issue['id']}")
        check(text)
        assert issue["title"] == "Expect-CT failure on shop.example"
        assert "<h3>expectct</h3>" in text
        assert "8443" in text


async def test_a_dashboard_elsewhere_shows_the_same(scene: Scene, conn: Connection) -> None:
    async with (
        open_dashboard(scene.installation.base_url) as app,
        TestServer(app) as server,
        browser_of(scene.installation, conn, "a@b.c", is_admin=True) as browser,
    ):
        cookie = browser.cookie_jar.filter_cookies(URL(scene.installation.base_url))
        secret = cookie["rustrak_session"].value
        async with elsewhere_of(server, secret) as elsewhere:
            for name, path in scene.paths.items():
                text = await look(elsewhere, path, 303 if name == "by id" else 200)
                if name == "issue":
                    assert "/checkout" in text
            await press(elsewhere, scene.paths["issue"], action="resolve")
            await press(elsewhere, scene.paths["issue"], 403, "cross-site", action="reopen")
        await press(browser, "/logout")
        async with elsewhere_of(server, secret) as ended:
            await look(ended, "/issues", 303)


def elsewhere_of(server: TestServer, secret: str) -> ClientSession:
    jar = CookieJar(unsafe=True)
    cookies = {"rustrak_session": secret}
    return ClientSession(str(server.make_url("/")), cookies=cookies, cookie_jar=jar)


async def test_a_server_that_is_away_is_told_of(conn: Connection) -> None:
    async with (
        open_dashboard("http://127.0.0.1:9") as app,
        TestServer(app) as server,
        ClientSession() as client,
        client.get(server.make_url("/issues")) as answer,
    ):
        assert answer.status == 503
        assert "does not answer" in await answer.text()


async def test_pages_can_be_left_out(database_url: str) -> None:
    settings = Settings(dashboard="off")
    async with (
        open_installation(database_url, settings) as installation,
        installation.client.get(f"{installation.base_url}/login") as answer,
    ):
        assert answer.status == 404
