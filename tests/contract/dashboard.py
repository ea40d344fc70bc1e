"""Asks as the original's dashboard does: from a server, with nothing but its session's cookie."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from rustrak.accounts.sessions import open_session
from rustrak.database.pool import Connection
from tests.contract.rules import REFUSAL, Rule
from tests.installation import Installation


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


class Dashboard:
    """Somebody logged in. Every answer is held against the client's rules."""

    def __init__(self, installation: Installation, cookie: str | None) -> None:
        self.installation = installation
        self.cookie = cookie

    @property
    def project(self) -> str:
        """The path of the first project."""
        return f"/api/projects/{self.installation.project_id}"

    async def answer(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Any answer at all."""
        given = {"Content-Type": "application/json", **(headers or {})}
        if self.cookie is not None:
            given["Cookie"] = f"rustrak_session={self.cookie}"
        data = None if body is None else BytesIO(json.dumps(body).encode())
        url = self.installation.base_url + path
        async with self.installation.client.request(
            method, url, data=data, headers=given
        ) as response:
            content = await response.read()
            if content:
                assert response.content_type == "application/json", (path, content)
            return Answer(
                response.status, response.headers, json.loads(content) if content else None
            )

    async def ask(
        self, method: str, path: str, rule: Rule | None, body: Any = None, status: int = 200
    ) -> Any:
        """The body of a success, which keeps the rule; None stands for no content."""
        answer = await self.answer(method, path, body)
        assert answer.status == status, f"{method} {path}: {answer.status} {answer.body}"
        if rule is None:
            assert answer.body is None
        else:
            rule(answer.body, f"{method} {path}")
        return answer.body

    async def get(self, path: str, rule: Rule) -> Any:
        return await self.ask("GET", path, rule)

    async def refusal(
        self, method: str, path: str, status: int, body: Any = None
    ) -> tuple[str, str]:
        """The type and the message of an error."""
        answer = await self.answer(method, path, body)
        assert answer.status == status, f"{method} {path}: {answer.status} {answer.body}"
        REFUSAL(answer.body, f"{method} {path}")
        return answer.body["error"]["type"], answer.body["error"]["message"]


async def open_dashboard(installation: Installation, conn: Connection, user_id: int) -> Dashboard:
    """The dashboard of a user."""
    return Dashboard(installation, await open_session(conn, user_id))
