"""What an algorithm found in an event: the values that make the key, and what it left out and why.

Algorithms write to a trail; a `Trail` keeps the values only, an `ExplainedTrail` everything.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(slots=True, frozen=True)
class Component:
    """One value of an event: part of the key, or left out for a reason."""

    name: str
    value: str
    contributes: bool
    reason: str = ""


# A value and why it does not count; an empty reason means that it does.
Part = tuple[str, str, str]


class Parts:
    """What a frame says: all values, and those that count in the form of a trail."""

    __slots__ = ("description", "listed", "taken")

    def __init__(self, description: str, listed: tuple[Part, ...]) -> None:
        self.description = description
        self.listed = listed
        self.taken = [text for name, value, why in listed if not why for text in (name, value)]


class Trail:
    """Collects contributing values, each preceded by its name so that no two kinds are confused."""

    __slots__ = ("values", "variant")

    explains: ClassVar[bool] = False
    """Whether anybody wants to know what was left out."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self.variant = ""
        """Which frames counted: 'app', 'system' or 'none'; '' where none were looked at."""

    def take(self, name: str, value: str) -> None:
        """This value is part of the key."""
        self.values += (name, value)

    def leave(self, name: str, value: str, reason: str) -> None:
        """This value is not part of the key."""

    def add(self, parts: Parts) -> None:
        """Take or leave each of these values."""
        self.values += parts.taken


class ExplainedTrail(Trail):
    """A trail that also remembers every component, in the order of decisions."""

    __slots__ = ("components",)

    explains: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self.components: list[Component] = []

    def take(self, name: str, value: str) -> None:
        """This value is part of the key."""
        super().take(name, value)
        self.components.append(Component(name, value, contributes=True))

    def leave(self, name: str, value: str, reason: str) -> None:
        """This value is not part of the key."""
        self.components.append(Component(name, value, contributes=False, reason=reason))

    def add(self, parts: Parts) -> None:
        """Take or leave each of these values."""
        for name, value, reason in parts.listed:
            if reason:
                self.leave(name, value, reason)
            else:
                self.take(name, value)
