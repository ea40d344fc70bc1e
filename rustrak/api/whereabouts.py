"""Where an event is: the look-up for whoever misses one."""

from datetime import datetime
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from rustrak.accounts.projects import get_project
from rustrak.api.access import Actor
from rustrak.api.context import POOL
from rustrak.api.old_messages import number_in_path, reply, uuid_in_path
from rustrak.errors import NotFound
from rustrak.projections.whereabouts import find_deliveries


class Fate(BaseModel):
    """One item of an envelope and how it ended."""

    model_config = ConfigDict(from_attributes=True)

    item: int
    type: str
    bytes: int
    outcome: str
    reason: str
    issue_id: UUID | None


class Delivery(BaseModel):
    """One envelope that brought the event's id."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    received_at: datetime
    client: str
    remote_addr: str
    encoding: str
    bytes: int
    fates: list[Fate]


class Whereabouts(BaseModel):
    """The whole story of one event id in a project."""

    event_id: UUID
    deliveries: list[Delivery]


async def get_whereabouts(request: web.Request, _actor: Actor) -> web.Response:
    """GET /api/projects/{project_id}/where/{event_id}"""
    project_id = number_in_path(request, "project_id")
    event_id = uuid_in_path(request, "event_id")
    async with request.app[POOL].connection() as conn:
        await get_project(conn, project_id)
        found = await find_deliveries(conn, event_id, project_id)
    if not found:
        raise NotFound(f"Event {event_id} was not received, or a quota refused it")
    deliveries = [Delivery.model_validate(delivery) for delivery in found]
    return reply(Whereabouts(event_id=event_id, deliveries=deliveries))
