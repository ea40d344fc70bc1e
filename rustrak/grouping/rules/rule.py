"""A rule: matchers that must all match, and what follows."""

from dataclasses import dataclass, field
from typing import Literal

from rustrak.grouping.rules.subjects import EVENT_SUBJECTS, FRAME_SUBJECTS, Subject

Direction = Literal["", "^", "v"]
"""The frame itself, all callers of it, all that it called."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """`key:pattern`, or `!key:pattern` for what does not match."""

    key: str
    subject: Subject
    negated: bool = False

    @property
    def is_about_frames(self) -> bool:
        return self.key in FRAME_SUBJECTS

    def holds(self, texts: list[str]) -> bool:
        """Whether one of the texts matches; of none, a negated matcher holds."""
        return any(map(self.subject.matches, texts)) != self.negated


@dataclass(frozen=True, slots=True)
class Action:
    """What becomes of a frame: `app` for in_app, `group` for whether it counts."""

    attribute: Literal["app", "group"]
    value: bool
    direction: Direction = ""


@dataclass(frozen=True, slots=True)
class FingerprintRule:
    """Events that match get this fingerprint, and a title if there is one."""

    line: int
    source: str
    matchers: tuple[Matcher, ...]
    fingerprint: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class StackRule:
    """Frames that match are marked; of several rules the last counts."""

    line: int
    source: str
    matchers: tuple[Matcher, ...]
    actions: tuple[Action, ...] = ()
    max_frames: int | None = None
    min_frames: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a text says. Compared by the text."""

    text: str
    fingerprint: tuple[FingerprintRule, ...] = field(default=(), compare=False)
    stack: tuple[StackRule, ...] = field(default=(), compare=False)


NO_RULES = Rules("")


KEYS = (*EVENT_SUBJECTS, *FRAME_SUBJECTS)
