"""Where an event is: the look-up for whoever misses one."""

from dataclasses import asdict
from typing import Literal

from rustrak.accounts.kept_settings import get_settings
from rustrak.api.call import Call
from rustrak.errors import NotFound
from rustrak.events.address import anonymise_addresses
from rustrak.projections.whereabouts import find_deliveries
from rustrak.schemas.whereabouts import Delivery, Whereabouts


async def get_whereabouts(call: Call) -> Whereabouts:
    """Each envelope that brought an event, and how its items ended."""
    event_id = call.uuid("event_id")
    async with call.connection() as conn:
        found = await find_deliveries(conn, event_id, call.project_id)
        settings = await get_settings(conn, call.project_id)
    if not found:
        raise NotFound(f"Event {event_id} was not received, or a quota refused it")
    policy = settings.scrubbing.ip_policy
    deliveries = [
        Delivery.model_validate(
            {**asdict(delivery), "remote_addr": _address(delivery.remote_addr, policy)}
        )
        for delivery in found
    ]
    return Whereabouts(event_id=event_id, deliveries=deliveries)


def _address(remote_addr: str, policy: Literal["keep", "anonymise", "drop"]) -> str:
    """The sender's, as far as the project lets anybody see addresses."""
    if policy == "keep":
        return remote_addr
    return anonymise_addresses(remote_addr) if policy == "anonymise" else ""
