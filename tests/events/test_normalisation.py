"""What any SDK sends becomes one well-formed event."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.events.event import Event
from rustrak.events.normalise import normalise
from rustrak.events.title import title

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT_ID = "a" * 32

VALID: dict[str, Any] = {
    "timestamp": "2026-03-01T11:59:58Z",
    "platform": "python",
    "level": "warning",
    "logger": "app",
    "transaction": "/orders",
    "release": "app@1",
    "dist": "7",
    "environment": "staging",
    "server_name": "web-1",
    "site": "shop",
    "fingerprint": ["a"],
    "checksum": "c",
    "tags": {"customer": "acme"},
    "sdk": {"name": "sentry.python", "version": "2"},
    "logentry": {"formatted": "hello"},
    "exception": [{"type": "E", "value": "v"}],
    "threads": [{"id": 1}],
    "request": {"url": "https://shop.example/"},
    "user": {"id": "42"},
}
# Attributes of the document and the fields of the event that may change with them.
DERIVED = {
    "logentry": {"message", "formatted"},
    "exception": {"exceptions", "type", "handled"},
    "request": {"request_url"},
    "release": {"release", "dist"},
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


def read(document: dict[str, Any], **times: datetime) -> Event:
    return normalise(document, event_id=EVENT_ID, received_at=NOW, **times)


@given(st.dictionaries(st.sampled_from(sorted(VALID)) | st.text(), json_values, max_size=8))
def test_any_json_object_becomes_an_event_with_a_title(document: dict[str, Any]) -> None:
    event = read(document)

    assert event.event_id == EVENT_ID
    assert title(event).title


@given(st.sampled_from(sorted(VALID)), json_values)
def test_one_arbitrary_attribute_leaves_the_others_alone(attribute: str, value: Any) -> None:
    expected, event = read(VALID), read({**VALID, attribute: value})

    changed = DERIVED.get(attribute, {attribute}) | {"tags", "errors"}
    for field in fields(Event):
        if field.name not in changed:
            assert getattr(event, field.name) == getattr(expected, field.name), field.name


def test_a_valid_event_has_no_errors() -> None:
    assert read(VALID).errors == []


@pytest.mark.parametrize("attribute", sorted(VALID.keys() - {"logentry"}))
def test_a_wrong_type_is_left_out_and_noted(attribute: str) -> None:
    wrong = {"an": ["object"]} if isinstance(VALID[attribute], str) else 5
    event = read({**VALID, attribute: wrong})

    assert {code for code, _ in event.errors} == {"invalid_data"}


def test_null_everywhere_is_an_empty_event_without_errors() -> None:
    event = read(dict.fromkeys(VALID))

    assert replace(event, tags={}) == Event(EVENT_ID, NOW)
    assert event.tags == {"level": "error"}


@pytest.mark.parametrize(
    ("short", "long", "value"),
    [
        ("exception", "sentry.interfaces.Exception", [{"type": "E", "value": "v"}]),
        ("logentry", "sentry.interfaces.Message", {"message": "m"}),
        ("stacktrace", "sentry.interfaces.Stacktrace", {"frames": [{"function": "f"}]}),
        ("threads", "sentry.interfaces.Threads", [{"id": 1}]),
        ("request", "sentry.interfaces.Http", {"url": "https://a.example/"}),
        ("user", "sentry.interfaces.User", {"id": 1}),
        ("contexts", "sentry.interfaces.Contexts", {"os": {"name": "Linux"}}),
        ("csp", "sentry.interfaces.Csp", {"effective_directive": "img-src"}),
    ],
)
def test_the_long_names_of_old_clients_mean_the_same(short: str, long: str, value: Any) -> None:
    assert read({short: value}) == read({long: value}) != read({})


@pytest.mark.parametrize(
    ("sent", "level"),
    [
        ("debug", "debug"),
        ("log", "info"),
        ("WARNING", "warning"),
        ("critical", "fatal"),
        (40, "error"),
        (10, "debug"),
        ("loud", "error"),
        (True, "error"),
        ([], "error"),
    ],
)
def test_levels_in_every_spelling(sent: Any, level: str) -> None:
    assert read({"level": sent}).level == level


@pytest.mark.parametrize(
    ("attribute", "sent", "kept"),
    [
        ("release", " app@1.0 ", "app@1.0"),
        ("release", 7, "7"),
        ("release", "..", ""),
        ("release", "a/b", ""),
        ("release", "a\nb", ""),
        ("release", "r" * 201, ""),
        ("environment", "Production", "Production"),
        ("environment", "None", ""),
        ("environment", "a b", ""),
        ("environment", "e" * 65, ""),
        ("environment", "", ""),
        ("platform", "dart", "dart"),
        ("platform", "", "other"),
        ("transaction", " /a ", "/a"),
        ("transaction", "t" * 300, "t" * 197 + "..."),
        ("logger", "a\nb", ""),
        ("logger", "org." + "x" * 30 + "." + "y" * 40, "*." + "y" * 40),
        ("server_name", "s" * 300, "s" * 253 + "..."),
        ("checksum", "abc", "abc"),
    ],
)
def test_short_names_follow_their_rules(attribute: str, sent: Any, kept: str) -> None:
    assert getattr(read({attribute: sent}), attribute) == kept


def test_a_dist_needs_a_release_and_plain_characters() -> None:
    assert read({"dist": "7"}).dist == ""
    assert read({"dist": "7", "release": "a"}).dist == "7"
    assert read({"dist": "7 8", "release": "a"}).dist == ""


def test_the_obsolete_culprit_stands_in_for_the_transaction() -> None:
    assert read({"culprit": "app.views"}).transaction == "app.views"


def test_fingerprint_parts_become_texts() -> None:
    event = read({"fingerprint": ["a", True, 3, 4.7, None, {"b": 1}]})

    assert event.fingerprint == ["a", "True", "3", "4"]
    assert event.errors == [("invalid_data", "fingerprint")]
    assert read({"fingerprint": "a"}).fingerprint == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"message": "text"}, ("text", "text")),
        ({"message": {"message": "a %s", "params": ["b"]}}, ("a %s", "a b")),
        ({"logentry": {"message": "%(x)s!", "params": {"x": 1}}}, ("%(x)s!", "1!")),
        ({"logentry": {"message": "{} {1} {}", "params": [1, 2]}}, ("{} {1} {}", "1 2 2")),
        ({"logentry": {"message": "{name}", "params": {"name": "n"}}}, ("{name}", "n")),
        ({"logentry": {"message": "%s %s", "params": ["one"]}}, ("%s %s", "%s %s")),
        ({"logentry": {"message": "%d%%", "params": [5]}}, ("%d%%", "5%")),
        ({"logentry": {"message": "m", "formatted": "f"}}, ("m", "f")),
        ({"logentry": {"formatted": "f"}}, ("f", "f")),
        ({"logentry": {}, "message": "text"}, ("text", "text")),
        ({"message": False}, ("", "")),
        ({"message": [1, {"a": None}]}, ('[1,{"a":null}]', '[1,{"a":null}]')),
        ({"message": "x" * 9000}, ("x" * 8189 + "...",) * 2),
    ],
)
def test_messages_in_every_form(document: dict[str, Any], expected: tuple[str, str]) -> None:
    event = read(document)

    assert (event.message, event.formatted) == expected


@pytest.mark.parametrize("template", ["{:>999999999}", "{0:>999999999}", "%0999999999d"])
def test_a_template_cannot_ask_for_a_gigabyte_of_padding(template: str) -> None:
    assert len(read({"logentry": {"message": template, "params": [1]}}).formatted) < 20


def test_many_placeholders_of_a_long_parameter_stay_within_the_limit() -> None:
    logentry = {"message": "%s" * 4000, "params": ["x" * 8000] * 4000}

    assert len(read({"logentry": logentry}).formatted) == 8192


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        (NOW + timedelta(seconds=30), NOW + timedelta(seconds=30)),
        (NOW + timedelta(minutes=5), NOW),
        (NOW - timedelta(days=31), NOW),
    ],
)
def test_times_out_of_range_become_the_receive_time(sent: datetime, expected: datetime) -> None:
    assert read({"timestamp": sent.isoformat()}).timestamp == expected
    assert read({"timestamp": sent.timestamp()}).timestamp == expected


def test_an_unreadable_time_becomes_the_receive_time() -> None:
    event = read({"timestamp": "yesterday"})

    assert (event.timestamp, event.errors) == (NOW, [("invalid_data", "timestamp")])


def test_a_wrong_client_clock_is_corrected_by_sent_at() -> None:
    hour = timedelta(hours=1)
    document = {"timestamp": (NOW - hour - timedelta(seconds=2)).isoformat()}

    event = read(document, sent_at=NOW - hour)
    assert event.timestamp == NOW - timedelta(seconds=2)
    assert event.errors == [("clock_drift", "timestamp")]


def test_a_small_difference_to_sent_at_is_only_a_slow_network() -> None:
    document = {"timestamp": (NOW - timedelta(minutes=54)).isoformat()}

    assert read(document, sent_at=NOW - timedelta(minutes=54)).timestamp < NOW


@pytest.mark.parametrize(
    ("user", "ident"),
    [
        ({"id": 42, "email": "a@b.example"}, "id:42"),
        ({"email": "a@b.example"}, "email:a@b.example"),
        ({"username": 7}, "username:7"),
        ({"ip_address": "10.0.0.1"}, "ip:10.0.0.1"),
        ({"ip_address": "2001:db8::1"}, "ip:2001:db8::1"),
        ({"ip_address": "{{auto}}"}, ""),
        ({"ip_address": "not an address"}, ""),
        ({"ip_address": "10.0.0.1\x00"}, ""),
        ({}, ""),
        ([], ""),
    ],
)
def test_a_user_is_one_string(user: Any, ident: str) -> None:
    assert read({"user": user}).user.ident == ident


def test_the_address_comes_from_the_web_server_when_the_user_has_none() -> None:
    request = {"env": {"REMOTE_ADDR": "10.0.0.9"}}

    assert read({"request": request}).user.ip_address == "10.0.0.9"
    explicit = read({"request": request, "user": {"ip_address": "10.0.0.1"}})
    assert explicit.user.ip_address == "10.0.0.1"


def test_the_url_of_a_request_loses_its_query_and_fragment() -> None:
    event = read({"request": {"url": "https://shop.example/a?token=x#y"}})

    assert event.request_url == event.tags["url"] == "https://shop.example/a"


def test_a_csp_report_becomes_a_sentence() -> None:
    event = read(
        {"csp": {"violated_directive": "img-src 'self'", "blocked_uri": "https://evil.example/x"}}
    )

    assert event.type == "csp"
    assert event.message == "Blocked 'image' from 'evil.example'"
    assert title(event).culprit == "img-src 'self'"
