"""Rules of a project: how they are read, what they match, and what they do."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.events.event import Event
from rustrak.events.normalise import normalise
from rustrak.grouping import GroupingConfig, explain, group
from rustrak.grouping.rules import RulesInvalid, apply_rules, parse_rules
from rustrak.grouping.rules.globs import glob
from tests.grouping.crashes import crash, java, python, script
from tests.grouping.test_joining_and_parting import documents

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STACK = python(("lib.web", "serve", "x"), ("shop.cart", "pay", "y"), ("shop.util", "check", "z"))
EVENT: dict[str, Any] = crash(
    "python",
    "DatabaseError",
    "timeout after 5 s",
    STACK,
    release="shop@1.2.3",
    environment="production",
    tags={"customer": "acme"},
    transaction="/pay",
    logger="shop.db",
)


def read(document: dict[str, Any] = EVENT) -> Event:
    return normalise(document, event_id="a" * 32, received_at=NOW)


def frames(rules: str, document: dict[str, Any] = EVENT) -> list[tuple[str | None, bool | None]]:
    event = apply_rules(parse_rules(rules), read(document)).event
    return [(frame.function, frame.in_app) for frame in event.exceptions[0].frames]


MATCHING = [
    "error.type:DatabaseError",
    "type:Database*",
    "error.value:*AFTER*",
    'message:"timeout after ? s"',
    "logger:shop.*",
    "level:error",
    "tags.customer:acme",
    "release:shop@1.2.*",
    "environment:production",
    "platform:python",
    "family:other",
    "transaction:/p[ao]y",
    "stack.function:pay",
    "stack.module:shop.*",
    "path:/srv/**/cart.py",
    "path:/srv/shop/*.py",
    "app:yes",
    "!level:fatal",
    "!tags.customer:other",
    "function:pay module:shop.cart",
]
OTHER = [
    "error.type:databaseerror",
    "tags.nobody:acme",
    "path:/srv/*.py",
    "function:pay module:shop.util",
    "!error.type:DatabaseError",
    "release:shop@1.3.*",
]


@pytest.mark.parametrize("matchers", MATCHING)
def test_these_matchers_match(matchers: str) -> None:
    ruled = apply_rules(parse_rules(f"{matchers} -> found"), read())
    assert ruled.event.fingerprint == ["found"]
    assert [note.line for note in ruled.notes] == [1]


@pytest.mark.parametrize("matchers", OTHER)
def test_these_do_not(matchers: str) -> None:
    event = read()
    assert apply_rules(parse_rules(f"{matchers} -> found"), event).event is event


def test_the_first_rule_for_a_fingerprint_counts_and_may_use_variables() -> None:
    rules = parse_rules(
        "# a comment\n\n"
        "error.type:Other -> other\n"
        'error.type:Database* -> database-down, {{ transaction }} title="The database is away"\n'
        "error.type:Database* -> later\n"
    )
    grouping = group(read(), GroupingConfig("v2", rules))
    assert grouping.title == "The database is away"
    explanation = explain(read(), GroupingConfig("v2", rules))
    assert [part.value for part in explanation.components] == ["database-down", "/pay"]
    assert [note.line for note in explanation.rules] == [4]
    assert grouping.key == explanation.key


def test_a_default_in_a_fingerprint_is_what_the_algorithm_says() -> None:
    plain = [part.value for part in explain(read()).components if part.contributes]
    rules = parse_rules("type:* -> {{ default }} {{ tags.customer }}")
    found = explain(read(), GroupingConfig("v2", rules)).components
    assert [part.value for part in found if part.contributes] == [*plain, "acme"]


def test_frames_are_marked_and_the_last_rule_counts() -> None:
    assert frames("module:shop.** -app") == [("serve", False), ("pay", False), ("check", False)]
    assert frames("module:shop.** -app\nfunction:pay +app")[1] == ("pay", True)
    assert frames("function:pay -group") == [("serve", False), ("check", True)]
    assert frames("function:pay ^-group") == [("pay", True), ("check", True)]
    assert frames("function:pay v-app") == [("serve", False), ("pay", True), ("check", False)]
    assert frames("function:pay v-group -app") == [("serve", False), ("pay", False)]
    assert frames("type:DatabaseError function:* max-frames=1") == [("check", True)]
    assert frames("function:pay -group\nfunction:* min-frames=3") == []


def test_a_frame_left_out_joins_what_differs_in_it_only() -> None:
    config = GroupingConfig("v2", parse_rules("module:shop.util -group"))
    other = crash("python", "DatabaseError", "x", [*STACK[:2], {**STACK[2], "function": "test"}])
    assert group(read(), config).key == group(read(other), config).key
    assert group(read()).key != group(read(other)).key


def test_where_the_sdk_never_says_a_rule_changes_its_own_frames_only() -> None:
    document = crash("java", "E", "", java(("java.lang.Thread", "run"), ("com.acme.A", "f"),
                                           ("com.acme.util.B", "g")))  # fmt: skip
    assert frames("module:com.acme.util.* -app", document) == [
        ("run", False),
        ("f", True),
        ("g", False),
    ]


def test_an_event_without_a_match_is_not_copied() -> None:
    event = read(crash("javascript", "E", "", script(("a", "a.js"))))
    assert apply_rules(parse_rules("module:nothing -app\ntype:Other -> x"), event).event is event


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("error.typ:X -> y", 1, "nothing is called 'error.typ'"),
        ("type: -> y", 6, "has no pattern"),
        ("type:X", 6, "does nothing"),
        ("-> y", 1, "begins with what it is about"),
        ("-app", 1, "begins with what it is about"),
        ("type:X ->", 9, "the fingerprint is missing"),
        ("type:X -app -> y", 14, "make two rules"),
        ("type:X -app module:y", 13, "matchers come first"),
        ("type:X +inapp", 8, "is no matcher"),
        ("type:X max-frames=many", 8, "takes a number from 1 to 250"),
        ('type:X -> "open', 11, "is not closed"),
        ("type:" + "x" * 1000 + " -app", 1000, "longer than 1000"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(line: str, column: int, message: str) -> None:
    with pytest.raises(RulesInvalid) as caught:
        parse_rules(f"type:A -> a\n{line}\nbroken\n")
    first, last = caught.value.errors
    assert (first.line, first.column) == (2, column)
    assert message in first.message
    assert last.line == 3
    assert caught.value.faults[1].message.startswith("line 3, column 1: ")


def test_rules_are_limited_in_number_and_length() -> None:
    with pytest.raises(RulesInvalid, match="at most 500 rules"):
        parse_rules("type:A -app\n" * 501)
    with pytest.raises(RulesInvalid, match="longer than"):
        parse_rules("#" * 70_000)


def test_many_stars_take_no_time() -> None:
    """A pattern that backtracks would not end before the suite does."""
    assert not glob("*a" * 200, is_path=False, any_case=False)("a" * 150 + "b")
    assert not glob("**/*a" * 100, is_path=True, any_case=False)("a/" * 1000 + "b")


@given(st.text(max_size=60) | st.text(alphabet='type:>-=+ag"{} \n!*', max_size=60))
def test_any_text_is_rules_or_an_error_of_ours(text: str) -> None:
    try:
        rules = parse_rules(text)
    except RulesInvalid:
        return
    assert group(read(), GroupingConfig("v2", rules)).key


EFFECTS = ["-app", "+group ^-group", "v-group", "max-frames=1", "-> x, {{ default }}"]
SOME = st.lists(st.sampled_from(MATCHING + OTHER), min_size=1, max_size=3)


@given(documents, SOME, st.sampled_from(EFFECTS))
def test_rules_and_their_explanation_agree(
    document: dict[str, Any], matchers: list[str], effect: str
) -> None:
    rules = parse_rules("\n".join(f"{matcher} {effect}" for matcher in matchers))
    event = read(document)
    for version in ("v1", "v2"):
        config = GroupingConfig(version, rules)
        assert group(event, config).key == explain(event, config).key
