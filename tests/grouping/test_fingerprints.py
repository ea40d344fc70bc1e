"""What a client's fingerprint stands for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rustrak.events.event import Event
from rustrak.events.normalise import normalise
from rustrak.grouping import explain, group

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "platform": "python",
    "level": "warning",
    "logger": "app.log",
    "transaction": "/orders",
    "tags": {"region": "eu"},
    "exception": [
        {
            "type": "E",
            "value": "order 17",
            "stacktrace": {
                "frames": [
                    {
                        "function": "pay",
                        "module": "shop",
                        "abs_path": "/srv/shop.py",
                        "filename": "shop.py",
                        "package": "/lib/libshop.so",
                    }
                ]
            },
        }
    ],
}


def read(**document: Any) -> Event:
    return normalise(document, event_id="a" * 32, received_at=NOW)


def values(event: Event) -> list[str]:
    return [component.value for component in explain(event).components if component.contributes]


@pytest.mark.parametrize(
    ("part", "stands_for", "missing"),
    [
        ("{{ transaction }}", "/orders", "<no-transaction>"),
        ("{{ message }}", "order <int>", "<no-message>"),
        ("{{ type }}", "E", "<no-type>"),
        ("{{error.type}}", "E", "<no-type>"),
        ("{{ value }}", "order <int>", "<no-value>"),
        ("{{ error.value }}", "order <int>", "<no-value>"),
        ("{{ function }}", "pay", "<no-function>"),
        ("{{ stack.function }}", "pay", "<no-function>"),
        ("{{ path }}", "/srv/shop.py", "<no-filename>"),
        ("{{ stack.abs_path }}", "/srv/shop.py", "<no-filename>"),
        ("{{ stack.filename }}", "shop.py", "<no-filename>"),
        ("{{ module }}", "shop", "<no-module>"),
        ("{{ stack.module }}", "shop", "<no-module>"),
        ("{{ package }}", "libshop.so", "<no-package>"),
        ("{{ level }}", "warning", "error"),
        ("{{ logger }}", "app.log", "<no-logger>"),
        ("{{ tags.region }}", "eu", "<no-value-for-tag-region>"),
        ("{{ nonsense }}", "<unrecognized-variable-nonsense>", "<unrecognized-variable-nonsense>"),
        ("literal", "literal", "literal"),
        ("order 17", "order <int>", "order 17"),
        ("{{}}", "{{}}", "{{}}"),
    ],
)
def test_variables(part: str, stands_for: str, missing: str) -> None:
    assert values(read(**DOCUMENT, fingerprint=[part])) == [stands_for]
    assert values(read(fingerprint=[part])) == [missing]


@pytest.mark.parametrize("fingerprint", [[], None, ["{{ default }}"], ["{{default}}"], "text"])
def test_no_fingerprint_of_its_own_is_default_grouping(fingerprint: Any) -> None:
    assert group(read(**DOCUMENT, fingerprint=fingerprint)) == group(read(**DOCUMENT))


def test_a_custom_fingerprint_joins_different_errors() -> None:
    other = read(message="something else", fingerprint=["a", "b"])

    assert group(read(**DOCUMENT, fingerprint=["a", "b"])) == group(other)
    assert group(read(fingerprint=["ab"])) != group(other)


def test_a_mixed_fingerprint_splits_the_default_groups() -> None:
    mixed = read(**DOCUMENT, fingerprint=["eu", "{{ default }}"])

    assert values(mixed) == ["eu", *values(read(**DOCUMENT))]
    assert group(mixed).strategy == "fingerprint"
    assert group(mixed) != group(read(**DOCUMENT, fingerprint=["us", "{{ default }}"]))


def test_a_checksum_decides_alone() -> None:
    event = read(**DOCUMENT, fingerprint=["a"], checksum="c")

    assert (group(event).strategy, values(event)) == ("checksum", ["c"])
