"""Inbound filters: what is filtered, for which reason, and what just looks like it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.events.filters import FilterRules, filter_reason

ALL = FilterRules(True, True, True, True, ("*boom*",), ("test-*",), ("10.0.0.0/8",))
REASONS = {
    *("browser-extensions", "localhost", "legacy-browsers", "web-crawlers"),
    *("error-message", "release-version", "ip-address"),
}
CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{} Safari/537.36"
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


def error(
    kind: str = "TypeError",
    value: Any = "no",
    files: tuple[str, ...] = ("https://shop.example/a.js",),
) -> dict[str, Any]:
    frames = [{"abs_path": file, "lineno": 1} for file in files]
    exception = {"type": kind, "value": value, "stacktrace": {"frames": frames}}
    return {"exception": {"values": [exception]}}


def browsed(agent: Any) -> dict[str, Any]:
    return {"request": {"headers": {"User-Agent": agent}}}


def test_an_ordinary_event_is_kept() -> None:
    event = error() | browsed(CHROME.format("140.0.0.0")) | {"release": "shop@1", "message": "hm"}
    assert filter_reason(event, "192.0.2.1", ALL) is None


def test_no_rules_filter_nothing() -> None:
    event = error("boom", "Extension context invalidated") | browsed("Googlebot/2.1")
    assert filter_reason(event, "10.1.2.3", FilterRules()) is None


# Addresses


@pytest.mark.parametrize(
    ("addresses", "remote_addr", "is_filtered"),
    [
        (("10.0.0.0/8",), "10.1.2.3", True),
        (("10.0.0.0/8",), "11.1.2.3", False),
        (("10.9.9.9/8",), "10.1.2.3", True),
        (("192.0.2.1",), "192.0.2.1", True),
        (("192.0.2.1",), "::ffff:192.0.2.1", True),
        (("2001:db8::/32",), "2001:db8::1", True),
        (("2001:db8::/32",), "10.1.2.3", False),
        (("192.0.2.1", "10.0.0.0/8"), "10.1.2.3", True),
        (("no address", "10.0.0.0/8"), "10.1.2.3", True),
        (("10.0.0.0/8",), "", False),
        (("10.0.0.0/8",), "unix:", False),
    ],
)
def test_an_event_is_filtered_by_the_address_of_its_client(
    addresses: tuple[str, ...], remote_addr: str, is_filtered: bool
) -> None:
    reason = filter_reason({}, remote_addr, FilterRules(addresses=addresses))
    assert reason == ("ip-address" if is_filtered else None)


# Browser extensions


@pytest.mark.parametrize(
    "value",
    [
        "Extension context invalidated.",
        "Error: Could not establish connection. Receiving end does not exist.",
        "undefined is not an object (evaluating '__gCrWeb.instantSearch')",
        {"message": "window.__firefox__.reader is undefined"},
    ],
)
def test_what_extensions_throw_is_filtered(value: Any) -> None:
    assert filter_reason(error(value=value), "", ALL) == "browser-extensions"


@pytest.mark.parametrize(
    ("files", "is_filtered"),
    [
        (("https://shop.example/a.js", "chrome-extension://abcdef/inject.js"), True),
        (("MOZ-EXTENSION://abcdef/inject.js",), True),
        (("webkit-masked-url://hidden/",), True),
        (("safari-web-extension://abcdef/inject.js", "<anonymous>"), True),
        (("chrome-extension://abcdef/inject.js", "https://shop.example/a.js"), False),
        (("https://shop.example/chrome-extension://a.js",), False),
        ((), False),
    ],
)
def test_an_event_that_crashed_inside_an_extension_is_filtered(
    files: tuple[str, ...], is_filtered: bool
) -> None:
    reason = filter_reason(error(files=files), "", FilterRules(browser_extensions=True))
    assert reason == ("browser-extensions" if is_filtered else None)


@pytest.mark.parametrize("attribute", ["blocked_uri", "source_file"])
def test_a_csp_report_about_an_extension_is_filtered(attribute: str) -> None:
    event = {"csp": {attribute: "moz-extension://abcdef"}}
    assert filter_reason(event, "", ALL) == "browser-extensions"


# Localhost


@pytest.mark.parametrize(
    ("url", "is_filtered"),
    [
        ("http://localhost/", True),
        ("http://LOCALHOST:3000/a?b", True),
        ("https://shop.localhost/", True),
        ("http://127.0.0.1:8000/", True),
        ("http://127.1.2.3/", True),
        ("http://0.0.0.0:5000/", True),
        ("http://[::1]:8000/", True),
        ("https://localhost.example/", False),
        ("https://shop.example/localhost", False),
        ("https://user@shop.example/", False),
        ("file:///index.html", False),
        ("http://[::1", False),
        ("localhost", False),
        (17, False),
    ],
)
def test_a_page_on_this_machine_is_localhost(url: Any, is_filtered: bool) -> None:
    reason = filter_reason({"request": {"url": url}}, "192.0.2.1", ALL)
    assert reason == ("localhost" if is_filtered else None)


def test_a_user_on_this_machine_is_localhost_and_a_proxy_is_not() -> None:
    assert filter_reason({"user": {"ip_address": "::1"}}, "", ALL) == "localhost"
    assert filter_reason({"user": {"ip_address": "{{auto}}"}}, "127.0.0.1", ALL) is None


# User agents


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Googlebot-Image/1.0",
        "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
        "ia_archiver",
        CHROME.format("140.0.0.0") + " Chrome-Lighthouse",
    ],
)
def test_a_crawler_is_told_by_its_user_agent(agent: str) -> None:
    assert filter_reason(browsed(agent), "", ALL) == "web-crawlers"


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        CHROME.format("64.0.3282.140") + " Edge/18.17763",
        CHROME.format("50.0.2661.75"),
        "Mozilla/5.0 (X11; Linux x86_64; rv:52.0) Gecko/20100101 Firefox/52.0",
        "Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18",
        "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; en) Presto/2.8.119 Version/11.10",
        "Mozilla/5.0 (Linux; U; Android 4.0.3; de) AppleWebKit/534.30 (KHTML, like Gecko) "
        "Version/4.0 Mobile Safari/534.30",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9) AppleWebKit/537.71 (KHTML, like Gecko) "
        "Version/7.0 Safari/537.71",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 9_1 like Mac OS X) AppleWebKit/601.1.46 (KHTML, like "
        "Gecko) Version/9.0 Mobile/13B143 Safari/601.1",
    ],
)
def test_a_browser_older_than_ecmascript_2015_is_legacy(agent: str) -> None:
    assert filter_reason(browsed(agent), "", ALL) == "legacy-browsers"


@pytest.mark.parametrize(
    "agent",
    [
        CHROME.format("140.0.0.0"),
        CHROME.format("140.0.0.0") + " Edg/140.0.0.0",
        CHROME.format("140.0.0.0") + " OPR/110.0.0.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Linux; Android 9; CUBOT) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/17.4 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
        "Gecko) CriOS/120.0 Mobile/15E148 Safari/604.1",
        "python-requests/2.31",
        "",
    ],
)
def test_a_current_browser_is_kept(agent: str) -> None:
    assert filter_reason(browsed(agent), "", ALL) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Googlebot/2.1"},
        {"host": "shop.example", "user-agent": "Googlebot/2.1"},
        {"USER-AGENT": ["Googlebot/2.1", "other"]},
        [["Host", "shop.example"], ["User-Agent", "Googlebot/2.1"]],
        [None, ["x"], "y", [1, 2], ["User-Agent", "Googlebot/2.1"]],
    ],
)
@pytest.mark.parametrize("attribute", ["request", "sentry.interfaces.Http"])
def test_headers_come_in_every_form(headers: Any, attribute: str) -> None:
    assert filter_reason({attribute: {"headers": headers}}, "", ALL) == "web-crawlers"


@pytest.mark.parametrize("headers", [None, "Googlebot", 5, {"User-Agent": {}}, {"User-Agent": []}])
def test_headers_without_a_usable_user_agent_tell_nothing(headers: Any) -> None:
    assert filter_reason({"request": {"headers": headers}}, "", ALL) is None


# Anything


@given(
    st.dictionaries(
        st.sampled_from(["release", "message", "exception", "request", "user", "csp", "logentry"]),
        json_values
        | st.dictionaries(
            st.sampled_from(
                ["headers", "url", "ip_address", "values", "type", "value", "stacktrace"]
            ),
            json_values,
        ),
    ),
    st.text(),
)
def test_any_json_object_gives_a_known_reason_or_none(
    document: dict[str, Any], remote_addr: str
) -> None:
    assert filter_reason(document, remote_addr, ALL) in {None, *REASONS}
