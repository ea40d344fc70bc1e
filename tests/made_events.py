"""Events made up for tests: small, valid, and of the issue their kind says."""

from typing import Any

from tests.installation import Installation


def error(kind: str = "ValueError", value: str = "no", **attributes: Any) -> dict[str, Any]:
    """An event with one exception; equal kinds share an issue titled `<kind>: <value>`."""
    frames = [{"function": "pay", "module": "shop", "in_app": True, "lineno": 3}]
    exception = {"type": kind, "value": value, "stacktrace": {"frames": frames}}
    return {"exception": {"values": [exception]}, "platform": "python", **attributes}


async def digested(
    installation: Installation, *events: dict[str, Any], project: int = 0
) -> list[str]:
    """Send the events in this order and digest them; returns their ids."""
    sent = [await installation.send(event, project=project) for event in events]
    await installation.digest()
    return sent
