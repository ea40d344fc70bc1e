"""Events about a certificate or a template have a name, also those exported by other servers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rustrak.events.foreign import read_exported
from rustrak.events.normalise import normalise
from rustrak.events.title import title

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def read(document: dict[str, Any]) -> Any:
    return normalise(document, event_id="a" * 32, received_at=NOW)


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("hpkp", "Public key pinning failure on shop.example"),
        ("expectct", "Expect-CT failure on shop.example"),
        ("expectstaple", "Expect-Staple failure on shop.example"),
    ],
)
def test_a_report_is_named_by_what_it_complains_of(kind: str, named: str) -> None:
    event = read({kind: {"hostname": "Shop.example"}})

    assert (event.type, title(event).title) == (kind, named)
    assert title(read({kind: {}})).title == named.removesuffix(" on shop.example")
    assert title(read({kind: {"hostname": "x"}, "message": "Own words"})).title == "Own words"


def test_a_template_is_to_blame() -> None:
    event = read({"template": {"filename": "shop/page.html"}, "message": "no such tag"})

    assert (title(event).title, title(event).culprit) == ("no such tag", "shop/page.html")


def test_exports_of_other_servers_have_them_as_entries() -> None:
    frame = {"filename": "shop/page.html", "lineNo": 2, "context": [[1, "a"], [2, "b"]]}
    entries = [
        {"type": "template", "data": frame},
        {"type": "expectct", "data": {"hostname": "shop.example"}},
    ]
    document, _ = read_exported({"eventID": "a" * 32, "entries": entries})
    event = read(document)

    assert event.template is not None
    assert (event.template.filename, event.template.context_line) == ("shop/page.html", "b")
    assert event.certificate_report == ("expectct", "shop.example")
