"""Searches that people keep under a name."""

from dataclasses import replace

from rustrak.accounts.saved_searches import MOST_SEARCHES
from rustrak.database.pool import Connection, execute, fetch_all
from tests.installation import Installation
from tests.people import make_token, make_user
from tests.refusals import refusal


async def keep(installation: Installation, name: str, query: str = "is:unresolved") -> None:
    await installation.request("PUT", "/api/searches", {"name": name, "query": query})


async def kept(installation: Installation) -> list[tuple[str, str]]:
    return [(one["name"], one["query"]) for one in await installation.get("/api/searches")]


async def test_a_search_is_kept_replaced_and_dropped(installation: Installation) -> None:
    await keep(installation, "Mine", "assigned:me")
    await keep(installation, "50% / ü", "")
    await keep(installation, "Mine", "assigned:none")
    assert await kept(installation) == [("Mine", "assigned:none"), ("50% / ü", "")]
    await installation.request("DELETE", "/api/searches/50%25%20%2F%20%C3%BC", status=204)
    assert await kept(installation) == [("Mine", "assigned:none")]
    kind, message = await refusal(installation, "DELETE", "/api/searches/nothing", 404)
    assert (kind, message) == ("NotFound", "Resource not found: Search 'nothing' not found")


async def test_everybody_keeps_their_own(installation: Installation, conn: Connection) -> None:
    other = await make_user(conn, "other@example.com")
    theirs = replace(installation, token=await make_token(conn, other))
    await keep(installation, "Mine")
    await keep(theirs, "Mine", "is:ignored")
    assert await kept(installation) == [("Mine", "is:unresolved")]
    await theirs.request("DELETE", "/api/searches/Mine", status=204)
    assert await kept(theirs) == []
    await keep(theirs, "Gone")
    await execute(conn, "DELETE FROM users WHERE id = %(id)s", id=other)
    assert await fetch_all(conn, "SELECT name FROM saved_searches") == [{"name": "Mine"}]


async def test_nobody_keeps_too_many_or_what_is_no_search(installation: Installation) -> None:
    for number in range(MOST_SEARCHES):
        await keep(installation, f"Search {number}")
    one_more = {"name": "one more", "query": ""}
    kind, message = await refusal(installation, "PUT", "/api/searches", 409, one_more)
    assert kind == "Conflict"
    assert "You keep 50 searches" in message
    await keep(installation, "Search 7", "is:ignored")
    for wrong in ({"name": "", "query": ""}, {"name": "x" * 61, "query": ""}, {"name": "x"}):
        await refusal(installation, "PUT", "/api/searches", 400, wrong)
