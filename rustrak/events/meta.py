"""`_meta` of an event: what the SDK or a relay on the way removed, shortened or could not read.

For the API, which shows it beside the event. Source: Sentry protocol, principles.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MAX_ANNOTATIONS = 500  # of one event, in the order of the document
MAX_DEPTH = 100  # levels; deeper ones are not read
MAX_PATH = 512  # characters
MAX_NOTES = 20  # remarks, and error codes, of one annotation
MAX_TEXT = 128  # characters of a rule or of an error code
_MAX_OBJECTS = 20_000  # of `_meta` looked at, annotations or not
_LARGEST_NUMBER = 2**31 - 1  # of a length or a position, in characters or bytes as the SDK counts

_KINDS = {
    "s": "substituted",
    "x": "removed",
    "m": "masked",
    "a": "annotated",
    "e": "encrypted",
    "p": "pseudonymised",
}


@dataclass(slots=True, frozen=True)
class Remark:
    """One change of a value: by which rule (`!limit`, `!config`, …), what kind of change, where.

    `kind` is empty when it is unknown; `start` and `end` are None when the SDK did not say.
    """

    rule: str
    kind: str
    start: int | None = None
    end: int | None = None


@dataclass(slots=True, frozen=True)
class Annotation:
    """What happened to the attribute at a dotted path; "" is the event itself.

    `length` is the original one, None when the SDK did not say. The attribute may be missing.
    """

    path: str
    remarks: list[Remark] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    length: int | None = None


def read_meta(document: Any) -> list[Annotation]:
    """The annotations of an event, in the order of the document, without original values.

    Total on any JSON: what is no annotation is left out, and so is what exceeds the limits.
    """
    annotations: list[Annotation] = []
    if not isinstance(document, dict):
        return annotations
    for path, raw in _annotated(document.get("_meta")):
        annotation = _annotation(path, raw)
        if annotation is not None:
            annotations.append(annotation)
        if len(annotations) == MAX_ANNOTATIONS:
            break
    return annotations


def _annotated(meta: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each annotation with its path. `_meta` mirrors the event; the key "" holds the annotation."""
    waiting: list[tuple[str, Any, int]] = [("", meta, 0)]
    for _ in range(_MAX_OBJECTS):
        if not waiting:
            return
        path, node, depth = waiting.pop()
        if not isinstance(node, dict):
            continue
        if isinstance(node.get(""), dict):
            yield path, node[""]
        if depth < MAX_DEPTH:
            members = [(_join(path, key), node[key], depth + 1) for key in node if key]
            waiting.extend(reversed(members))


def _join(path: str, key: str) -> str:
    return (f"{path}.{key[:MAX_PATH]}" if path else key)[:MAX_PATH]


def _annotation(path: str, raw: dict[str, Any]) -> Annotation | None:
    """None when nothing in it can be read."""
    remarks = [remark for item in _listed(raw.get("rem")) if (remark := _remark(item))]
    errors = [code for item in _listed(raw.get("err")) if (code := _error_code(item))]
    length = _number(raw.get("len"))
    if not remarks and not errors and length is None:
        return None
    return Annotation(path, remarks, errors, length)


def _listed(value: Any) -> list[Any]:
    return value[:MAX_NOTES] if type(value) is list else []


def _remark(raw: Any) -> Remark | None:
    """A remark from `[rule, kind, start?, end?]`."""
    if type(raw) is not list or not raw or type(raw[0]) is not str or not raw[0]:
        return None
    _, kind, start, end = [*raw, None, None, None][:4]
    known = _KINDS.get(kind, "") if type(kind) is str else ""
    return Remark(raw[0][:MAX_TEXT], known, _number(start), _number(end))


def _error_code(raw: Any) -> str:
    """The code from `code` or `[code, {details}]`; details may repeat the value: left out."""
    if type(raw) is list and raw:
        raw = raw[0]
    return raw[:MAX_TEXT] if type(raw) is str else ""


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= _LARGEST_NUMBER else None
