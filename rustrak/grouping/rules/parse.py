"""A text of rules, read: all that is wrong with it is told at once.

# comments and blank lines
error.type:DatabaseUnavailable -> system-down, {{ transaction }} title="The database is away"
stack.module:acme.util.** -app
function:panic_* v-group ^-app
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NoReturn

from rustrak.errors import Fault, Invalid
from rustrak.grouping.rules.rule import KEYS, Action, FingerprintRule, Matcher, Rules, StackRule
from rustrak.grouping.rules.subjects import ALIASES, TAG, subject_of

MOST_RULES: Final = 500
LONGEST_LINE: Final = 1000  # characters
LONGEST_TEXT: Final = 65_536  # characters
MOST_ERRORS: Final = 50  # told at once
MOST_FRAMES: Final = 250

_TOKEN = re.compile(
    r"(?P<blank>\s+)|(?P<arrow>->)"
    r"|(?P<action>[\^v]?[+-](?:app|group)(?=\s|$))"
    r"|(?P<frames>(?:max|min)-frames=\S*)"
    r"|(?P<matcher>!?[\w.-]+:(?:\"(?:[^\"\\]|\\.)*\"|\S*))"
    r"|(?P<unknown>\S+)"
)
_PART = re.compile(
    r"(?P<blank>[\s,]+)|(?P<title>title=(?:\"(?:[^\"\\]|\\.)*\"|\S*))"
    r"|(?P<variable>\{\{[^{}]{1,100}\}\})|(?P<quoted>\"(?:[^\"\\]|\\.)*\")|(?P<word>[^\s,\"]+)"
    r"|(?P<unknown>.)"
)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class RuleError:
    """What is wrong, where: line and column from 1."""

    line: int
    column: int
    message: str


class RulesInvalid(Invalid):
    """A text of rules that cannot be read; `errors` has all that is wrong with it."""

    def __init__(self, errors: list[RuleError]) -> None:
        self.errors = errors
        faults = [
            Fault("rules", "rule", f"line {e.line}, column {e.column}: {e.message}") for e in errors
        ]
        super().__init__(f"rules: {faults[0].message}", *faults)


class _Wrong(Exception):
    """Raised while a line is read: a column and what is wrong there."""


@lru_cache(maxsize=64)
def parse_rules(text: str) -> Rules:
    """The rules of a text, which is kept with them. Raises RulesInvalid."""
    if len(text) > LONGEST_TEXT:
        message = f"the text is longer than {LONGEST_TEXT} characters; leave out some rules"
        raise RulesInvalid([RuleError(1, 1, message)])
    fingerprint: list[FingerprintRule] = []
    stack: list[StackRule] = []
    errors: list[RuleError] = []
    for number, line in enumerate(text.splitlines(), 1):
        source = line.strip()
        if not source or source.startswith("#"):
            continue
        try:
            rule = _read(number, line)
        except _Wrong as wrong:
            column, message = wrong.args
            errors.append(RuleError(number, column, message))
            continue
        if isinstance(rule, FingerprintRule):
            fingerprint.append(rule)
        else:
            stack.append(rule)
        if len(fingerprint) + len(stack) > MOST_RULES:
            errors.append(RuleError(number, 1, f"at most {MOST_RULES} rules; this is one too many"))
            break
    if errors:
        raise RulesInvalid(errors[:MOST_ERRORS])
    return Rules(text, tuple(fingerprint), tuple(stack))


def _read(number: int, line: str) -> FingerprintRule | StackRule:
    if len(line) > LONGEST_LINE:
        _wrong(LONGEST_LINE, f"the line is longer than {LONGEST_LINE} characters; make two rules")
    matchers: list[Matcher] = []
    actions: list[Action] = []
    frames: dict[str, int] = {}
    for match in _tokens(line):
        kind, text, column = match.lastgroup, match[0], match.start() + 1
        if kind == "arrow":
            return _fingerprint(number, line, matchers, actions, match.end())
        if kind == "matcher":
            if actions or frames:
                _wrong(column, "matchers come first, then what becomes of the frames")
            matchers.append(_matcher(text, column))
        elif kind == "action":
            actions.append(_action(text))
        elif kind == "frames":
            frames |= _frames(text, column)
        else:
            _wrong(column, f"{text[:40]!r} is no matcher such as error.type:Timeout*, "
                           "no action such as -app, and no ->")  # fmt: skip
    if not matchers:
        _wrong(1, "a rule begins with what it is about, such as error.type:Timeout*")
    if not actions and not frames:
        _wrong(len(line), "the rule does nothing; end it with -> and a fingerprint, "
                          "or with +app, -app, +group or -group")  # fmt: skip
    return StackRule(
        number,
        line.strip(),
        tuple(matchers),
        tuple(actions),
        frames.get("max"),
        frames.get("min"),
    )


def _tokens(line: str) -> Iterator[re.Match[str]]:
    return (match for match in _TOKEN.finditer(line) if match.lastgroup != "blank")


def _matcher(text: str, column: int) -> Matcher:
    negated = text.startswith("!")
    name, _, pattern = text.removeprefix("!").partition(":")
    key = ALIASES.get(name, name)
    if not pattern:
        _wrong(column + len(text), f"{name}: has no pattern; write {name}:* for any")
    subject = subject_of(key, _unquoted(pattern))
    if subject is None:
        known = ", ".join(KEYS)
        _wrong(column, f"nothing is called {name[:40]!r}; use one of {known}, {TAG}NAME")
    return Matcher(key, subject, negated)


def _action(text: str) -> Action:
    direction: Any = text[0] if text[0] in "^v" else ""
    attribute: Any = text.lstrip("^v+-")
    return Action(attribute, "+" in text[:2], direction)


def _frames(text: str, column: int) -> dict[str, int]:
    name, _, number = text.partition("=")
    if not number.isascii() or not number.isdigit() or not 0 < int(number[:9]) <= MOST_FRAMES:
        _wrong(column, f"{name} takes a number from 1 to {MOST_FRAMES}")
    return {name[:3]: int(number)}


def _fingerprint(
    number: int, line: str, matchers: list[Matcher], actions: list[Action], start: int
) -> FingerprintRule:
    if actions:
        _wrong(start, "a rule either marks frames or sets a fingerprint; make two rules")
    if not matchers:
        _wrong(1, "a rule begins with what it is about, such as error.type:Timeout*")
    parts: list[str] = []
    title = ""
    for match in _PART.finditer(line, start):
        kind, text = match.lastgroup, match[0]
        if kind == "unknown":
            _wrong(match.start() + 1, "a quotation mark is not closed")
        if kind == "title":
            title = _unquoted(text.removeprefix("title="))
        elif kind != "blank":
            parts.append(_unquoted(text))
    if not parts:
        _wrong(len(line), "the fingerprint is missing; write what such events have in common")
    return FingerprintRule(number, line.strip(), tuple(matchers), tuple(parts), title)


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return _ESCAPED.sub(r"\1", text[1:-1])
    return text


def _wrong(column: int, message: str) -> NoReturn:
    raise _Wrong(column, message)
