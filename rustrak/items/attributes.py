"""Attributes of logs and spans, flattened to texts.

Used by `logs`, `spans` and `otlp`. Source: Sentry protocol, logs.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rustrak.items.values import json_text, mapping, read_environment, read_release, text

MAX_ATTRIBUTES: Final = 128
"""Of one log line or span, as in OpenTelemetry's SDKs."""
MAX_CHARACTERS: Final = 32 * 1024
"""Names and values of one log line or span together."""

_MAX_NAME = 200  # characters
_MAX_VALUE = 1024  # characters


def flatten(
    pairs: Iterable[tuple[object, object]],
    *,
    most: int = MAX_ATTRIBUTES,
    characters: int = MAX_CHARACTERS,
) -> dict[str, str]:
    """Names and values as texts, the first ones up to both caps; any value but text as JSON.

    Nulls and empty names are left out.
    """
    flat: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name = text(raw_name, _MAX_NAME)
        if not name or raw_value is None:
            continue
        value = json_text(raw_value, _MAX_VALUE)
        characters -= len(name) + len(value)
        if len(flat) == most or characters < 0:
            break
        flat[name] = value
    return flat


def plain(raw: object) -> Iterator[tuple[object, object]]:
    """Pairs from `{name: value}` or `{name: {"value": …, "type": …}}`; types are not enforced."""
    for name, value in mapping(raw).items():
        yield name, value.get("value") if isinstance(value, dict) and "value" in value else value


def origin(attributes: Mapping[str, str], headers: Mapping[str, Any]) -> tuple[str, str]:
    """(release, environment) by the attributes, else by the trace header of the envelope."""
    trace = mapping(headers.get("trace"))
    return (
        read_release(attributes.get("sentry.release")) or read_release(trace.get("release")),
        read_environment(attributes.get("sentry.environment"))
        or read_environment(trace.get("environment")),
    )
