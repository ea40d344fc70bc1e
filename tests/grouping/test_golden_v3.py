"""Version 3 never changes either: see test_golden_v1.

`golden_v3.json` was written by this code when version 3 was released; events may be added, keys
never changed. An event without a template or certificate has the key of version 2.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rustrak.events.decode import decode_event
from rustrak.events.normalise import normalise
from rustrak.grouping import GroupingConfig, explain, group
from tests.grouping.test_golden_v2 import DOCUMENTS

NOW = datetime(2026, 3, 1, tzinfo=UTC)
V2, V3 = GroupingConfig("v2"), GroupingConfig("v3")
GOLDEN: dict[str, str] = json.loads(
    Path(__file__).with_name("golden_v3.json").read_text(encoding="utf-8")
)
LINE = "{% include basket %}"
PAGE = {"filename": "shop/page.html", "lineno": 7, "context_line": f"  {LINE}\n"}
EVENTS: dict[str, dict[str, Any]] = {
    "a line of a template": {"template": PAGE},
    "a template of which no line was sent": {"template": {"filename": "shop/page.html"}},
    "a template by its path": {"template": {"abs_path": "/srv/shop/page.html"}},
    "a public key pin": {"hpkp": {"hostname": "shop.example", "port": 443}},
    "Expect-CT": {"expectct": {"hostname": "shop.example"}},
    "Expect-Staple": {"expectstaple": {"hostname": "shop.example"}},
    "a report that names no host": {"expectct": {"port": 443}},
}


def read(document: dict[str, Any]) -> Any:
    """As the digest reads it; a reader of the whole document sees the same."""
    event = normalise(document, event_id="a" * 32, received_at=NOW)
    decoded = decode_event(json.dumps(document).encode())
    assert normalise(decoded, event_id="a" * 32, received_at=NOW) == event
    return event


def key(document: dict[str, Any], config: GroupingConfig = V3) -> str:
    event = read(document)
    assert group(event, config).key == explain(event, config).key
    return group(event, config).key


@pytest.mark.parametrize("name", EVENTS)
def test_a_golden_event_keeps_its_key(name: str) -> None:
    assert key(EVENTS[name]) == GOLDEN[name]


def test_golden_events_are_apart() -> None:
    assert len(set(GOLDEN.values())) == len(EVENTS) == len(GOLDEN)
    assert len({key(document, V2) for document in EVENTS.values()}) == 1


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_event_without_either_stays_where_version_2_has_it(name: str) -> None:
    for document in DOCUMENTS[name]:
        event = normalise(document, event_id="a" * 32, received_at=NOW)
        assert group(event, V3).key == group(event, V2).key


@pytest.mark.parametrize(
    "other",
    [
        {"template": {**PAGE, "lineno": 9}},
        {"template": {**PAGE, "context_line": LINE, "pre_context": ["x"]}},
        {"template": {**PAGE, "abs_path": "/releases/7/shop/page.html"}},
        {"template": PAGE, "message": "of 7 and 8"},
        {"sentry.interfaces.Template": PAGE},
    ],
)
def test_the_same_line_of_a_template_is_one_issue(other: dict[str, Any]) -> None:
    assert key(other) == key({"template": PAGE})


def test_a_report_is_about_a_host() -> None:
    first = {"expectct": {"hostname": "shop.example", "date-time": "2026-03-01T12:00:00Z"}}
    again = {"expectct": {"hostname": "SHOP.example ", "date-time": "2026-03-02T12:00:00Z"}}
    other = {"expectct": {"hostname": "news.example"}}

    assert key(first) == key(again) != key(other)
    assert explain(read(first), V3).strategy == "certificate"


def test_exceptions_and_fingerprints_come_before_a_template() -> None:
    exception = {"exception": {"type": "TemplateSyntaxError", "value": "no such tag"}}

    assert key({"template": PAGE, **exception}) == key(exception)
    assert key({"template": PAGE, "fingerprint": ["a"]}) == key({"fingerprint": ["a"]})


@pytest.mark.parametrize("template", [{}, {"lineno": 3}, [], "x", 7, {"filename": ["a"]}])
def test_what_names_no_file_is_no_template(template: object) -> None:
    assert read({"template": template, "message": "hello"}).template is None
    assert key({"template": template, "message": "hello"}) == key({"message": "hello"})


@pytest.mark.parametrize("report", ["x", 7, [1], {"hostname": ["a"]}, {"hostname": {"a": 1}}])
def test_an_invalid_report_is_noted(report: object) -> None:
    event = read({"hpkp": report, "message": "hello"})

    assert event.message == "hello"
    assert [code for code, _ in event.errors] == ["invalid_data"]
