"""What the API says when it refuses: one shape for every error."""

from typing import Any

from tests.installation import Installation


async def refusal(
    installation: Installation, method: str, path: str, status: int, body: Any = None
) -> tuple[str, str]:
    """The type and message of a refusal with this status; fails on any other shape."""
    answer = await installation.request(method, path, body, status)
    assert list(answer) == ["error"]
    assert list(answer["error"])[:2] == ["type", "message"]
    assert set(answer["error"]) <= {"type", "message", "fields"}
    return answer["error"]["type"], answer["error"]["message"]
