"""A browser without a window: it keeps cookies, and says what came back."""

import json
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from rustrak.accounts.passwords import hash_password
from rustrak.accounts.sessions import open_session
from rustrak.accounts.users import set_password
from rustrak.database.pool import Connection
from tests.installation import Installation

SESSION = "rustrak_session"
PASSWORD = "correct horse"


@dataclass
class Answer:
    """What came back; `body` is JSON, None for no content."""

    status: int
    body: Any
    headers: dict[str, str]
    cookies: SimpleCookie

    @property
    def message(self) -> str:
        """What an error says."""
        return str(self.body["error"]["message"])


@dataclass
class Browser:
    """Cookies of one browser; a Max-Age of 0 takes one away."""

    installation: Installation
    cookies: dict[str, str] = field(default_factory=dict)

    async def call(
        self, method: str, path: str, body: Any = None, status: int | None = None, **headers: str
    ) -> Answer:
        """Ask the API; header names are given with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        async with self.installation.client.request(
            method, self.installation.base_url + path, json=body, headers=given,
            allow_redirects=False,
        ) as response:  # fmt: skip
            text = await response.text()
            for name, cookie in response.cookies.items():
                self.cookies[name] = cookie.value
                if cookie["max-age"] == "0":
                    del self.cookies[name]
            answer = Answer(
                response.status,
                json.loads(text) if text else None,
                dict(response.headers),
                response.cookies,
            )
        assert status in (None, answer.status), f"{method} {path}: {answer}"
        return answer

    async def get(self, path: str, status: int = 200) -> Any:
        """The JSON of a path."""
        return (await self.call("GET", path, status=status)).body

    async def log_in(self, email: str, password: str = PASSWORD, **headers: str) -> Answer:
        """Try to log in."""
        body = {"email": email, "password": password}
        return await self.call("POST", "/auth/login", body, **headers)


async def logged_in(installation: Installation, conn: Connection, user_id: int) -> Browser:
    """A browser where somebody is logged in, without the cost of a password."""
    return Browser(installation, {SESSION: await open_session(conn, user_id)})


async def give_password(conn: Connection, user_id: int, password: str = PASSWORD) -> None:
    """Let a user of `tests.people` log in."""
    await set_password(conn, user_id, await hash_password(password))
