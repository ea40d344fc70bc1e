"""How the word that somebody writes into the search may go on."""

import re
from typing import Final
from urllib.parse import quote

from aiohttp import web

from rustrak.dashboard.visit import Visit

WORDS: Final = (
    *("is:unresolved", "is:resolved", "is:ignored", "is:assigned", "is:unassigned"),
    *("level:error", "level:fatal", "level:warning", "environment:", "release:", "user.email:"),
    *("first-seen:-24h", "last-seen:-1h", "assigned:me", "assigned:none", "priority:high"),
    *("times-seen:>100", "users:>10"),
)  # fmt: skip
"""What a search may begin with."""
USERS: Final = {
    "user.id": "id:",
    "user.email": "email:",
    "user.username": "username:",
    "user.ip": "ip:",
}
"""How the tag `user` begins for what is searched for under another name."""
MOST: Final = 20

_PLAIN: Final = re.compile(r'[^\s()"\\*]+')


async def complete(visit: Visit) -> web.StreamResponse:
    """Whole words, as JSON."""
    word = visit.query("word")[:200]
    mark = "!" if word.startswith("!") else ""
    key, colon, begins = word.removeprefix("!").partition(":")
    words = await (_values(visit, key, begins.lstrip('"')) if colon else _keys(visit, key))
    return web.json_response(
        [mark + each for each in words][:MOST], headers={"Cache-Control": "no-store"}
    )


async def _keys(visit: Visit, begins: str) -> list[str]:
    known = await visit.get("/api/tags", begins=begins, project=visit.query("project"), limit=MOST)
    names = [one["name"] for one in known]
    fixed = [word for word in WORDS if word.startswith(begins)]
    return [*fixed, *(f"{name}:" for name in names if f"{name}:" not in fixed and name != "user")]


async def _values(visit: Visit, key: str, begins: str) -> list[str]:
    fixed = [word for word in WORDS if word.startswith(f"{key}:{begins}") and word[-1] != ":"]
    if fixed or not key:
        return fixed
    kind = USERS.get(key, "")
    answer = await visit.answer(
        "GET",
        f"/api/tags/{quote('user' if kind else key, safe='')}",
        begins=kind + begins,
        project=visit.query("project"),
        limit=MOST,
    )
    known = answer.json() if answer.status == 200 else []
    return [f"{key}:{_written(one['name'].removeprefix(kind))}" for one in known]


def _written(value: str) -> str:
    """A value as a search has it."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + re.sub(r'(["\\*])', r"\\\1", value) + '"'
