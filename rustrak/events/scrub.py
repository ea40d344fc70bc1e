"""Scrubbing: one JSON document without passwords, tokens, card numbers and unwanted addresses.

For whoever stores or shows what an SDK sent. Pure; what is looked for is in `sensitive`, what is
left alone in `protected`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from rustrak.errors import Malformed
from rustrak.events.attributes import cut
from rustrak.events.ip_policy import apply_ip_policy
from rustrak.events.protected import ANNOTATIONS, ANYTHING, DOCUMENT, KEPT, LABELS, SOURCE, Shape
from rustrak.events.sensitive import (
    FILTERED,
    MAX_NAME,
    SAFE,
    filter_secrets,
    filter_text,
    is_card_number,
    is_harmless,
    is_sensitive_name,
    may_hold_secrets,
    plain_name,
)
from rustrak.protocol.jsontext import MAX_DEPTH, TOO_DEEP, dumps, parse_json

MAX_REMARKS = 200  # of one document; what comes after them is scrubbed all the same
MAX_PATH = 256  # characters of a dotted path
_MAX_PATH_PART = 64  # characters of one name in it
_SMALLEST_CARD, _LARGEST_CARD = 10**12, 10**19  # as numbers
_SEARCHED = frozenset({str, dict, list, int})
_REMEMBERED_RULES = 16  # sets of rules
_REMEMBERED_NAMES = 2048  # for each of them

_Path = tuple[Any, ...]  # (path of the parent, name or index); () is the document
Remarks = dict[str, str]


@dataclass(frozen=True, slots=True)
class ScrubRules:
    """What one project wants scrubbed.

    `defaults` turns on the names and forms of `sensitive`; `fields` are more sensitive names,
    `safe_fields` names that are left alone with all they hold. Case and punctuation of names do
    not matter. The IP policy says what becomes of client addresses, whatever the names say.
    """

    defaults: bool = True
    fields: tuple[str, ...] = ()
    safe_fields: tuple[str, ...] = ()
    ip_policy: Literal["keep", "anonymise", "drop"] = "keep"


def scrub(document: Any, rules: ScrubRules) -> tuple[Any, Remarks]:
    """A scrubbed copy of a parsed event or other item, and why something is gone: {path: reason}.

    Total on any JSON. The document is not changed; the copy shares what needed no scrubbing.
    Levels beyond MAX_DEPTH become TOO_DEEP, unsearched. At most MAX_REMARKS remarks. Reasons:
    sensitive_name, listed_field, the forms of `filter_secrets`, ip_anonymised, ip_dropped,
    too_deep, sdk_original.
    """
    remarks: Remarks = {}
    if rules.ip_policy != "keep":
        document, remarks = apply_ip_policy(document, rules.ip_policy)
    if rules.defaults and not rules.fields and is_harmless(document):
        return document, remarks
    if rules.defaults or rules.fields:
        judge = _judge(rules.defaults, rules.fields, rules.safe_fields)
        forms = rules.defaults and may_hold_secrets(document)
        search = _Search(judge, rules.defaults, forms, remarks)
        document = _scrubbed(search, document, DOCUMENT, (), 0)
    return document, remarks


@lru_cache(maxsize=_REMEMBERED_RULES)
def _judge(
    defaults: bool, fields: tuple[str, ...], safe_fields: tuple[str, ...]
) -> Callable[[str], str]:
    """Says why a field of a name is filtered, "" when it is not and SAFE when it must not be."""
    listed, safe = _plain(fields), _plain(safe_fields)

    @lru_cache(maxsize=_REMEMBERED_NAMES)
    def judge(name: str) -> str:
        plain = plain_name(name)
        if plain in safe:
            return SAFE
        if plain in listed:
            return "listed_field"
        return "sensitive_name" if defaults and is_sensitive_name(plain) else ""

    return judge


def _plain(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain_name(name[-MAX_NAME:]) for name in names)


@dataclass(slots=True)
class _Search:
    """The rules, made ready, and what was found so far.

    `forms` tells whether texts have to be searched for secrets by their form.
    """

    judge: Callable[[str], str]
    defaults: bool
    forms: bool
    remarks: Remarks

    def remark(self, path: _Path, reason: str) -> None:
        """Remember a finding, while there is room."""
        if len(self.remarks) < MAX_REMARKS:
            self.remarks.setdefault(_dotted(path), reason)


def _dotted(path: _Path) -> str:
    parts = []
    while path:
        path, part = path
        parts.append(str(part)[:_MAX_PATH_PART])
    return cut(".".join(reversed(parts)), MAX_PATH)


def _scrubbed(search: _Search, value: Any, shape: Shape, path: _Path, depth: int) -> Any:
    """The value itself when there is nothing to scrub in it."""
    kind = type(value)
    if kind is str:
        if shape is KEPT or (shape is SOURCE and not search.forms):
            return value
        return _text(search, value, shape, path, depth)
    if kind is dict or kind is list:
        if depth >= MAX_DEPTH:
            search.remark(path, "too_deep")
            return TOO_DEEP
        scrubbed = _list if kind is list else _annotations if shape is ANNOTATIONS else _object
        return scrubbed(search, value, shape, path, depth)
    if kind is int and search.forms and shape is not KEPT and _is_card(value):
        search.remark(path, "card_number")
        return FILTERED
    return value


def _is_card(number: int) -> bool:
    return _SMALLEST_CARD <= number < _LARGEST_CARD and is_card_number(str(number))


def _object(
    search: _Search, value: dict[str, Any], shape: Shape, path: _Path, depth: int
) -> dict[str, Any]:
    if shape is not LABELS:
        value = _with_clean_keys(search, value, path)
    members, named = shape.members, _named(value)
    changed: dict[str, Any] = {}
    for key, item in value.items():
        member = members.get(key)
        if member is None:
            judgement = search.judge(key[-MAX_NAME:])
            if named and key == "value":
                judgement = judgement or search.judge(named[-MAX_NAME:])
            if judgement:
                if judgement != SAFE and _tells_something(item):
                    changed[key] = FILTERED
                    search.remark((path, key), judgement)
                continue
            member = ANYTHING
        if type(item) in _SEARCHED:
            replaced = _scrubbed(search, item, member, (path, key), depth + 1)
            if replaced is not item:
                changed[key] = replaced
    return {**value, **changed} if changed else value


def _named(value: dict[str, Any]) -> str:
    """What a `{"name": …, "value": …}` or `{"key": …, "value": …}` speaks of, else ""."""
    if "value" not in value:
        return ""
    name = value.get("name") or value.get("key")
    return name if type(name) is str else ""


def _tells_something(value: Any) -> bool:
    """Nothing is no secret, nor is a truth value: `has_password: true`."""
    return bool(value) and value is not True and value != FILTERED


def _with_clean_keys(search: _Search, value: dict[str, Any], path: _Path) -> dict[str, Any]:
    """The object without secrets in its keys, as of a cache keyed by URL; each entry survives."""
    if not search.forms and "=" not in "".join(value):
        return value
    clean = {key: filter_text(key, search.judge, forms=search.forms) for key in value}
    if not any(reason for _, reason in clean.values()):
        return value
    copy: dict[str, Any] = {}
    for key, (name, reason) in clean.items():
        if reason and (name in value or name in copy):
            name = f"{name} {len(copy)}"
        if reason:
            search.remark((path, name), reason)
        copy[name] = value[key]
    return copy


def _annotations(
    search: _Search, value: dict[str, Any], _shape: Shape, path: _Path, depth: int
) -> dict[str, Any]:
    """A level of `_meta` without `val`, the original of what the SDK took out.

    Only objects belong here; the one called "" is the annotation of its parent.
    """
    copy: dict[str, Any] = {}
    for key, item in _with_clean_keys(search, value, path).items():
        if type(item) is not dict:
            search.remark((path, key), "sdk_original")
            continue
        shape = ANYTHING if key == "" else ANNOTATIONS
        if "val" in item and key == "":
            search.remark((path, key), "sdk_original")
            item = {name: detail for name, detail in item.items() if name != "val"}
        copy[key] = _scrubbed(search, item, shape, (path, key), depth + 1)
    return copy


def _list(search: _Search, value: list[Any], shape: Shape, path: _Path, depth: int) -> list[Any]:
    copy: list[Any] | None = None
    for index, item in enumerate(value):
        replaced: Any = item
        if type(item) is list and len(item) == 2 and type(item[0]) is str:
            replaced = _pair(search, item, shape, (path, index), depth + 1)
        elif type(item) in _SEARCHED:
            replaced = _scrubbed(search, item, shape, (path, index), depth + 1)
        if replaced is not item:
            copy = list(value) if copy is None else copy
            copy[index] = replaced
    return value if copy is None else copy


def _pair(search: _Search, pair: list[Any], shape: Shape, path: _Path, depth: int) -> Any:
    """A `["Cookie", "…"]` of headers, cookies, tags or a query string."""
    name, item = pair
    judgement = search.judge(name[-MAX_NAME:])
    if judgement == SAFE:
        return pair
    if judgement and _tells_something(item):
        search.remark((path, 1), judgement)
        pair = [name, FILTERED]
    elif shape is LABELS:
        replaced = _scrubbed(search, item, ANYTHING, (path, 1), depth + 1)
        return pair if replaced is item else [name, replaced]
    return pair if shape is LABELS else _scrubbed(search, pair, shape, path, depth)


def _text(search: _Search, text: str, shape: Shape, path: _Path, depth: int) -> str:
    if shape is SOURCE:
        replaced, reason = filter_secrets(text)
    elif text[:1] in ("{", "[") and (parsed := _structure(text)) is not None:
        return _json_text(search, text, parsed, path, depth)
    else:
        replaced, reason = filter_text(text, search.judge, forms=search.forms)
    if reason:
        search.remark(path, reason)
    return replaced


def _json_text(search: _Search, text: str, parsed: Any, path: _Path, depth: int) -> str:
    """The text of a JSON document, written anew when there was something to scrub in it."""
    if "\\" in text and not search.forms and search.defaults:  # `http:\/\/…` is how PHP writes it
        search = replace(search, forms=may_hold_secrets(parsed))
    cleaned = _scrubbed(search, parsed, ANYTHING, path, depth + 1)
    return text if cleaned is parsed else dumps(cleaned).decode()


def _structure(text: str) -> dict[str, Any] | list[Any] | None:
    """What a text holds when it is JSON, as the bodies of requests are; None when it is not."""
    try:
        parsed = parse_json(text.encode("utf-8", "replace"))
    except Malformed:
        return None
    return parsed if isinstance(parsed, (dict, list)) else None
