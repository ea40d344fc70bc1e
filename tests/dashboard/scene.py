"""An installation with something of everything in it, and browsers to look at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout, CookieJar

from rustrak.accounts.access import Role
from rustrak.accounts.members import put_member
from rustrak.accounts.sessions import open_session
from rustrak.database.pool import Connection, fetch_all
from tests.checked_in import check_in
from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.people import make_user
from tests.sent_items import digest_item, session
from tests.telemetry import line, send_lines, send_transactions, transaction


@dataclass
class Scene:
    """Where things are."""

    installation: Installation
    project: int
    issue: str
    event: str
    attachment: str
    log: str
    regrouping: int

    @property
    def paths(self) -> dict[str, str]:
        """Every page there is to look at, by the pattern of its path."""
        project = f"/projects/{self.project}"
        issue = f"{project}/issues/{self.issue}"
        return {
            "/issues": "/issues?q=",
            "issue": issue,
            "counts": f"{issue}/counts",
            "event": f"{issue}/events/latest",
            "oldest": f"{issue}/events/oldest",
            "json": f"{issue}/events/{self.event}/json",
            "markdown": f"{issue}/events/{self.event}/markdown",
            "by id": f"{project}/events/{self.event}",
            "attachment": f"{project}/attachments/{self.attachment}",
            "releases": f"{project}/releases",
            "release": f"{project}/releases/shop%401",
            "monitors": f"{project}/monitors",
            "monitor": f"{project}/monitors/nightly",
            "transactions": f"{project}/transactions",
            "transaction": f"{project}/transactions/detail?name=GET%20%2Fcart",
            "logs": f"{project}/logs",
            "log": f"{project}/logs/{self.log}",
            "feedback": f"{project}/feedback",
            "settings": f"{project}/settings",
            "outcomes": f"{project}/settings/outcomes",
            "members": f"{project}/settings/members",
            "grouping": f"{project}/settings/grouping",
            "regrouping": f"{project}/settings/grouping/{self.regrouping}",
            "alerts": f"{project}/settings/alerts",
            "new project": "/projects/new",
            "installation": "/settings",
            "account": "/account",
            "where": f"/where?event_id={self.event}",
        }


async def set_up(installation: Installation, conn: Connection, said: str = "") -> Scene:
    """Send something of everything; `said` stands in every text that an SDK can set."""
    project = installation.project_id
    crash = everything(said)
    (event, _, _) = await digested(
        installation, crash, everything(said), error("Other", said, release="shop@1")
    )
    attached = ({"type": "attachment", "filename": f"log{said}.txt"}, f"text {said}".encode())
    body = envelope({"event_id": event}, attached)
    assert (await installation.post_envelope(body)).status == 200
    report = {
        "event_id": event,
        "name": said or "A",
        "email": f"{said}@b.c",
        "comments": said or "x",
    }
    await digest_item(installation, "user_report", report)
    await digest_item(installation, "session", session("1", did="7"))
    await digest_item(installation, "session", session("2", release="shop@1"))
    await check_in(installation, "error", config=None)
    await check_in(installation, "ok", environment=said[:60] or "prod")
    await send_lines(installation, line(f"line {said}", text=said or "x"))
    await send_transactions(installation, transaction(), transaction(f"GET {said}"))
    issue = next(i for i in await installation.issues() if not i["title"].startswith("Other"))
    place = f"/api/projects/{project}/issues/{issue['id']}"
    await installation.request("POST", f"{place}/comments", {"text": f"hm {said}"}, status=201)
    await installation.request("PATCH", place, {"priority": "high"})
    run = await installation.request(
        "POST", f"/api/projects/{project}/regroupings", {"rules": "type:* -> one\n"}, status=201
    )
    (attachment,) = await fetch_all(conn, "SELECT id FROM attachments")
    logs = await installation.get(f"/api/projects/{project}/logs")
    return Scene(
        installation,
        project,
        issue["id"],
        event,
        str(attachment["id"]),
        logs["items"][0]["id"],
        run["id"],
    )


def everything(said: str) -> dict[str, Any]:
    """An event with something in every part."""
    frame = {
        "function": f"pay{said}",
        "module": f"shop{said}",
        "filename": f"shop.py{said}",
        "lineno": 3,
        "in_app": True,
        "context_line": f"    raise {said}",
        "pre_context": [f"def pay(): {said}"],
        "post_context": [said],
        "vars": {f"name{said}": said, "nested": {"a": [said]}},
    }
    exception = {
        "type": f"Failed{said}",
        "value": f"no money {said}",
        "module": f"module{said}",
        "mechanism": {"type": f"generic{said}"[:60], "handled": False},
        "stacktrace": {"frames": [frame]},
    }
    cause = {"type": "Cause", "value": said, "stacktrace": {"frames": [frame]}}
    return {
        "platform": "python",
        "release": "shop@1",
        "environment": f"prod{said}"[:60].replace("/", ""),
        "server_name": f"web{said}",
        "level": "error",
        "logentry": {"formatted": f"message {said}"},
        "exception": {"values": [cause, exception]},
        "threads": {"values": [{"id": 1, "name": said, "crashed": True,
                                "stacktrace": {"frames": [frame]}}]},
        "breadcrumbs": {"values": [{"category": said, "message": said, "level": said,
                                    "data": {said or "a": said}}]},
        "request": {
            "method": "POST",
            "url": f"https://shop.example/{said}",
            "headers": {f"X-{said}": said},
            "cookies": {said or "a": said},
            "query_string": said,
            "data": {said or "a": said},
            "env": {"SERVER": said},
        },
        "user": {"id": f"7{said}", "email": f"ada{said}@example.com", "username": said},
        "contexts": {f"ours{said}": {f"key{said}": said}},
        "extra": {f"extra{said}": said},
        "modules": {f"module{said}": said},
        "tags": {"colour": f"red{said}"[:180], "customer": said[:180]},
        "transaction": f"/checkout{said}",
        "sdk": {"name": f"sdk{said}", "version": f"1{said}"},
        "fingerprint": ["{{ default }}", said],
    }  # fmt: skip


@asynccontextmanager
async def browser_of(
    installation: Installation,
    conn: Connection,
    email: str | None,
    *,
    role: Role | None = None,
    is_admin: bool = False,
) -> AsyncIterator[ClientSession]:
    """Somebody logged in, or nobody; redirects are not followed."""
    cookies = {}
    if email is not None:
        user = await make_user(conn, email, is_admin=is_admin)
        if role is not None:
            await put_member(conn, installation.project_id, user, role)
        secret = await open_session(conn, user, user_agent="test", remote_addr="127.0.0.1")
        cookies = {"rustrak_session": secret}
    async with ClientSession(
        installation.base_url,
        cookies=cookies,
        cookie_jar=CookieJar(unsafe=True),
        timeout=ClientTimeout(total=30),
    ) as session_:
        yield session_
