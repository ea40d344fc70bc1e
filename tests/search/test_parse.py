"""The language of searches: what it means, that it answers anything, and how it complains."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.errors import Invalid
from rustrak.search.parse import DEEPEST, LONGEST, MOST_TERMS, parse
from rustrak.search.query import (
    And,
    AssigneeTerm,
    Node,
    Not,
    NumberTerm,
    Or,
    Query,
    ShortIdTerm,
    StatusTerm,
    TagTerm,
    TextTerm,
    TimeTerm,
)
from rustrak.search.values import exactly, like, literal, prefix

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ERROR, PROD = TagTerm("level", ("error",)), TagTerm("environment", ("prod",))


def tree(text: str) -> Node:
    return parse(text, NOW).tree


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, number, hour, tzinfo=UTC)


TERMS = [
    ("is:unresolved", StatusTerm("unresolved")),
    ("is:IGNORED", StatusTerm("muted")),
    ("is:assigned", AssigneeTerm("anyone")),
    ("is:unassigned", AssigneeTerm("nobody")),
    ("assigned:me", AssigneeTerm("me")),
    ("assigned:none", AssigneeTerm("nobody")),
    ("assignee:a@b.cd", AssigneeTerm(email="a@b.cd")),
    ("priority:High", TextTerm("priority", "high")),
    ("platform:python", TextTerm("platform", "python")),
    ("issue:my-shop-42", ShortIdTerm("my-shop", 42)),
    ("short-id:WEB-7", ShortIdTerm("web", 7)),
    ("title:pay", TextTerm("title", "%pay%")),
    ('message:"cannot pay"', TextTerm("title", "%cannot pay%")),
    ("culprit:shop.*", TextTerm("culprit", "%shop.%%")),
    ("type:ValueError", TextTerm("type", "ValueError")),
    ("pay", TextTerm("any", "%pay%")),
    ('"is:resolved (really)"', TextTerm("any", "%is:resolved (really)%")),
    ("level:error", ERROR),
    ("release:1.2.*", TagTerm("release", (), "1.2.%")),
    ("release:1.2.\\*", TagTerm("release", ("1.2.*",))),
    ('browser:"Chrome 120"', TagTerm("browser", ("Chrome 120",))),
    ("url:https://shop.example/?a=b", TagTerm("url", ("https://shop.example/?a=b",))),
    ('quote:"say \\"hi\\""', TagTerm("quote", ('say "hi"',))),
    ("tags[title]:x", TagTerm("title", ("x",))),
    ("discount:100%", TagTerm("discount", ("100%",))),
    ("discount:*00%", TagTerm("discount", (), "%00\\%")),
    ("has:browser", TagTerm("browser", (), "%")),
    ("user.email:a@b.cd", TagTerm("user", ("email:a@b.cd",))),
    ("user.id:4*", TagTerm("user", (), "id:4%")),
    ("user.ip:::1", TagTerm("user", ("ip:::1",))),
    ("user:7", TagTerm("user", ("id:7", "email:7", "username:7", "ip:7"))),
    ("times-seen:>100", NumberTerm("events", 101, None)),
    ("timesSeen:<=5", NumberTerm("events", None, 5)),
    ("users:10..20", NumberTerm("users", 10, 20)),
    ("users:10", NumberTerm("users", 10, 10)),
    ("first-seen:-24h", TimeTerm("first_seen", NOW - timedelta(days=1), None)),
    ("firstSeen:+7d", TimeTerm("first_seen", None, NOW - timedelta(days=7))),
    ("last_seen:>2026-11-01", TimeTerm("last_seen", day(2), None)),
    ("last-seen:>=2026-11-01", TimeTerm("last_seen", day(1), None)),
    ("last-seen:<2026-11-01", TimeTerm("last_seen", None, day(1))),
    ("last-seen:<=2026-11-01", TimeTerm("last_seen", None, day(2))),
    ("first-seen:2026-11-01", TimeTerm("first_seen", day(1), day(2))),
    ("first-seen:2026-11-01..2026-11-05", TimeTerm("first_seen", day(1), day(6))),
    ("first-seen:>2026-11-01T14:00+02:00", TimeTerm("first_seen", day(1, 12), None)),
]


@pytest.mark.parametrize(("text", "term"), TERMS)
def test_a_term_means(text: str, term: Node) -> None:
    assert tree(text) == term


def test_words_are_joined_by_and_which_binds_closer_than_or() -> None:
    a, b, c = tree("a:1"), tree("b:1"), tree("c:1")
    assert tree("a:1 b:1") == tree("a:1 AND b:1") == And((a, b))
    assert tree("a:1 OR b:1 c:1") == Or((a, And((b, c))))
    assert tree("(a:1 OR b:1) c:1") == And((Or((a, b)), c))
    assert tree("!a:1 b:1") == tree("NOT a:1 b:1") == And((Not(a), b))
    assert tree("!(a:1 b:1)") == Not(And((a, b)))
    assert tree("or and not") == And(tuple(tree(word) for word in ("or", "and", "not")))


def test_values_of_one_tag_are_one_term() -> None:
    assert tree("a:1 OR a:2 OR a:1") == TagTerm("a", ("1", "2"))
    assert tree("a:1 OR is:muted OR a:2") == Or((TagTerm("a", ("1", "2")), StatusTerm("muted")))


def test_an_environment_that_must_hold_is_taken_out() -> None:
    assert parse("", NOW) == Query()
    assert parse("environment:prod", NOW) == Query(And(()), PROD)
    assert parse("environment:prod level:error", NOW) == Query(ERROR, PROD)
    assert parse("environment:prod OR level:error", NOW) == Query(Or((PROD, ERROR)))
    assert parse("!environment:prod", NOW) == Query(Not(PROD))
    narrower = parse("environment:prod level:error", NOW).within(["test"])
    assert narrower == Query(And((ERROR, PROD)), TagTerm("environment", ("test",)))


MISTAKES = [
    ('is:unresolved "oops', 15, "a quote is opened and not closed"),
    ("a:1 (b:1", 5, "this bracket is not closed"),
    ("a:1)", 4, "this bracket closes nothing"),
    ("()", 2, "a term is missing before )"),
    ("a:1 OR", 7, "a term is missing before the end"),
    ("AND a:1", 1, "a term is missing before AND"),
    ("is:open is:lost", 9, "is: takes unresolved"),
    ("priority:urgent", 1, "priority: takes high, medium or low"),
    ("assigned:bob", 1, "assigned: takes me, none, any or an e-mail address"),
    ("issue:42", 1, "an issue is named as in WEB-42"),
    ("level:", 1, "write has:level, or"),
    ("x -is:resolved", 3, "write !is:resolved to leave those out"),
    ("x times-seen:many", 3, "a whole number is expected"),
    ("first-seen:yesterday", 1, "a time is expected, as in -24h"),
    ("first-seen:2026-13-01", 1, "a time is expected"),
    ("first-seen:-999999w", 1, "a time is expected"),
    ("a\0b", 2, "cannot be stored"),
    ("a\ud800", 2, "cannot be stored"),
    ("x" * (LONGEST + 1), LONGEST + 1, "at most 1000 characters"),
    ("a " * (MOST_TERMS + 1), 2 * MOST_TERMS + 1, "at most 30 terms"),
    ("(" * (DEEPEST + 1) + "a", DEEPEST + 1, "at most 10 deep"),
    ("!" * 900 + "a", DEEPEST + 1, "at most 10 deep"),
]


@pytest.mark.parametrize(("text", "position", "problem"), MISTAKES)
def test_a_mistake_is_named_with_its_place(text: str, position: int, problem: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text, NOW)
    assert str(caught.value).startswith(f"Search, character {position}: ")
    assert problem in str(caught.value)


WORDS = st.sampled_from(
    [
        *(text for text, _ in TERMS),
        "(",
        ")",
        "!",
        "NOT",
        "AND",
        "OR",
        '"',
        "*",
        "\\",
        ":",
        "a:",
        "..",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=20).map(" ".join)))
def test_any_text_is_a_query_or_a_mistake(text: str) -> None:
    with suppress(Invalid):
        assert isinstance(parse(text, NOW), Query)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_quoted_text_means_itself(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("*", "\\*")
    if text and len(escaped) < 900:
        assert tree(f'tags[x]:"{escaped}"') == TagTerm("x", (text,))


TRICKY = st.text(st.sampled_from("ab*\\%_\U0010ffff\ud7ff"), max_size=8)


@given(TRICKY, TRICKY)
def test_the_range_of_a_pattern_holds_what_is_like_it(start: str, rest: str) -> None:
    low, high = prefix(exactly(start) + "%")
    for value in (start, start + rest):
        assert low.encode() <= value.encode()
        assert high is None or value.encode() < high.encode()


@given(TRICKY)
def test_a_pattern_without_wildcards_is_like_its_text_only(text: str) -> None:
    plain = literal(text)
    if plain is not None:
        assert like(text) == exactly(plain)
