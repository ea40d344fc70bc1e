"""replay(ledger) equals what is live, whatever happened in whatever order: events, decisions,
undos, regroupings, retention and erasure, with digests that were killed in between."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from rustrak.database.pool import Connection, fetch_all
from rustrak.digest.erasure import erase
from rustrak.digest.rebuild import rebuild
from rustrak.digest.restoring import restore
from rustrak.digest.retention import forget
from rustrak.ledger.mentions import By, Subject
from rustrak.regroup.work import work
from tests.checked_in import check_in
from tests.digest.test_rebuild import silent
from tests.digest.test_retention import send_long_ago
from tests.installation import Installation
from tests.made_events import error
from tests.sent_items import digest_item, session
from tests.telemetry import line, send_lines, transaction

KINDS = ("KeyError", "IndexError", "TypeError", "OSError")
PEOPLE = ("ada@example.org", "bo@example.org", "cy@example.org")
RULES = (
    "type:KeyError -> lookups\n",
    "type:* -> {{ error.type }}\n",
    "type:OSError -> {{ default }} {{ tags.colour }}\n",
)
STEPS = 30
HISTORIES = int(os.environ.get("RUSTRAK_TEST_HISTORIES", "8"))  # `make fuzz` takes many


@dataclass
class History:
    """An installation to which things happen."""

    installation: Installation
    conn: Connection
    random: Random

    @property
    def place(self) -> str:
        return f"/api/projects/{self.installation.project_id}"

    def event(self) -> dict[str, Any]:
        pick = self.random.choice
        return error(
            pick(KINDS),
            user={"id": pick("123"), "email": pick(PEOPLE)},
            environment=pick(["production", "staging"]),
            release=pick(["1", "2"]),
            tags={"colour": pick(["red", "blue"])},
        )

    async def issues(self) -> list[dict[str, Any]]:
        return await self.installation.issues()

    async def ask(self, method: str, rest: str, body: Any = None) -> None:
        """Whatever the answer: a random wish may be impossible."""
        headers = {"Authorization": f"Bearer {self.installation.token}"}
        url = self.installation.base_url + self.place + rest
        async with self.installation.client.request(
            method, url, json=body, headers=headers
        ) as response:
            assert response.status < 500, await response.text()

    async def events_come(self) -> None:
        for _ in range(self.random.randint(1, 8)):
            await self.installation.send(self.event(), project=self.random.choice([0, 0, 1]))
        if self.random.random() < 0.7:
            await self.installation.digest()

    async def events_came_long_ago(self) -> None:
        await self.installation.digest()
        events = [self.event() for _ in range(self.random.randint(1, 15))]
        await send_long_ago(self.installation, self.conn, *events)

    async def others_come(self) -> None:
        await digest_item(self.installation, "session", session(str(self.random.randint(1, 9))))
        await send_lines(self.installation, line(f"mailed {self.random.choice(PEOPLE)}"))
        await digest_item(self.installation, "transaction", transaction(span_id="1" * 16))
        await digest_item(self.installation, "what_is_this", {"a": 1})
        await check_in(self.installation, self.random.choice(["ok", "error"]))

    async def a_digest_is_killed(self) -> None:
        await self.installation.send(self.event())
        task = asyncio.create_task(self.installation.digest())
        for _ in range(self.random.randint(0, 40)):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await self.installation.digester.close()

    async def something_is_decided(self) -> None:
        for issue in await self.some(1):
            change = self.random.choice(
                [{"is_resolved": True}, {"is_muted": True}, {"priority": "high"},
                 {"is_resolved": False}]
            )  # fmt: skip
            await self.ask("PATCH", f"/issues/{issue['id']}", change)

    async def somebody_comments(self) -> None:
        for issue in await self.some(1):
            text = f"wrote to {self.random.choice(PEOPLE)}"
            await self.ask("POST", f"/issues/{issue['id']}/comments", {"text": text})

    async def issues_are_merged(self) -> None:
        found = await self.some(2)
        if len(found) == 2:
            into, other = found
            await self.ask("POST", f"/issues/{into['id']}/merge", {"issues": [other["id"]]})

    async def an_issue_is_deleted(self) -> None:
        for issue in await self.some(1):
            await self.ask("DELETE", f"/issues/{issue['id']}")

    async def something_is_undone(self) -> None:
        rows = await fetch_all(
            self.conn,
            "SELECT position FROM decisions WHERE project_id = %(id)s AND issue_id IS NOT NULL",
            id=self.installation.project_id,
        )
        if rows:
            position = self.random.choice(rows)["position"]
            await self.ask("POST", f"/decisions/{position}/undo", {})
            await restore(self.conn, self.installation.project_id)

    async def the_past_is_regrouped(self) -> None:
        rules = self.random.choice(RULES)
        await self.ask("POST", "/regroupings", {"rules": rules})
        await work(self.conn, processes=0)
        row = (await fetch_all(self.conn, "SELECT max(id) AS id FROM regroups"))[0]
        await self.ask("POST", f"/regroupings/{row['id']}/apply")
        await work(self.conn, processes=0)
        if self.random.random() < 0.5:
            await self.ask("POST", f"/regroupings/{row['id']}/undo")
            await work(self.conn, processes=0)

    async def the_old_is_forgotten(self) -> None:
        await self.installation.digest()
        kept = self.random.choice([{"thin_after_days": 7}, {"thin_after_days": 7, "days": 30}])
        await self.ask("PATCH", "/settings", {"retention": kept})
        async for _ in forget(self.conn, None, datetime.now(UTC)):
            pass

    async def somebody_is_erased(self) -> None:
        subject = Subject.of(By.EMAIL, self.random.choice(PEOPLE))
        await erase(self.conn, self.installation.project_id, subject, actor="cli")

    async def some(self, number: int) -> list[dict[str, Any]]:
        found = await self.issues()
        return self.random.sample(found, k=min(number, len(found)))


Step = Callable[[History], Awaitable[None]]
WEIGHTS: dict[Step, int] = {
    History.events_come: 8,
    History.events_came_long_ago: 2,
    History.others_come: 2,
    History.a_digest_is_killed: 3,
    History.something_is_decided: 4,
    History.somebody_comments: 2,
    History.issues_are_merged: 3,
    History.an_issue_is_deleted: 2,
    History.something_is_undone: 4,
    History.the_past_is_regrouped: 1,
    History.the_old_is_forgotten: 1,
    History.somebody_is_erased: 1,
}


@pytest.mark.parametrize("seed", range(HISTORIES))
async def test_a_rebuild_equals_what_came_of_any_history(
    installation: Installation, conn: Connection, database_url: str, seed: int
) -> None:
    random = Random(seed)
    history = History(installation, conn, random)
    steps = random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS)
    told = ", ".join(step.__name__ for step in steps)
    for step in steps:
        await step(history)
    await installation.digest()
    books = (await installation.books()).values()
    assert all(one.is_even for one in books), (told, books)
    made = await rebuild(database_url, processes=0, progress=silent, is_check=True)
    assert made.differences == {}, told
