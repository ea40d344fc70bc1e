"""Webhooks: the notice as JSON, signed, to any web address."""

import hashlib
import hmac
import re
import time
from typing import Annotated, ClassVar, Final

import orjson
from pydantic import AfterValidator, Field

from rustrak.alerts.channels.config import ChannelConfig, Hidden, WebAddress
from rustrak.alerts.delivery import Context, Delivered
from rustrak.alerts.notice import Notice, payload
from rustrak.alerts.post import post

MAX_HEADERS: Final = 20
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110, field names
_OURS = ("content-type", "content-length", "content-encoding", "accept-encoding", "idempotency-key")
_OF_THE_CONNECTION = (  # RFC 9110 7.6.1, and what only the client library may say
    "connection",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)


def _header_name(name: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise ValueError("is not the name of a header")
    lower = name.lower()
    if lower in _OURS or lower in _OF_THE_CONNECTION or lower.startswith("x-rustrak-"):
        raise ValueError("cannot be set: it is ours, or belongs to the connection")
    return name


class WebhookConfig(ChannelConfig):
    """`secret` signs; the values of `headers` (an API key, say) are hidden like it."""

    destination: ClassVar = ("url",)

    url: WebAddress
    secret: Hidden | None = None
    headers: Annotated[
        dict[Annotated[str, AfterValidator(_header_name)], Hidden],
        Field(max_length=MAX_HEADERS, default_factory=dict),
    ]


async def send(config: WebhookConfig, notice: Notice, context: Context) -> Delivered:
    """POST the notice; any 2xx counts as delivered. Raises DeliveryFailed."""
    body = orjson.dumps(payload(notice))
    timestamp = int(time.time())
    headers = {name: value.get_secret_value() for name, value in config.headers.items()}
    headers |= {
        "Idempotency-Key": context.key,
        "X-Rustrak-Timestamp": str(timestamp),
        "X-Rustrak-Request-ID": notice.alert_id,
    }
    if config.secret is not None:
        secret = config.secret.get_secret_value()
        headers["X-Rustrak-Signature"] = signature(secret, timestamp, body)
    answer = await post(context, config.url, body, headers)
    return Delivered(answer.status)


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`sha256=` and the HMAC of the timestamp (unix seconds), a dot, and the body."""
    signed = b"%d." % timestamp + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
