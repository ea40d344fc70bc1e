"""Log messages: the template that identifies them and the text that people read.

Used by `normalise`. Source: Sentry protocol, message.
"""

import re
from collections.abc import Mapping
from typing import Any

from rustrak.events.attributes import Errors, cut, json_text, text

MAX_MESSAGE = 8192
# `%s`, `%(name)05d` and `%%`, or `{}`, `{0}`, `{name:>8}`, `{{` and `}}`. Widths and precisions
# are ignored: str.format and % would obey a client that asks for a gigabyte of padding.
_PERCENT = re.compile(r"%(?:\((?P<key>\w+)\))?[-#0+]{0,4}[\d.]{0,9}(?P<kind>[sdiouxXeEfFgGcra%])")
_BRACES = re.compile(r"(?P<kind>\{\{|\}\})|\{(?P<key>\w*)(?:![ars])?(?::[^{}]{0,32})?\}")
_ESCAPES = ("%", "{{", "}}")


def read_message(message: Any, logentry: Any, errors: Errors) -> tuple[str, str]:
    """The (template, formatted) pair of an event; two empty strings when there is no message.

    `logentry` wins over `message`; either may be a text, an object, or any other JSON, which is
    then shown as JSON. Without a template the formatted text takes its place, and vice versa.
    """
    template, formatted = _read_pair(logentry, errors)
    return (template, formatted) if template else _read_pair(message, errors)


def _read_pair(raw: Any, errors: Errors) -> tuple[str, str]:
    if raw is None or raw is False or raw == []:
        return "", ""
    if not isinstance(raw, dict):
        formatted = cut(json_text(raw) or "", MAX_MESSAGE)
        return formatted, formatted
    template = text(raw.get("message"), MAX_MESSAGE, "logentry.message", errors) or ""
    formatted = text(raw.get("formatted"), MAX_MESSAGE, "logentry.formatted", errors) or ""
    if template and not formatted:
        formatted = interpolate(template, raw.get("params"))
    return template or formatted, formatted


def interpolate(template: str, params: Any) -> str:
    """The template with its parameters filled in; unchanged when they do not fit."""
    if not params or not isinstance(params, (list, dict)):
        return template
    values = params if isinstance(params, dict) else {str(i): v for i, v in enumerate(params)}
    for placeholder in (_PERCENT, _BRACES):
        filled = _fill(placeholder, template, values)
        if filled is not None:
            return cut(filled, MAX_MESSAGE)
    return template


def _fill(placeholder: re.Pattern[str], template: str, values: Mapping[str, Any]) -> str | None:
    """The filled template, or None when it has no such placeholder or a value is missing."""
    parts: list[str] = []
    end = size = position = found = 0
    for match in placeholder.finditer(template):
        parts.append(template[end : match.start()])
        end = match.end()
        if match["kind"] in _ESCAPES:
            parts.append(match["kind"][0])
            continue
        key = match["key"] or str(position)
        if key not in values:
            return None
        position += not match["key"]
        found += 1
        parts.append(_param_text(values[key]))
        size += len(parts[-1])
        if size > MAX_MESSAGE:  # the rest would be cut anyway
            break
    return "".join([*parts, template[end:]]) if found else None


def _param_text(value: Any) -> str:
    return cut(value if type(value) is str else str(json_text(value)), MAX_MESSAGE)
