"""Searches kept under a name: everybody sees and keeps their own."""

from rustrak.accounts import saved_searches
from rustrak.api.call import Call
from rustrak.schemas.saved_searches import SavedSearch, SearchToSave


async def list_searches(call: Call) -> list[SavedSearch]:
    """One's own searches, the oldest first."""
    async with call.connection() as conn:
        rows = await saved_searches.list_searches(conn, call.actor.user_id)
    return [SavedSearch.model_validate(row) for row in rows]


async def save_search(call: Call, body: SearchToSave) -> SavedSearch:
    """Keep a search; one of the same name is replaced."""
    async with call.connection() as conn:
        row = await saved_searches.save_search(conn, call.actor.user_id, body.name, body.query)
    return SavedSearch.model_validate(row)


async def delete_search(call: Call) -> None:
    """Keep a search no longer."""
    async with call.connection() as conn:
        await saved_searches.delete_search(conn, call.actor.user_id, call.text("name"))
