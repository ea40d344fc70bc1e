"""Asking the provider: short, bounded, and never led elsewhere by a redirect."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout

from rustrak.errors import Overloaded
from rustrak.logging import Note, log

TIMEOUT: Final = ClientTimeout(total=10, connect=5)  # seconds
LARGEST_ANSWER: Final = 512 * 1024  # bytes
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class Unavailable(Overloaded):
    """The provider does not answer as it should."""

    def __init__(self) -> None:
        super().__init__("the login provider does not answer as it should; try again soon", 5)


async def fetch_json(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    refusals: tuple[int, ...] = (),
) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of an answer: of a POST where there is a form.

    Raises Unavailable for anything else than 200 or one of `refusals`; the log says what it was.
    """
    method = "GET" if form is None else "POST"
    try:
        async with (
            ClientSession(timeout=TIMEOUT, trust_env=False) as http,
            http.request(
                method, url, data=form, headers={**_HEADERS, **(headers or {})},
                allow_redirects=False,
            ) as response,
        ):  # fmt: skip
            body = b""
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise _unavailable(url, f"more than {LARGEST_ANSWER} bytes")
            if response.status != 200 and response.status not in refusals:
                raise _unavailable(url, f"status {response.status}")
            status = response.status
        answer = orjson.loads(body)
    except (ClientError, TimeoutError, OSError, ValueError) as error:
        raise _unavailable(url, type(error).__name__) from None
    if not isinstance(answer, dict):
        raise _unavailable(url, "no JSON object")
    return status, answer


def _unavailable(url: str, why: str) -> Unavailable:
    log.warning(Note.LOGIN_PROVIDER_FAILED, url=url, why=why)
    return Unavailable()
