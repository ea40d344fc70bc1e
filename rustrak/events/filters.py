"""Inbound filters: events that a project does not want, told by what they say about themselves.

Pure; asked before an event is folded. Every text that is looked at is cut first, and every pattern
is linear. Source: Sentry protocol, inbound filters.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

from rustrak.errors import Invalid
from rustrak.events.attributes import Errors, entries, json_text, label
from rustrak.events.document import interface
from rustrak.events.event import Frame
from rustrak.events.message import read_message

MAX_PATTERNS: Final = 50
"""Patterns for messages, and as many for releases."""
MAX_PATTERN_CHARS: Final = 200
MAX_ADDRESSES: Final = 100
"""Networks that may be shut out."""
MAX_ADDRESS_CHARS: Final = 64
"""Characters of an address or network; the longest IPv6 network with a zone has fewer."""

_MAX_EXCEPTIONS = 5  # the reported one and those next to it
_MAX_TEXT = 2048  # characters compared with patterns; a search costs at most text times pattern
_MAX_FRAMES = 50  # the newest, of the reported exception
_MAX_URL = 2048  # characters
_MAX_HEADERS = 200  # entries searched for the User-Agent
_MAX_AGENT = 512  # characters

_EXTENSION_SCHEMES = (
    "chrome-extension:",
    "moz-extension:",
    "safari-extension:",
    "safari-web-extension:",
    "webkit-masked-url:",  # what Safari shows of an extension's files
    "ms-browser-extension:",
    "edge-extension:",
    "user-script:",
)
# What extensions, and the scripts that in-app browsers inject, are known to throw; lower case.
_EXTENSION_ERRORS = (
    "extension context invalidated",
    "could not establish connection. receiving end does not exist",
    "the message port closed before a response was received",
    "but the message channel closed before a response was received",
    "cannot redefine property: ethereum",
    "failed to connect to metamask",
    "window.ethereum.selectedaddress",
    "__gcrweb",  # Chrome on iOS
    "window.__firefox__",  # Firefox on iOS
    "_autofillcallbackhandler",  # browsers inside social networks
    "instantsearchsdkjsbridge",  # Edge and Bing on mobile
)

# A phone brand is called Cubot.
_CRAWLER = re.compile(
    r"(?<!cu)bot\b|crawler|spider\b|slurp\b|mediapartners-google|google-inspectiontool"
    r"|apis-google|facebookexternalhit|facebookcatalog|ia_archiver|bingpreview|chrome-lighthouse"
    r"|skypeuripreview|embedly|screaming frog|feedfetcher",
    re.IGNORECASE,
)
# The first that matches decides: legacy when its version is below the number. The line is drawn at
# ECMAScript 2015, which no older version runs; Edge's own engine is no longer maintained.
_BROWSERS = (
    (re.compile(r"Opera Mini/(\d{1,4})"), 8),
    (re.compile(r"Presto/(\d{1,4})"), 10_000),
    (re.compile(r"MSIE (\d{1,4})"), 10_000),
    (re.compile(r"Trident/(\d{1,4})"), 10_000),
    (re.compile(r"Edge/(\d{1,4})"), 79),
    (re.compile(r"Chrom(?:e|ium)/(\d{1,4})"), 51),
    (re.compile(r"Firefox/(\d{1,4})"), 54),
    (re.compile(r"Android (\d{1,4})"), 5),
    (re.compile(r"Version/(\d{1,4})[\d.]{0,16} (?:Mobile/\w{1,16} )?Safari/"), 10),
)


@dataclass(frozen=True, slots=True)
class FilterRules:
    """What a project filters.

    `messages` and `releases` are patterns for the whole text, of which the first 2048 characters
    are looked at: `*` is any text, case does not matter, everything else stands for itself.
    `addresses` are networks like `10.0.0.0/8` or single addresses.
    """

    browser_extensions: bool = False
    localhost: bool = False
    legacy_browsers: bool = False
    web_crawlers: bool = False
    messages: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def filter_reason(document: Mapping[str, Any], remote_addr: str, rules: FilterRules) -> str | None:
    """Returns the reason code of the first filter that an event meets, None to keep it.

    `document` is the event as decoded, `remote_addr` the client's address, which may be empty.
    Raises nothing for any JSON object; rules that were not validated match nothing.
    """
    if rules.addresses and _is_within(remote_addr, rules.addresses):
        return "ip-address"
    if rules.releases and _any_matches(rules.releases, _release(document)):
        return "release-version"
    if rules.messages and _any_matches(rules.messages, _messages(document)):
        return "error-message"
    if rules.browser_extensions and _is_from_extension(document):
        return "browser-extensions"
    if rules.localhost and _is_from_localhost(document):
        return "localhost"
    agent = _user_agent(document) if rules.legacy_browsers or rules.web_crawlers else ""
    if rules.web_crawlers and _CRAWLER.search(agent):
        return "web-crawlers"
    if rules.legacy_browsers and _is_legacy(agent):
        return "legacy-browsers"
    return None


def validate_patterns(patterns: Sequence[str]) -> None:
    """Raises Invalid for too many patterns, and for one that is empty, too long or matches all."""
    if len(patterns) > MAX_PATTERNS:
        raise Invalid(f"there are {len(patterns)} patterns; the limit is {MAX_PATTERNS}")
    for number, pattern in enumerate(patterns, 1):
        if len(pattern) > MAX_PATTERN_CHARS:
            raise Invalid(f"pattern {number} has more than {MAX_PATTERN_CHARS} characters")
        if not pattern.strip("* "):
            raise Invalid(f"pattern {number} has nothing but blanks and stars, which match all")


def validate_addresses(addresses: Sequence[str]) -> None:
    """Raises Invalid for too many addresses, and for one that is no address or network."""
    if len(addresses) > MAX_ADDRESSES:
        raise Invalid(f"there are {len(addresses)} addresses; the limit is {MAX_ADDRESSES}")
    for number, text in enumerate(addresses, 1):
        network = _network(text)
        if network is None:
            raise Invalid(f"address {number} is no IP address or network like 10.0.0.0/8")
        if network.prefixlen == 0:
            raise Invalid(f"address {number} is the network of all addresses")


def _any_matches(patterns: Sequence[str], texts: Sequence[str]) -> bool:
    folded = [text.casefold() for text in texts]
    return any(_matches(p.casefold(), text) for p in patterns[:MAX_PATTERNS] for text in folded)


def _matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits: each piece at its first place after the one before it."""
    first, *middle = pattern[:MAX_PATTERN_CHARS].split("*")
    if not middle:
        return text == first
    last = middle.pop()
    position, end = len(first), len(text) - len(last)
    if position > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for piece in middle:
        found = text.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def _release(document: Mapping[str, Any]) -> list[str]:
    release = label(document.get("release"), _MAX_TEXT, "release", Errors())
    return [release] if release else []


