"""Scrubbing takes out secrets and unwanted addresses, and nothing else."""

import json
from typing import Any

import pytest

from rustrak.events.scrub import MAX_REMARKS, ScrubRules, scrub
from rustrak.protocol.jsontext import MAX_DEPTH, TOO_DEEP

CARD = "4111 1111 1111 1111"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----"
WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.dozjgNryP4J3jVmNHl0w5N"
DEFAULTS = ScrubRules()
NOTHING = ScrubRules(defaults=False)


def scrubbed(document: Any, rules: ScrubRules = DEFAULTS) -> Any:
    return scrub(document, rules)[0]


@pytest.mark.parametrize(
    "name",
    [
        *("password", "Passwd", "user_password", "userPassword", "PASSWORD_HASH", "db-pwd", "pass"),
        *(
            "secret",
            "clientSecret",
            "aws_secret_access_key",
            "token",
            "accessToken",
            "X-Auth-Token",
        ),
        *("csrfmiddlewaretoken", "XSRF-TOKEN", "api_key", "apiKey", "X-Api-Key", "APIKEY"),
        *("Authorization", "Proxy-Authorization", "HTTP_AUTHORIZATION", "x-sentry-auth"),
        *("cookie", "Set-Cookie", "cookies", "HTTP_COOKIE", "session", "sessionid", "PHPSESSID"),
        *("JSESSIONID", "connect.sid", "privateKey", "ssh-key", "credentials", "jwt", "passphrase"),
    ],
)
def test_what_goes_by_a_sensitive_name_is_filtered(name: str) -> None:
    for value in ("x", 1234, ["x"], {"any": "thing"}):
        document, remarks = scrub({"extra": {name: value, "next": "stays"}}, DEFAULTS)

        assert document == {"extra": {name: "[Filtered]", "next": "stays"}}
        assert remarks == {f"extra.{name}": "sensitive_name"}


@pytest.mark.parametrize(
    "name",
    [
        *("author", "bypass", "max_tokens", "token_type", "tokenizer", "key", "keyboard", "email"),
        *("session_count", "sidebar", "passenger", "compass", "monkey", "path", "authority"),
    ],
)
def test_names_that_only_resemble_sensitive_ones_are_harmless(name: str) -> None:
    assert scrubbed({"extra": {name: "x"}}) == {"extra": {name: "x"}}


@pytest.mark.parametrize("value", [None, True, False, "", 0, [], {}])
def test_nothing_and_truth_values_give_nothing_away(value: Any) -> None:
    assert scrub({"extra": {"has_password": value}}, DEFAULTS) == (
        {"extra": {"has_password": value}},
        {},
    )


def test_the_parts_of_a_request() -> None:
    request = {
        "url": "https://me:pw@shop.example/?token=x",
        "query_string": [["page", "1"], ["access_token", "x"]],
        "cookies": {"sessionid": "x"},
        "headers": [["Host", "shop.example"], ["Cookie", "a=b"], ["Authorization", "Basic eA=="]],
        "env": {"SERVER_NAME": "a", "HTTP_COOKIE": "a=b"},
        "data": '{"user": {"password": "x"}, "items": [1, 2]}',
    }

    assert scrubbed({"request": request})["request"] == {
        "url": "https://[Filtered]@shop.example/?token=[Filtered]",
        "query_string": [["page", "1"], ["access_token", "[Filtered]"]],
        "cookies": "[Filtered]",
        "headers": [
            ["Host", "shop.example"],
            ["Cookie", "[Filtered]"],
            ["Authorization", "[Filtered]"],
        ],
        "env": {"SERVER_NAME": "a", "HTTP_COOKIE": "[Filtered]"},
        "data": '{"user":{"password":"[Filtered]"},"items":[1,2]}',
    }


def test_attributes_as_objects_with_a_name_and_a_value() -> None:
    headers = [{"name": "Cookie", "value": "a=b"}, {"key": "Host", "value": "shop"}]

    assert scrubbed({"extra": {"headers": headers}})["extra"]["headers"] == [
        {"name": "Cookie", "value": "[Filtered]"},
        {"key": "Host", "value": "shop"},
    ]


def test_every_place_of_an_event_is_searched() -> None:
    secrets = {"password": "hunter2", "note": f"card {CARD}", "deep": [{"api_key": "hunter2"}]}
    frame = {"function": "view", "vars": secrets, "context_line": f'key = "{WEB_TOKEN}"'}
    exception = {"type": "E", "value": f"no {CARD}", "stacktrace": {"frames": [frame]}}
    document = {
        "message": "password=hunter2",
        "transaction": f"/pay/{WEB_TOKEN}",
        "exception": {"values": [exception]},
        "threads": [{"stacktrace": {"frames": [None, frame]}}],
        "sentry.interfaces.Exception": [exception],
        "breadcrumbs": {"values": [{"message": f"no {CARD}", "data": secrets}]},
        "extra": secrets,
        "contexts": {"trace": {"trace_id": "a" * 32, "data": secrets}, "mine": secrets},
        "user": {"id": 1, "data": secrets},
        "tags": [["password", "hunter2"], ["note", f"card {CARD}"]],
        "spans": [{"description": f"GET https://a:hunter2@b/{WEB_TOKEN}", "data": secrets}],
    }

    written = json.dumps(scrubbed(document))

    for secret in ("hunter2", CARD, WEB_TOKEN):
        assert secret not in written
    assert written.count('"view"') == 3


