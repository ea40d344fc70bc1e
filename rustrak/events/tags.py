"""Tags: the SDK's own, normalised, and those derived from the rest of the event.

Used by `normalise`, last, because derived tags read the finished event.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from rustrak.events.attributes import Errors, cut, mapping
from rustrak.events.event import Event

MAX_TAGS = 100
MAX_LENGTH = 200  # of a key and of a value, in characters
_RESERVED = frozenset({"release", "dist", "user", "filename", "function", "environment"})
_KEY_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-"
_CONTEXTS = ("browser", "os", "device", "runtime")


def read_tags(raw: Any, errors: Errors) -> dict[str, str]:
    """At most 100 tags from an object or a list of pairs; the first of a repeated key wins.

    A tag with an empty or invalid key or value is dropped and noted. The reserved names are kept
    back for derived tags. `environment` survives so that `normalise` can move it.
    """
    tags: dict[str, str] = {}
    for pair in _pairs(raw, errors):
        key, value = _key(pair[0]), _value(pair[1])
        if not key or not value:
            errors.invalid("tags")
        elif len(tags) < MAX_TAGS:
            tags.setdefault(key, value)
        else:
            errors.note("value_too_long", "tags")
            break
    return tags


def _pairs(raw: Any, errors: Errors) -> Iterable[Any]:
    if raw is None:
        return ()
    if isinstance(raw, dict):
        return raw.items()
    if type(raw) is not list:
        errors.invalid("tags")
        return ()
    pairs = [pair for pair in raw if type(pair) is list and len(pair) == 2]
    if len(pairs) < len(raw):
        errors.invalid("tags")
    return pairs


def _key(raw: Any) -> str:
    return "" if type(raw) is not str or len(raw) > MAX_LENGTH else _clean_key(raw)


@lru_cache(maxsize=2048)
def _clean_key(text: str) -> str:
    key = text.strip().replace(" ", "-")
    # strip() leaves nothing exactly when every character is a permitted one
    return "" if key.strip(_KEY_CHARACTERS) else key


def _value(raw: Any) -> str:
    if type(raw) is not str:
        return cut(str(raw), MAX_LENGTH) if isinstance(raw, (bool, int, float)) else ""
    value = raw.strip()
    return "" if "\n" in value else cut(value, MAX_LENGTH)


def add_derived_tags(event: Event, contexts: Any, errors: Errors) -> None:
    """Add what the event itself says as tags. The SDK's own tag of the same name wins."""
    tags = event.tags
    for name in _RESERVED.intersection(tags):
        del tags[name]
    for name, value in _event_tags(event):
        if value and name not in tags:
            tags[name] = value if len(value) <= MAX_LENGTH else cut(value, MAX_LENGTH)
    if contexts is not None:
        known = mapping(contexts, "contexts", errors)
        for name in _CONTEXTS:
            if known.get(name) is not None:
                _add_context_tags(name, mapping(known[name], f"contexts.{name}", errors), tags)


def _event_tags(event: Event) -> tuple[tuple[str, str | None], ...]:
    mechanism = event.exceptions[-1].mechanism_type if event.exceptions else None
    return (
        ("level", event.level),
        ("logger", event.logger),
        ("server_name", event.server_name),
        ("site", event.site),
        ("environment", event.environment),
        ("release", event.release),
        ("dist", event.dist),
        ("transaction", event.transaction),
        ("url", event.request_url),
        ("user", event.user.ident),
        ("handled", {True: "yes", False: "no", None: None}[event.handled]),
        ("mechanism", mechanism),
    )


def _add_context_tags(name: str, context: Mapping[str, Any], tags: dict[str, str]) -> None:
    """`runtime` = `CPython 3.11.7` and `runtime.name` = `CPython`; a device is its model."""
    title, version = _value(context.get("name")), _value(context.get("version"))
    if name == "device":
        title = _value(context.get("model")) or title
    if not title:
        return
    tags.setdefault(name, cut(f"{title} {version}" if version else title, MAX_LENGTH))
    if name != "device":
        tags.setdefault(f"{name}.name", title)
