"""The same error in the words of each browser's engine. Part of grouping version 2.

V8 (Chrome, Edge, Node.js), SpiderMonkey (Firefox) and JavaScriptCore (Safari) describe one mistake
in different sentences and sometimes by different types. Source: messages of the engines, 2015-2026.
"""

import re
from functools import lru_cache
from typing import Final

SCRIPTS: Final = frozenset({"javascript", "node"})
CHUNK: Final = "a part of the page could not be loaded"
_MAX = 512  # characters of a message that are looked at; the engines' own are short

_NAME = r"[\w$]{1,64}"
_PATTERNS: Final = (
    # a property of nothing
    (rf"Cannot read propert(?:y '(?P<a>{_NAME})' of|ies of) (?:undefined|null)"
     rf"(?: \(reading '(?P<b>{_NAME})'\))?", "property of nothing"),
    (rf"can't access property \"?(?P<a>{_NAME})\"?(?:[, ].*)?", "property of nothing"),
    (rf"(?:undefined|null) is not an object \(evaluating '[^'\n]{{1,200}}?"
     rf"\.(?P<a>{_NAME})(?:\([^'\n]{{0,100}}\))?'\)", "property of nothing"),
    (r"(?:undefined|null) is not an object(?: \(.*)?", "property of nothing"),
    # assigning to it
    (rf"Cannot set propert(?:y '(?P<a>{_NAME})' of|ies of) (?:undefined|null)"
     rf"(?: \(setting '(?P<b>{_NAME})'\))?", "property of nothing"),
    # calling what is no function
    (rf"(?:[^'\n]{{0,200}}?[.\s])?(?P<a>{_NAME}) is not a function"
     r"(?:\. \(In '.*)?", "not a function"),
    # a name that is not there
    (rf"(?P<a>{_NAME}) is not defined", "not defined"),
    (rf"Can't find variable: (?P<a>{_NAME})", "not defined"),
    # loading
    (r"Loading (?:CSS )?chunk .{1,200} failed.*", CHUNK),
    (r"Failed to fetch dynamically imported module.*", CHUNK),
    (r"error loading dynamically imported module.*", CHUNK),
    (r"Importing a module script failed\.?", CHUNK),
    (r"Unable to preload CSS for .*", CHUNK),
    (r"Failed to fetch|Load failed|NetworkError when attempting to fetch resource\.?",
     "request failed"),
    # the rest
    (r"Maximum call stack size exceeded\.?|too much recursion", "too much recursion"),
    (r"Unexpected token .{1,60}(?:in JSON at position|is not valid JSON).*", "no JSON"),
    (r"Unexpected end of JSON input", "no JSON"),
    (r"JSON\.parse: .*", "no JSON"),
    (r"JSON Parse error: .*", "no JSON"),
    (r"ResizeObserver loop (?:limit exceeded|completed with undelivered notifications\.?)",
     "resize loop"),
)  # fmt: skip
_COMPILED = [(re.compile(pattern, re.DOTALL), name) for pattern, name in _PATTERNS]
_TYPES = {"too much recursion": "RangeError", CHUNK: "ChunkLoadError"}
_UNCAUGHT = re.compile(r"^(?:Uncaught )?(?:(?P<type>[A-Z]\w{1,40}Error): )?")


def is_script(platform: str) -> bool:
    """Whether the event comes from JavaScript."""
    return platform in SCRIPTS


@lru_cache(maxsize=1024)
def native_error(kind: str, value: str) -> tuple[str, str]:
    """Type and value of an error in words that are no engine's; unchanged if it is none we know."""
    if kind == "ChunkLoadError":
        return kind, CHUNK
    text = value.strip()
    if len(text) > _MAX:
        return kind, value
    said = _UNCAUGHT.match(text)
    if said is not None and said.end():
        text = text[said.end() :]
    for pattern, name in _COMPILED:
        match = pattern.fullmatch(text)
        if match is not None:
            names = [found for found in match.groupdict().values() if found]
            return _TYPES.get(name, kind), " ".join([name, *names])
    return kind, value
