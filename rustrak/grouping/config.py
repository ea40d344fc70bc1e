"""By what a project's events are grouped: a version of the algorithm, and the project's rules."""

from dataclasses import dataclass
from typing import Final

from rustrak.grouping.rules import NO_RULES, Rules, parse_rules


@dataclass(frozen=True, slots=True)
class GroupingConfig:
    """Together with an event this decides its key, for ever."""

    version: str
    rules: Rules = NO_RULES

    @classmethod
    def of(cls, version: str, rules: str) -> "GroupingConfig":
        """From a text of rules. Raises RulesInvalid."""
        return cls(version, parse_rules(rules))


FIRST: Final = GroupingConfig("v1")
"""Of projects that never said anything: they are older than version 2."""
