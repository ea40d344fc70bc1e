"""Whom an event happened to.

Used by `normalise`. Source: Sentry protocol, user.
"""

from collections.abc import Mapping
from socket import AF_INET, AF_INET6, inet_pton
from typing import Any

from rustrak.events.attributes import Errors, label, mapping
from rustrak.events.event import User

AUTO_ADDRESS = "{{auto}}"  # "the address you see me from", which only intake knows


def read_user(raw: Any, remote_address: Any, errors: Errors) -> User:
    """The user; without an explicit address, the one the web server saw (`REMOTE_ADDR`)."""
    user = User()
    if raw is not None:
        _read_attributes(mapping(raw, "user", errors), user, errors)
    if not user.ip_address and remote_address is not None:
        user.ip_address = _address(remote_address, "request.env.REMOTE_ADDR", errors)
    return user


def _read_attributes(raw: Mapping[str, Any], user: User, errors: Errors) -> None:
    get = raw.get
    user.id = label(get("id"), 128, "user.id", errors)
    user.email = label(get("email"), 75, "user.email", errors)
    user.username = label(get("username"), 128, "user.username", errors)
    user.name = label(get("name"), 128, "user.name", errors)
    if get("ip_address") is not None:
        user.ip_address = _address(get("ip_address"), "user.ip_address", errors)


def _address(value: Any, attribute: str, errors: Errors) -> str:
    """An IPv4 or IPv6 address as sent, else an empty string."""
    if value in (AUTO_ADDRESS, ""):
        return ""
    if is_address(value):
        return str(value)
    errors.invalid(attribute)
    return ""


def is_address(value: Any) -> bool:
    """True for the text of an IPv4 or IPv6 address, without port or zone.

    Performance: inet_pton, a pure function, takes a tenth of the time of `ipaddress`, which alone
    cost as much as three frames.
    """
    if type(value) is not str:
        return False
    try:
        inet_pton(AF_INET6 if ":" in value else AF_INET, value)
    except (OSError, ValueError):
        return False
    return True
