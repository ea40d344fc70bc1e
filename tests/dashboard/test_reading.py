"""What an event says, whatever it is made of."""

import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.dashboard.reading import MOST_CRUMBS, MOST_FRAMES, Said, read
from rustrak.dashboard.telling import as_curl, as_markdown
from rustrak.dashboard.values import LONGEST
from tests.dashboard.scene import everything

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["values", "frames", "stacktrace", "type", "vars", "mechanism", "data", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
PARTS = ("exception", "threads", "breadcrumbs", "request", "user", "contexts", "extra", "logentry")
PARTS += ("csp", "template", "expectct")


@given(st.dictionaries(st.sampled_from(PARTS), JSON) | JSON)
def test_reading_is_total(data: Any) -> None:
    said = read(data)
    assert isinstance(said, Said)
    event = dict.fromkeys(
        ("title", "event_id", "timestamp", "level", "release", "environment", "culprit", "user"), ""
    )
    assert as_markdown(event, said, "http://here/").startswith("## ")
    if said.request:
        assert as_curl(said.request).startswith("curl")


def test_everything_an_event_says_is_there() -> None:
    said = read(everything("!"))
    first, second = said.exceptions
    assert (first.type, second.type) == ("Failed!", "Cause")
    assert first.is_handled is False
    (frame,) = first.frames
    assert (frame.function, frame.place, frame.in_app) == ("pay!", "shop.py!:3", True)
    assert [(line.number, line.is_current) for line in frame.lines] == [
        ("2", False),
        ("3", True),
        ("4", False),
    ]
    assert frame.variables[0] == ("name!", "!")
    assert said.threads[0].is_crashed
    assert said.request is not None
    assert said.request.query == [("", "!")]
    assert said.contexts == [("ours!", [("key!", "!")])]
    assert said.message == "message !"


def test_what_is_huge_is_cut() -> None:
    frames = [{"function": str(n), "vars": {"x": "y" * 100_000}} for n in range(2000)]
    crumbs = [{"message": "z" * 100_000}] * 1000
    said = read({"stacktrace": {}, "exception": {"stacktrace": {"frames": frames}},
                 "breadcrumbs": crumbs})  # fmt: skip
    (raised,) = said.exceptions
    assert len(raised.frames) == MOST_FRAMES
    assert raised.left_out == 2000 - MOST_FRAMES
    assert raised.frames[0].function == "1999", "the call that raised it is first"
    assert len(said.crumbs) == MOST_CRUMBS
    assert max(len(crumb.message) for crumb in said.crumbs) <= LONGEST + 1


def test_markdown_is_only_ours() -> None:
    event = {"title": "a [link](http://x) <b>", "event_id": "1", "timestamp": "2", "level": "",
             "release": "", "environment": "`x`", "culprit": "", "user": ""}  # fmt: skip
    text = as_markdown(event, read({"message": "```\n# no heading\n```"}), "http://here/")
    assert text.startswith("## a \\[link\\](http://x) \\<b\\>\n")
    assert "\n````\n```\n# no heading\n```\n````\n" in text


@pytest.mark.parametrize("hostile", ["'; rm -rf ~ #", "$(reboot)", "`reboot`", "a\nb"])
def test_a_curl_line_is_one_command(hostile: str) -> None:
    headers = {"A": hostile, "Host": "no"}
    request = {"url": f"http://x/{hostile}", "method": hostile, "headers": headers}
    said = read({"request": {**request, "data": hostile}})
    assert said.request is not None
    words = shlex.split(as_curl(said.request))
    assert words == [
        *("curl", "-X", hostile[:20], f"http://x/{hostile}"),
        *("-H", f"A: {hostile}", "--data-raw", hostile),
    ]


def test_members_of_a_group_say_where_they_are() -> None:
    values = [
        {"type": "B", "mechanism": {"exception_id": 2, "parent_id": 0, "source": "exceptions[1]"}},
        {"type": "C", "mechanism": {"exception_id": 1, "parent_id": 0, "source": "__cause__"}},
        {"type": "G", "mechanism": {"exception_id": 0, "is_exception_group": True}},
    ]
    group, cause, member = read({"exception": {"values": values}}).exceptions
    assert (group.type, group.is_group, group.member) == ("G", True, "")
    assert (cause.type, cause.member) == ("C", "")
    assert (member.type, member.member) == ("B", "exceptions[1]")


@pytest.mark.parametrize(
    ("sent", "name"), [("sentry.interfaces.Csp", "csp"), ("sentry.interfaces.Template", "template")]
)
def test_reports_of_old_clients_are_shown(sent: str, name: str) -> None:
    ((found, text),) = read({sent: {"filename": "page.html"}}).others

    assert found == name
    assert "page.html" in text
