"""Every item type that holds log lines, and what reads it: for digest and for showing one again."""

from collections.abc import Callable, Mapping
from typing import Final

from rustrak.items.logs import LogLine, read_logs
from rustrak.items.otlp import read_otlp_logs

LINE_READERS: Final[Mapping[str, Callable[..., list[LogLine]]]] = {
    "log": read_logs,
    "otlp_logs": read_otlp_logs,
}
"""By item type; called with the payload, the envelope's headers and `received_at`."""
