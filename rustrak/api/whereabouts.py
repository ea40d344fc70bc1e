"""Where an event is: the look-up for whoever misses one."""

from rustrak.api.call import Call
from rustrak.errors import NotFound
from rustrak.projections.whereabouts import find_deliveries
from rustrak.schemas.whereabouts import Delivery, Whereabouts


async def get_whereabouts(call: Call) -> Whereabouts:
    """Each envelope that brought an event, and how its items ended."""
    event_id = call.uuid("event_id")
    async with call.connection() as conn:
        found = await find_deliveries(conn, event_id, call.project_id)
    if not found:
        raise NotFound(f"Event {event_id} was not received, or a quota refused it")
    deliveries = [Delivery.model_validate(delivery) for delivery in found]
    return Whereabouts(event_id=event_id, deliveries=deliveries)
