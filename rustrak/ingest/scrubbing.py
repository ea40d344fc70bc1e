"""Scrubbing before anything is stored, for projects that want it so.

What is taken out here is gone: no replay brings it back, and no copy of the database shows it.
"""

from collections.abc import Sequence
from typing import Final

from rustrak.errors import Malformed
from rustrak.events.address import anonymise_addresses
from rustrak.events.prepare import prepare
from rustrak.events.scrub import ScrubRules, scrub
from rustrak.protocol.envelope import Item
from rustrak.protocol.jsontext import dumps, parse_json

_EVENTS: Final = frozenset({"event", "transaction", "feedback"})
"""Types of item whose payload is an event document, in which the user's address is filled in."""
_OTHERS: Final = frozenset(
    {"user_report", "session", "sessions", "check_in", "span", "log", "otlp_traces", "otlp_logs"}
)
SCRUBBED: Final = _EVENTS | _OTHERS
"""Files, dumps and reports of browsers are stored as they came, and so are unknown types."""
UNREADABLE: Final = b'"[unreadable, not stored]"'
"""In place of a payload in which nothing can be looked for; the digest counts it as invalid."""


def scrubbed_items(items: Sequence[Item], remote_addr: str, rules: ScrubRules) -> list[Item]:
    """The items with their documents prepared and written anew."""
    return [
        Item(item.type, item.headers, _scrubbed(item, remote_addr, rules))
        if item.type in SCRUBBED
        else item
        for item in items
    ]


def kept_address(remote_addr: str, rules: ScrubRules) -> str:
    """What the ledger keeps of a client's address."""
    if rules.ip_policy == "keep":
        return remote_addr
    return anonymise_addresses(remote_addr) if rules.ip_policy == "anonymise" else ""


def _scrubbed(item: Item, remote_addr: str, rules: ScrubRules) -> bytes:
    try:
        document = parse_json(item.payload)
    except Malformed:
        return UNREADABLE
    if not isinstance(document, dict):
        return UNREADABLE
    if item.type in _EVENTS:
        return dumps(prepare(document, remote_addr, rules))
    return dumps(scrub(document, rules)[0])
