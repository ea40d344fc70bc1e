"""The words of a search, with their positions: the first step of parsing, pure."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from rustrak.errors import Invalid

Kind = Literal["(", ")", "!", "AND", "OR", "NOT", "term", "end"]

_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_SPACE: Final = re.compile(r"\s*")
_WORD: Final = re.compile(rf'(?:{_QUOTED}|[^\s()"])+', re.DOTALL)
_KEY: Final = re.compile(r"(tags\[[^\]\s]{1,200}\]|[A-Za-z0-9_.-]{1,200}):", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Word:
    """A bracket, an operator or a term; `key` is empty for free text."""

    kind: Kind
    position: int
    """From 1, for people."""
    key: str = ""
    value: str = ""


def fail(position: int, problem: str) -> Invalid:
    """The error to raise: where, what, and what to write instead."""
    return Invalid(f"Search, character {position}: {problem}")


def split_words(text: str) -> list[Word]:
    """The words, closed by one of kind `end`. Raises Invalid for a quote that does not end."""
    words: list[Word] = []
    place = _skip(text, 0)
    while place < len(text):
        word, place = _next_word(text, place)
        words.append(word)
        place = _skip(text, place)
    return [*words, Word("end", len(text) + 1)]


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _next_word(text: str, place: int) -> tuple[Word, int]:
    position = place + 1
    for mark in ("(", ")", "!"):
        if text[place] == mark:
            return Word(mark, position), position
    found = _WORD.match(text, place)
    if found is None or text[found.end() : found.end() + 1] == '"':
        raise fail(position, 'a quote is opened and not closed; add a "')
    return _read_word(found[0], position), found.end()


def _read_word(raw: str, position: int) -> Word:
    if raw in ("AND", "OR", "NOT"):
        return Word(raw, position)  # type: ignore[arg-type]
    key = _KEY.match(raw)
    if key is None:
        return Word("term", position, "", _unquote(raw))
    if key[1].startswith("-"):
        hint = f"write !{raw[1:40]} to leave those out, or put the text in quotes"
        raise fail(position, f"a key does not begin with -; {hint}")
    value = _unquote(raw[key.end() :])
    if not value:
        hint = f'write has:{key[1]}, or "{key[1]}:" in quotes to look for the text'
        raise fail(position, f"{key[1]}: lacks a value; {hint}")
    return Word("term", position, key[1], value)


def _unquote(raw: str) -> str:
    """Without the quotes; an escaped quote stays as itself, and `\\*` as it is for the pattern."""
    parts = re.split(rf"({_QUOTED})", raw, flags=re.DOTALL)
    return "".join(
        _ESCAPED.sub(lambda found: found[1] if found[1] == '"' else found[0], part[1:-1])
        if number % 2
        else part
        for number, part in enumerate(parts)
    )
