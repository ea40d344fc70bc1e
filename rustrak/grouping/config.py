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

    def changed(self, version: str | None, rules: str | None) -> "GroupingConfig":
        """With another version or other rules; None keeps what it has. Raises RulesInvalid."""
        text = self.rules.text if rules is None else rules
        return GroupingConfig.of(version or self.version, text)


FIRST: Final = GroupingConfig("v1")
"""Of projects that never said anything: they are older than version 2."""
