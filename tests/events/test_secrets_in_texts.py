"""Secrets are found in texts by their form or by the name before them; prose stays."""

import json

import pytest

from rustrak.events.scrub import ScrubRules, scrub

CARD = "4111 1111 1111 1111"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----"
WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.dozjgNryP4J3jVmNHl0w5N"
DEFAULTS = ScrubRules()


def scrubbed_text(text: str) -> str:
    return str(scrub({"extra": {"note": text}}, DEFAULTS)[0]["extra"]["note"])


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        (f"paid with {CARD}.", "paid with [Filtered].", "card_number"),
        ("4111-1111-1111-1111", "[Filtered]", "card_number"),
        ("card=4111+1111+1111+1111&a=b", "card=[Filtered]&a=b", "card_number"),
        ("amex 378282246310005 (ok)", "amex [Filtered] (ok)", "card_number"),
        ("diners 3056 930902 5904", "diners [Filtered]", "card_number"),
        ("no 123 4567 4111 1111 1111 1111 299 11", "no 123 4567 [Filtered] 299 11", "card_number"),
        (f"2 cards {CARD} 5500 0000 0000 0004", "2 cards [Filtered] [Filtered]", "card_number"),
        ("'a\\n4111111111111111'", "'a\\n[Filtered]'", "card_number"),
        (f"key: {KEY} end", "key: [Filtered] end", "private_key"),
        (KEY[:45], "[Filtered]", "private_key"),
        (f"got {WEB_TOKEN}, bad", "got [Filtered], bad", "json_web_token"),
        ("at postgres://me:pw@db:5432/x", "at postgres://[Filtered]@db:5432/x", "url_credentials"),
        ("redis://:p@ss@cache/0", "redis://[Filtered]@cache/0", "url_credentials"),
        ("sent Bearer abcd1234efgh", "sent Bearer [Filtered]", "authorization"),
        ("basic dXNlcjpwYXNz sent", "basic [Filtered] sent", "authorization"),
        ("id AKIAIOSFODNN7EXAMPLE used", "id [Filtered] used", "access_key"),
        ("ghp_" + "a1" * 18, "[Filtered]", "access_key"),
        ("/login?a=1&password=x%20y&b=2", "/login?a=1&password=[Filtered]&b=2", "sensitive_name"),
        ("user[password]=x", "user[password]=[Filtered]", "sensitive_name"),
        ("host=db password='a b' user=x", "host=db password='[Filtered]' user=x", "sensitive_name"),
        ("{'a': 1, 'token': 'x'}", "{'a': 1, 'token': '[Filtered]'}", "sensitive_name"),
        ("User(name='x', pwd=b'y')", "User(name='x', pwd=b'[Filtered]')", "sensitive_name"),
        ('{"password": "cut of', '{"password": "[Filtered]', "sensitive_name"),
        ('{\\"password\\": \\"x\\"}', '{\\"password\\": \\"[Filtered]\\"}', "sensitive_name"),
        ("{'cookies': {'a': {'b': 'c'}, 'd'", "{'cookies': [Filtered]", "sensitive_name"),
        ("token=SecretText('x')", "token=[Filtered]", "sensitive_name"),
        ("token=Bearer abcd1234efgh", "token=[Filtered] [Filtered]", "authorization"),
    ],
)
def test_secrets_in_texts_are_filtered(text: str, expected: str, reason: str) -> None:
    document, remarks = scrub({"extra": {"note": text}}, DEFAULTS)

    assert document["extra"]["note"] == expected
    assert remarks == {"extra.note": reason}


@pytest.mark.parametrize(
    "text",
    [
        "order 4111 1111 1111 1112 is no card number",
        "1700000000003 milliseconds, 1700000000000000001 nanoseconds",
        "0.4111111111111111 is a fraction",
        "c0ffee4111111111111111 and 4111111111111111f",
        "550e8400-e29b-41d4-a716-446655440000",
        "2026-03-01 11:59:58.123456 +0000",
        "https://shop.example:8080/a@b and ada@example.com",
        "basic authentication failed, bearer authentication too",
        "SyntaxError: Unexpected token: 'x'",
        "password == null",
        "the password: must be longer",
        "password=",
        "eyJust a word.",
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        "[Filtered]",
        "password=[Filtered]&a=b",
    ],
)
def test_texts_without_secrets_stay(text: str) -> None:
    assert scrub({"extra": {"note": text}}, DEFAULTS) == ({"extra": {"note": text}}, {})


def test_a_number_may_be_a_card_number() -> None:
    document = {"extra": {"a": 4111111111111111, "b": 4111111111111112, "c": 10**400}}

    assert scrub(document, DEFAULTS)[0]["extra"] == {**document["extra"], "a": "[Filtered]"}


def test_json_in_a_text_is_only_written_anew_when_something_was_in_it() -> None:
    text = '{"name":  "x", "slash": "http:\\/\\/a"}'

    assert scrubbed_text(text) == text
    assert scrubbed_text('{"u": "http:\\/\\/me:pw@a"}') == '{"u":"http://[Filtered]@a"}'
    assert scrubbed_text(json.dumps([json.dumps({"pwd": "x"})])) == r'["{\"pwd\":\"[Filtered]\"}"]'


@pytest.mark.parametrize(
    "unit",
    [
        *("://", "://a:", "a:b@", "eyJ", "eyJa-", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----"),
        *("411 ", "4111-", "4", "41111111111111111111 ", "password=", "password='", "a='b\\'"),
        *('"a": ', "bearer ", "bearer a", "AKIA", "xox-", "xoxb-", '\\"', "[{", '{"a":', "{'a': "),
    ],
)
def test_a_hostile_text_is_searched_in_linear_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))  # squared, that is beyond the time limit of any test

    assert len(scrubbed_text(text)) <= 3 * len(text)
