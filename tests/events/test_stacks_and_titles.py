"""Exceptions, stack traces and threads, and what the event is called after them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rustrak.events.event import Event
from rustrak.events.normalise import normalise
from rustrak.events.title import Title, title

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(**document: Any) -> Event:
    return normalise(document, event_id="a" * 32, received_at=NOW)


def stack(*frames: dict[str, Any]) -> dict[str, Any]:
    return {"frames": list(frames)}


ERROR = {"type": "E", "value": "v"}


@pytest.mark.parametrize(
    "form", [[ERROR], {"values": [ERROR]}, {"values": [None, ERROR, None]}, ERROR]
)
def test_exceptions_in_every_form(form: Any) -> None:
    (exception,) = read(exception=form).exceptions

    assert (exception.type, exception.value) == ("E", "v")


@pytest.mark.parametrize("form", [[], {}, {"values": []}, {"values": None}, None, [None]])
def test_no_exception_in_every_form(form: Any) -> None:
    event = read(exception=form)

    assert (event.exceptions, event.type, event.errors) == ([], "default", [])


def test_an_exception_without_type_value_and_stack_is_dropped() -> None:
    event = read(exception=[{"module": "m"}, ERROR])

    assert len(event.exceptions) == 1
    assert event.errors == [("missing_attribute", "exception.type")]


def test_a_type_inside_the_value_is_split_off() -> None:
    (exception,) = read(exception=[{"value": "TypeError: x is undefined"}]).exceptions

    assert (exception.type, exception.value) == ("TypeError", "x is undefined")


def test_a_value_that_is_no_text_becomes_json() -> None:
    (exception,) = read(exception=[{"type": "E", "value": {"code": [1]}}]).exceptions

    assert exception.value == '{"code":[1]}'


def test_the_ends_nearest_to_the_crash_are_kept() -> None:
    frames = [{"function": f"f{i}"} for i in range(1000)]
    chain = [{"type": f"E{i}", "stacktrace": stack(*frames)} for i in range(60)]
    event = read(exception=chain, threads=[{"id": i} for i in range(300)])

    assert [event.exceptions[0].type, event.exceptions[-1].type] == ["E10", "E59"]
    kept = event.exceptions[-1].frames
    assert [len(kept), kept[0].function, kept[-1].function] == [250, "f750", "f999"]
    assert len(event.threads) == 256


def test_a_stack_trace_beside_a_single_exception_moves_in() -> None:
    event = read(exception=[ERROR], stacktrace=stack({"function": "f"}))

    assert [frame.function for frame in event.exceptions[0].frames] == ["f"]
    assert event.frames == []


def test_frame_paths_stand_in_for_each_other() -> None:
    event = read(
        stacktrace=stack(
            {"filename": "a.py"},
            {"abs_path": "/srv/a.py"},
            {"abs_path": "https://a.example/js/app.js?v=1"},
            {"abs_path": "https://[broken"},
        )
    )

    assert [(frame.filename, frame.abs_path) for frame in event.frames] == [
        ("a.py", "a.py"),
        ("/srv/a.py", "/srv/a.py"),
        ("/js/app.js", "https://a.example/js/app.js?v=1"),
        ("https://[broken", "https://[broken"),
    ]


def test_wrong_types_in_a_frame_are_nulled_one_by_one() -> None:
    event = read(
        stacktrace=stack(
            {"function": 5, "module": "m", "lineno": -1, "colno": 10**10, "in_app": "yes"}
        )
    )

    (frame,) = event.frames
    assert (frame.function, frame.module, frame.lineno) == (None, "m", None)
    assert (frame.colno, frame.in_app) == (None, None)
    assert len(event.errors) == 4


def test_unhandled_anywhere_in_the_chain_means_unhandled() -> None:
    def chain(*handled: bool | None) -> list[dict[str, Any]]:
        return [{**ERROR, "mechanism": {"handled": each}} for each in handled]

    assert read(exception=chain(True, False, True)).handled is False
    assert read(exception=chain(True, None)).handled is True
    assert read(exception=chain(None)).handled is None


@pytest.mark.parametrize(
    ("exception", "expected"),
    [
        ({"type": "TypeError", "value": "x is y"}, ("TypeError", "x is y", "TypeError: x is y")),
        ({"type": "E", "value": "one\r\ntwo"}, ("E", "one\r\ntwo", "E: one")),
        ({"type": "E"}, ("E", "", "E")),
        ({"value": "no type"}, ("Error", "no type", "Error: no type")),
        ({"type": "T" * 200}, ("T" * 125 + "...", "", "T" * 125 + "...")),
        ({"stacktrace": stack({"function": "run"})}, ("run", "", "run")),
        (
            {
                "type": "SIGABRT",
                "value": "v",
                "mechanism": {"synthetic": True},
                "stacktrace": stack({"function": "abort"}),
            },
            ("abort", "v", "abort"),
        ),
    ],
)
def test_errors_are_called_by_type_and_value(
    exception: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    found = title(read(exception=[exception]))

    assert (found.type, found.value, found.title) == expected


def test_the_last_exception_of_a_chain_gives_the_title() -> None:
    assert title(read(exception=[{"type": "Inner"}, {"type": "Outer"}])).title == "Outer"


def test_a_message_is_called_by_the_first_line_of_its_template() -> None:
    found = title(read(logentry={"message": "User %s\nlogged in", "params": ["a"]}))

    assert (found.type, found.value, found.title) == ("Log Message", "User %s", "User %s")


def test_an_event_without_anything_has_a_title_too() -> None:
    assert title(read()) == Title("Unknown", "", "<unlabeled event>", "", "", "", "")


def test_the_last_frame_of_the_application_is_the_place() -> None:
    frames = stack(
        {"function": "main", "module": "app", "filename": "app.py", "in_app": True},
        {"function": "get", "module": "lib", "filename": "lib.py", "in_app": False},
    )
    found = title(read(exception=[{**ERROR, "stacktrace": frames}]))

    assert (found.filename, found.function, found.module) == ("app.py", "main", "app")
    assert found.culprit == "app in main"


@pytest.mark.parametrize(
    ("document", "culprit"),
    [
        ({"platform": "javascript"}, "f(a.js)"),
        ({"platform": "native"}, "f"),
        ({"platform": "ruby"}, "a.js in f"),
        ({"platform": "ruby", "transaction": "/a"}, "/a"),
    ],
)
def test_culprits_follow_the_platform(document: dict[str, Any], culprit: str) -> None:
    frames = stack({"function": "f", "filename": "a.js"})

    assert title(read(**document, exception=[{**ERROR, "stacktrace": frames}])).culprit == culprit


def test_without_a_stack_the_url_is_to_blame() -> None:
    assert title(read(message="m", request={"url": "https://a.example/x?y"})).culprit == (
        "https://a.example/x"
    )


@pytest.mark.parametrize(
    ("threads", "function"),
    [
        ([{"id": 1, "stacktrace": stack({"function": "only"})}], "only"),
        ([{"id": 1}, {"id": 2, "crashed": True, "stacktrace": stack({"function": "c"})}], "c"),
        ([{"id": 1}, {"id": 2, "current": True, "stacktrace": stack({"function": "c"})}], "c"),
        ([{"id": 1, "stacktrace": stack({"function": "a"})}, {"id": 2}], ""),
    ],
)
def test_a_message_takes_its_place_from_the_main_thread(threads: Any, function: str) -> None:
    assert title(read(message="m", threads={"values": threads})).function == function