def _messages(document: Mapping[str, Any]) -> list[str]:
    """The log message as template and as text, and of each exception `value` and `type: value`."""
    message = read_message(document.get("message"), interface(document, "logentry"), Errors())
    texts = [text[:_MAX_TEXT] for text in dict.fromkeys(message) if text]
    for exception in _exceptions(document):
        kind, value = _text(exception.get("type")), _text(exception.get("value"))
        texts += [value, f"{kind}: {value}"] if kind else [value]
    return texts


def _exceptions(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The last exceptions as sent, the reported one at the end."""
    raw = interface(document, "exception")
    if isinstance(raw, dict):
        raw = raw.get("values", [raw])
    return entries(raw, _MAX_EXCEPTIONS, "exception", Errors())


def _is_from_extension(document: Mapping[str, Any]) -> bool:
    csp = _object(interface(document, "csp"))
    urls = [csp.get("blocked_uri"), csp.get("source_file")]
    for exception in _exceptions(document)[-1:]:
        urls += _crash_site(exception)
        message = _text(exception.get("value")).lower()
        if any(known in message for known in _EXTENSION_ERRORS):
            return True
    return any(_url(url).lower().startswith(_EXTENSION_SCHEMES) for url in urls)


def _crash_site(exception: Mapping[str, Any]) -> Iterator[Any]:
    """The file of the newest frame that names one by URL.

    Only that: extensions wrap functions of the page, so their frames surround its own errors too.
    """
    frames = _object(exception.get("stacktrace")).get("frames")
    for frame in reversed(frames[-_MAX_FRAMES:] if type(frames) is list else []):
        if ":" in _url(url := _file(frame)):
            yield url
            return


def _file(frame: Any) -> Any:
    if isinstance(frame, Frame):  # as `decode_event` has it
        return frame.abs_path or frame.filename
    return _object(frame).get("abs_path") or _object(frame).get("filename")


def _is_from_localhost(document: Mapping[str, Any]) -> bool:
    """By the page or the user, never by the client's address, which may be that of a proxy."""
    user = _object(interface(document, "user"))
    request = _object(interface(document, "request"))
    return _is_local(_url(user.get("ip_address"))) or _is_local(_host(_url(request.get("url"))))


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and (address.is_loopback or address.is_unspecified)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # an unbalanced bracket in the host
        return ""


def _user_agent(document: Mapping[str, Any]) -> str:
    """The User-Agent header of the event's request, from an object or a list of pairs."""
    headers = _object(interface(document, "request")).get("headers")
    pairs = list(headers.items()) if isinstance(headers, dict) else headers
    for pair in pairs[:_MAX_HEADERS] if isinstance(pairs, list) else ():
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            continue
        name, value = pair
        if isinstance(name, str) and len(name) == 10 and name.lower() == "user-agent":
            value = value[0] if isinstance(value, list) and value else value  # PHP sends lists
            return value[:_MAX_AGENT] if isinstance(value, str) else ""
    return ""


def _is_legacy(agent: str) -> bool:
    for pattern, supported in _BROWSERS:
        if match := pattern.search(agent):
            return int(match[1]) < supported
    return False


def _is_within(remote_addr: str, addresses: tuple[str, ...]) -> bool:
    address = _address(remote_addr)
    return address is not None and any(address in network for network in _networks(addresses))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address; IPv4 written as IPv6, as dual-stack sockets do, is IPv4."""
    try:
        address = ip_address(text[:MAX_ADDRESS_CHARS])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(maxsize=256)
def _networks(addresses: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    networks = (_network(text) for text in addresses[:MAX_ADDRESSES])
    return tuple(network for network in networks if network is not None)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False) if len(text) <= MAX_ADDRESS_CHARS else None
    except ValueError:
        return None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return (json_text(value) or "")[:_MAX_TEXT]


def _url(value: Any) -> str:
    return value[:_MAX_URL] if isinstance(value, str) else ""
