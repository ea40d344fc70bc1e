"""Which tags there are, for whoever writes a search."""

from rustrak.accounts.projects import list_visible
from rustrak.api.call import Call
from rustrak.errors import NotFound
from rustrak.schemas.figures import KnownTag, KnownTagsQuery
from rustrak.search.known_tags import known_keys, known_values


async def list_known_keys(call: Call, query: KnownTagsQuery) -> list[KnownTag]:
    """The keys of tags that events of one's projects carry."""
    async with call.connection() as conn:
        projects = await list_visible(conn, call.actor, query.project)
        found = await known_keys(conn, projects, begins=query.begins, limit=query.limit)
    return [KnownTag(name=key) for key in found]


async def list_known_values(call: Call, query: KnownTagsQuery) -> list[KnownTag]:
    """The values of one tag there. Raises NotFound for a tag that nothing has."""
    key = call.text("key")
    async with call.connection() as conn:
        projects = await list_visible(conn, call.actor, query.project)
        found = await known_values(conn, projects, key, begins=query.begins, limit=query.limit)
    if not found and not query.begins:
        raise NotFound(f"Tag {key[:200]} not found")
    return [KnownTag(name=value) for value in found]
