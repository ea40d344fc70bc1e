"""Which events belong together and which do not."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rustrak.events.event import Event
from rustrak.events.normalise import normalise
from rustrak.grouping import LATEST, VERSIONS, GroupingConfig, UnknownVersion, explain, group

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(document: dict[str, Any]) -> Event:
    return normalise(document, event_id="a" * 32, received_at=NOW)


def key(**document: Any) -> str:
    return group(read({"platform": "python", **document})).key


def frame(function: str, in_app: bool | None = True, **more: Any) -> dict[str, Any]:
    return {"function": function, "module": "app", "in_app": in_app, **more}


def error(*frames: dict[str, Any], value: str = "bad", **more: Any) -> dict[str, Any]:
    return {"type": "E", "value": value, "stacktrace": {"frames": list(frames)}, **more}


LIBRARY = frame("get", in_app=False, module="lib")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            {"exception": [error(frame("f"), value="order 17")]},
            {"exception": [error(frame("f"), value="order 18 of Ada")]},
            id="the message of an error with a stack trace",
        ),
        pytest.param(
            {"exception": [{"type": "E", "value": "order 17 not found"}]},
            {"exception": [{"type": "E", "value": "order 42 not found"}]},
            id="numbers in the message of an error without one",
        ),
        pytest.param(
            {"exception": [error(frame("f", lineno=1, colno=2))]},
            {"exception": [error(frame("f", lineno=9, colno=8))]},
            id="lines and columns",
        ),
        pytest.param(
            {"exception": [error(LIBRARY, frame("f"))]},
            {"exception": [error(frame("send", in_app=False), frame("f"), LIBRARY)]},
            id="frames of libraries beside the application's",
        ),
        pytest.param(
            {"exception": [error(frame("f"), frame("r", lineno=1))]},
            {"exception": [error(frame("f"), *[frame("r", lineno=n) for n in range(9)])]},
            id="the depth of a recursion",
        ),
        pytest.param(
            {"message": "user 1 logged in"}, {"message": "user 2 logged in"}, id="log parameters"
        ),
        pytest.param(
            {"logentry": {"message": "user %s", "params": ["a"]}},
            {"logentry": {"message": "user %s", "params": ["b"]}},
            id="one template",
        ),
        pytest.param(
            {"message": "m"}, {"message": "m", "release": "2", "level": "info"}, id="rest"
        ),
        pytest.param(
            {"exception": [error(frame("f"))]},
            {"exception": [error(frame("f"))], "fingerprint": ["{{default}}"]},
            id="asking for the default",
        ),
        pytest.param({}, {"user": {"id": 1}}, id="nothing to tell them by"),
    ],
)
def test_events_that_join(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert key(**one) == key(**other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            {"exception": [error(frame("f"))]}, {"exception": [error(frame("g"))]}, id="function"
        ),
        pytest.param(
            {"exception": [error(frame("f"))]},
            {"exception": [error(frame("f", module="other"))]},
            id="module",
        ),
        pytest.param(
            {"exception": [error(frame("f", context_line="a()"))]},
            {"exception": [error(frame("f", context_line="b()"))]},
            id="source line",
        ),
        pytest.param(
            {"exception": [error(frame("f"))]},
            {"exception": [error(frame("f"), type="Other")]},
            id="type",
        ),
        pytest.param(
            {"exception": [error(frame("f"))]},
            {"exception": [{"type": "Cause"}, error(frame("f"))]},
            id="cause",
        ),
        pytest.param(
            {"exception": [error(LIBRARY)]},
            {"exception": [error(LIBRARY, frame("other", in_app=None))]},
            id="library frames when there is nothing else",
        ),
        pytest.param(
            {"exception": [{"type": "E", "value": "no disk"}]},
            {"exception": [{"type": "E", "value": "no memory"}]},
            id="words of a message",
        ),
        pytest.param({"message": "E"}, {"exception": [{"type": "E"}]}, id="kind of event"),
        pytest.param({"message": "a"}, {"message": "a", "fingerprint": ["a"]}, id="fingerprint"),
        pytest.param({"message": "a"}, {"message": "a", "checksum": "a"}, id="checksum"),
        pytest.param(
            {"exception": [{"type": "a", "value": "b"}]},
            {"exception": [{"type": "a"}, {"type": "b"}]},
            id="two lists of the same texts",
        ),
        pytest.param(
            {"csp": {"effective_directive": "img-src", "blocked_uri": "https://a.example/x"}},
            {"csp": {"effective_directive": "img-src", "blocked_uri": "https://b.example/x"}},
            id="blocked host",
        ),
    ],
)
def test_events_that_part(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert key(**one) != key(**other)


def test_deployed_script_names_do_not_part_browser_errors() -> None:
    def browser(build: str) -> str:
        script = frame("render", module=None, abs_path=f"https://a.example/app.{build}.js")
        return key(platform="javascript", exception=[error(script)])

    assert browser("c0ffee") == browser("facade")


@pytest.mark.parametrize(
    ("platform", "one", "other"),
    [
        ("javascript", "Object.render", "render"),
        ("java", "lambda$run$0", "lambda$run$17"),
        ("ruby", "block in index", "block (2 levels) in index"),
        ("ruby", "_app_erb__123_456", "_app_erb__789_12"),
        ("csharp", "Run (int a)", "Run (string b)"),
        ("native", "ns::f<int>(int) const", "ns::f<char>(char) const"),
        ("rust", "core::f::h0123456789abcdef", "core::f::hfedcba9876543210"),
        ("php", "class@anonymous\x01/a.php::run", "class@anonymous\x01/b.php::run"),
    ],
)
def test_noise_in_function_names_does_not_part(platform: str, one: str, other: str) -> None:
    def named(function: str) -> str:
        return key(platform=platform, exception=[error(frame(function))])

    assert named(one) == named(other) != named("something else")


def test_generated_java_classes_do_not_part() -> None:
    def inside(module: str) -> str:
        return key(platform="java", exception=[error(frame("call", module=module))])

    assert inside("a.B$$Lambda$40/16738") == inside("a.B$$Lambda$41/99")
    accessor = "sun.reflect.GeneratedMethodAccessor"
    assert inside(f"{accessor}8") == inside(f"{accessor}9")
    assert inside("a.B$$EnhancerByCGLIB$$1a2b") == inside("a.B$$EnhancerByCGLIB$$3c4d")


def test_members_of_an_exception_group_join_in_any_order_and_number() -> None:
    def grouped(*members: dict[str, Any]) -> str:
        root = {"type": "ExceptionGroup", "mechanism": {"exception_id": 0}}
        root["mechanism"]["is_exception_group"] = True
        chain = [
            {**member, "mechanism": {"exception_id": number, "parent_id": 0}}
            for number, member in enumerate(members, 1)
        ]
        return key(exception=[*chain[::-1], root])

    a, b = {"type": "A", "value": "Test 1"}, {"type": "B", "value": "x"}
    assert grouped(a, b) == grouped(b, a) == grouped(a, {**a, "value": "Test 2"}, b)
    assert grouped(a, b) != grouped(a)
    assert grouped(a, {**a, "value": "Test 2"}) == grouped(a) == key(exception=[a])
    assert grouped(a, {**a, "value": "x"}) == grouped({**a, "value": "x"}, a)


@pytest.mark.parametrize("ids", [(0, 0), (1, 2), (5, None), (None, None)])
def test_a_group_whose_ids_are_no_tree_is_a_plain_chain(ids: tuple[Any, Any]) -> None:
    chain = [
        {"type": "A", "mechanism": {"exception_id": ids[0], "parent_id": ids[1]}},
        {"type": "G", "mechanism": {"exception_id": ids[1], "is_exception_group": True}},
    ]
    values = [c.value for c in explain(read({"exception": chain})).components]

    assert values == ["A", "G"]


def test_an_explanation_says_what_was_ignored_and_why() -> None:
    event = read(
        {
            "platform": "python",
            "message": "ignored",
            "exception": [error(LIBRARY, frame("f", context_line="x" * 130))],
        }
    )

    assert asdict(explain(event)) == {
        "version": LATEST,
        "key": group(event).key,
        "strategy": "exception",
        "variant": "app",
        "rules": (),
        "components": [
            {"name": name, "value": value, "contributes": not reason, "reason": reason}
            for name, value, reason in [
                ("type", "E", ""),
                ("frame", "lib get", "not in-app"),
                ("module", "app", ""),
                ("function", "f", ""),
                ("context_line", "x" * 130, "longer than 120 characters"),
                ("value", "bad", "the stack trace identifies it"),
                ("message", "", "the exception already identifies the event"),
            ]
        ],
    }


def test_an_unknown_version_is_refused_by_name() -> None:
    with pytest.raises(UnknownVersion, match="'v0' is unknown; use one of: v1"):
        group(read({}), GroupingConfig("v0"))


texts = st.none() | st.sampled_from(["a", "b", "Object.f", "/a/b.js", "x 1", "f(int)", "<f>"])
frames = st.fixed_dictionaries(
    {},
    optional={
        "function": texts,
        "module": texts,
        "filename": texts,
        "abs_path": texts | st.just("https://a.example/x.js"),
        "context_line": texts,
        "lineno": st.integers(0, 99),
        "in_app": st.none() | st.booleans(),
        "data": st.just({"sourcemap": "x.map"}),
    },
)
stacks = st.fixed_dictionaries({"frames": st.lists(frames, max_size=4)})
mechanisms = st.fixed_dictionaries(
    {},
    optional={
        "synthetic": st.booleans(),
        "is_exception_group": st.booleans(),
        "exception_id": st.integers(0, 3),
        "parent_id": st.integers(0, 3),
        "meta": st.just({"ns_error": {"domain": "d", "code": 1}}),
    },
)
exceptions = st.fixed_dictionaries(
    {}, optional={"type": texts, "value": texts, "stacktrace": stacks, "mechanism": mechanisms}
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "platform": st.sampled_from(["python", "javascript", "java", "native", "php", "other"]),
        "exception": st.lists(exceptions, max_size=4),
        "threads": st.lists(st.fixed_dictionaries({"stacktrace": stacks}), max_size=2),
        "stacktrace": stacks,
        "message": texts,
        "checksum": texts,
        "fingerprint": st.lists(
            st.sampled_from(["{{ default }}", "{{type}}", "{{ nonsense }}", "a", "{{ path }}"])
        ),
        "csp": st.just({"effective_directive": "img-src"}),
    },
)


@given(documents)
def test_the_explanation_leads_to_the_same_key(document: dict[str, Any]) -> None:
    event = read(document)
    for version in VERSIONS:
        config = GroupingConfig(version)
        grouping, explanation = group(event, config), explain(event, config)
        assert (grouping.key, grouping.strategy) == (explanation.key, explanation.strategy)
        assert any(component.contributes for component in explanation.components)


@given(documents, st.integers(0, 10**6))
def test_line_numbers_never_matter(document: dict[str, Any], line: int) -> None:
    moved = read(document)
    for exception in moved.exceptions:
        exception.frames = [replace(frame, lineno=line) for frame in exception.frames]
    assert group(moved).key == group(read(document)).key
