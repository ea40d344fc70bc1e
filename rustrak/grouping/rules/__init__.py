"""Rules of a project: what it knows better about fingerprints and frames than SDKs and algorithms.

One text, one rule a line. `parse_rules` reads it, `apply_rules` changes an event by it.
"""

from rustrak.grouping.rules.apply import Ruled, apply_rules
from rustrak.grouping.rules.parse import RuleError, RulesInvalid, parse_rules
from rustrak.grouping.rules.rule import NO_RULES, FingerprintRule, Rules, StackRule

__all__ = [
    "NO_RULES",
    "FingerprintRule",
    "RuleError",
    "Ruled",
    "Rules",
    "RulesInvalid",
    "StackRule",
    "apply_rules",
    "parse_rules",
]
