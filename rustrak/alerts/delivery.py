"""What a channel is given to send with, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rustrak.config import Settings

TIMEOUT = 30.0  # seconds for one message, from the look-up of the name to the answer


@dataclass(frozen=True, slots=True)
class Delivered:
    """The other side has taken the notice."""

    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """One delivery: whose installation, which attempt, how long.

    `key` is the same for every attempt to tell one notice through one channel, so that receivers
    can drop repetitions; printable ASCII. `origins` says where to reach a service instead of at its
    own address ("https://hooks.slack.com": "http://127.0.0.1:4000"): for tests and for gateways.
    """

    settings: Settings
    key: str
    timeout: float = TIMEOUT
    origins: Mapping[str, str] = field(default_factory=dict)