def test_what_the_product_works_with_is_never_touched() -> None:
    tricky = f"password=4111111111111111 {WEB_TOKEN}"
    frame = {"function": tricky, "module": tricky, "filename": tricky}
    document = {
        "event_id": "41111111111111114111111111111111",
        "timestamp": "2026-03-01T11:59:58Z",
        "release": tricky,
        "environment": tricky,
        "fingerprint": [tricky, "{{ default }}"],
        "exception": [
            {"type": tricky, "module": tricky, "stacktrace": {"frames": [frame]}},
        ],
        "tags": {"4111-1111-1111-1111": "x"},
        "sdk": {"name": tricky, "packages": [{"name": tricky, "version": "1"}]},
        "user": {"id": 4111111111111111},
        "contexts": {"trace": {"trace_id": "4111111111111111", "span_id": "4111111111111111"}},
        "sid": "4111111111111111",
    }

    assert scrub({**document, "note": KEY}, DEFAULTS)[0] == {**document, "note": "[Filtered]"}


def test_source_code_that_mentions_passwords_stays_readable() -> None:
    line = '    password = form["password"] or read("token")'
    frame = {"context_line": line, "pre_context": [line, line], "post_context": [KEY]}
    document = {"stacktrace": {"frames": [frame]}}

    assert scrubbed(document)["stacktrace"]["frames"] == [{**frame, "post_context": ["[Filtered]"]}]


def test_what_is_no_source_code_is_searched_in_its_place() -> None:
    frame = {"pre_context": [{"password": "x"}], "function": {"note": CARD}, "module": [CARD]}

    assert scrubbed({"stacktrace": {"frames": [frame]}})["stacktrace"]["frames"] == [
        {
            "pre_context": [{"password": "[Filtered]"}],
            "function": {"note": "[Filtered]"},
            "module": [CARD],
        }
    ]


def test_secrets_in_names_are_filtered_and_no_entry_is_lost() -> None:
    other = "5500 0000 0000 0004"
    caches = {f"card {CARD}": {"pwd": "x"}, f"card {other}": 2, "/login?token=hunter2": 3}

    document, remarks = scrub({"extra": caches}, DEFAULTS)

    assert list(document["extra"].values()) == [{"pwd": "[Filtered]"}, 2, 3]
    for secret in (CARD, other, "hunter2"):
        assert secret not in str((document, remarks))
    assert scrubbed({"extra": {"a=b": 1, "/?token=x": 2}}) == {
        "extra": {"a=b": 1, "/?token=[Filtered]": 2}
    }


def test_a_project_can_list_more_names_and_safe_ones() -> None:
    rules = ScrubRules(fields=("e-mail", "Iban"), safe_fields=("session", "csrf_token"))
    document = {
        "user": {"email": "ada@example.com"},
        "extra": {"IBAN": "x", "session": {"password": "y"}, "note": "csrf_token=a&iban=b"},
    }

    result, remarks = scrub(document, rules)

    assert result == {
        "user": {"email": "[Filtered]"},
        "extra": {
            "IBAN": "[Filtered]",
            "session": {"password": "y"},
            "note": "csrf_token=a&iban=[Filtered]",
        },
    }
    assert set(remarks.values()) == {"listed_field"}


def test_without_defaults_only_listed_names_are_filtered() -> None:
    document = {"extra": {"password": "x", "note": f"{CARD} {KEY}"}}

    assert scrub(document, NOTHING) == (document, {})
    listed = scrubbed(document, ScrubRules(defaults=False, fields=("password",)))
    assert listed["extra"] == {**document["extra"], "password": "[Filtered]"}


def test_annotations_keep_their_shape_and_lose_original_values() -> None:
    annotation = {"rem": [["!config", "s"]], "len": 7}
    meta = {"request": {"cookies": {"": annotation}, "data": {"": {**annotation, "val": "x"}}}}

    assert scrubbed({"_meta": meta})["_meta"] == {
        "request": {"cookies": {"": annotation}, "data": {"": annotation}}
    }
    assert scrubbed({"_meta": {"extra": {"password": "x"}}}) == {"_meta": {"extra": {}}}


def test_remarks_are_capped_and_scrubbing_is_not() -> None:
    document, remarks = scrub({"extra": [{"password": "hunter2"}] * 1000}, DEFAULTS)

    assert len(remarks) == MAX_REMARKS
    assert "hunter2" not in json.dumps(document)


def test_what_is_nested_too_deep_is_not_kept_unsearched() -> None:
    document: Any = {"password": "hunter2"}
    for _ in range(900):
        document = [document]

    result, remarks = scrub({"extra": document}, DEFAULTS)

    assert TOO_DEEP in json.dumps(result)
    assert "hunter2" not in json.dumps(result)
    assert list(remarks.values()) == ["too_deep"]
    assert len(next(iter(remarks)).split(".")) == MAX_DEPTH
