"""The IP policy of a project: client addresses of a document anonymised or dropped.

Used by `scrub`, before names and texts are searched.
"""

from typing import Any, Literal

from rustrak.events.address import anonymise_addresses
from rustrak.events.document import LONG_NAMES
from rustrak.events.sensitive import FILTERED, MAX_NAME, plain_name
from rustrak.events.user import AUTO_ADDRESS

Policy = Literal["anonymise", "drop"]

# Headers that proxies write, in the form of `plain_name`; CGI, WSGI and PHP call them HTTP_….
_HEADERS = ("xforwardedfor", "xrealip", "cfconnectingip", "forwarded")
_CARRIERS = frozenset({"ipaddress", "remoteaddr", *_HEADERS, *(f"http{n}" for n in _HEADERS)})
_MAX_REMARKS = 50  # of one document
_REASONS = {"anonymise": "ip_anonymised", "drop": "ip_dropped"}
_REQUESTS = ("request", LONG_NAMES["request"])
_PLACES = (
    ("user",),
    (LONG_NAMES["user"],),
    ("attrs",),  # of a session
    *((request, part) for request in _REQUESTS for part in ("env", "headers")),
)


def apply_ip_policy(document: Any, policy: Policy) -> tuple[Any, dict[str, str]]:
    """A copy with client addresses anonymised or dropped, and why, by dotted path.

    These are `user.ip_address`, `request.env.REMOTE_ADDR` and the forwarding headers, in the
    headers and in the environment. `{{auto}}` stays: the address is filled in elsewhere. A value
    in which no address can be read is dropped. Total on any JSON.
    """
    remarks: dict[str, str] = {}
    for place in _PLACES:
        document = _applied(document, place, policy, "", remarks)
    return document, remarks


def _applied(
    value: Any, place: tuple[str, ...], policy: Policy, path: str, remarks: dict[str, str]
) -> Any:
    """The value with the policy applied at a place inside it, if it has such a place."""
    if not place:
        return _carriers(value, policy, path, remarks)
    if not isinstance(value, dict) or place[0] not in value:
        return value
    path = f"{path}.{place[0]}" if path else place[0]
    return {**value, place[0]: _applied(value[place[0]], place[1:], policy, path, remarks)}


def _carriers(value: Any, policy: Policy, path: str, remarks: dict[str, str]) -> Any:
    """An object or a list of pairs with the policy applied to what carries an address."""
    if isinstance(value, dict):
        pairs = [[name, item] for name, item in value.items()]
    elif isinstance(value, list):
        pairs = value
    else:
        return value
    kept = []
    for pair in pairs:
        if _carries_address(pair):
            name, item = pair
            shortened = _shortened(item, policy)
            if shortened != item and len(remarks) < _MAX_REMARKS:
                remarks[f"{path}.{name}"] = _REASONS[policy]
            if shortened is None and item is not None:
                continue
            pair = [name, shortened]
        kept.append(pair)
    return dict(kept) if isinstance(value, dict) else kept


def _carries_address(pair: Any) -> bool:
    if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str:
        return False
    return len(pair[0]) <= MAX_NAME and plain_name(pair[0]) in _CARRIERS


def _shortened(value: Any, policy: Policy) -> Any:
    """What the policy makes of a value: None when it has to go. PHP sends lists of texts."""
    if not value or value in (AUTO_ADDRESS, FILTERED):
        return value
    if policy == "drop":
        return None
    if type(value) is list:
        texts = [anonymise_addresses(item) for item in value if type(item) is str]
        return [text for text in texts if text] or None
    return (anonymise_addresses(value) if type(value) is str else "") or None
