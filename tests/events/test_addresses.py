"""Which address an event's user gets, and what is left of an anonymised one."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustrak.events.address import anonymise_addresses, client_address
from rustrak.events.scrub import ScrubRules, scrub
from rustrak.events.user import is_address

SENDER = "198.51.100.7"
PROXIED = "203.0.113.77"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["user", "ip_address", "request", "env", "REMOTE_ADDR", "sdk", "settings"]
            )
            | st.sampled_from(["infer_ip", "platform"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def event(**attributes: Any) -> dict[str, Any]:
    return {"platform": "python", **attributes}


def asking(infer_ip: Any, **attributes: Any) -> dict[str, Any]:
    return event(sdk={"name": "x", "settings": {"infer_ip": infer_ip}}, **attributes)


def user(address: Any) -> dict[str, Any]:
    return {"user": {"ip_address": address}}


REQUEST = {"request": {"env": {"REMOTE_ADDR": PROXIED}}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(event(), "", id="nothing asked for"),
        pytest.param(event(**user("::1"), **REQUEST), "::1", id="explicit"),
        pytest.param(event(**user("{{auto}}")), SENDER, id="auto"),
        pytest.param(event(**user("{{auto}}"), **REQUEST), SENDER, id="auto before the request"),
        pytest.param(event(**REQUEST), PROXIED, id="the web server's word"),
        pytest.param(event(**user("junk"), **REQUEST), PROXIED, id="junk is no address"),
        pytest.param(event(platform="javascript"), SENDER, id="browser"),
        pytest.param(event(platform="cocoa", user={}), SENDER, id="phone"),
        pytest.param(event(platform="objc", user=None), SENDER, id="old phone"),
        pytest.param(event(platform="javascript", **REQUEST), PROXIED, id="browser with request"),
        pytest.param(event(platform="node"), "", id="server"),
        pytest.param({"sentry.interfaces.User": {"ip_address": "::1"}}, "::1", id="long name"),
        pytest.param(asking("auto"), SENDER, id="always"),
        pytest.param(asking("auto", **REQUEST), PROXIED, id="always, the request first"),
        pytest.param(asking("auto", **user("::1")), "::1", id="always, explicit first"),
        pytest.param(asking("never", platform="javascript"), "", id="never"),
        pytest.param(asking("never", **user("{{auto}}"), **REQUEST), "", id="never, whatever"),
        pytest.param(asking("never", **user("::1")), "::1", id="never, but explicit"),
        pytest.param(asking("sometimes", platform="javascript"), "", id="unknown is never"),
        pytest.param(asking("legacy", platform="javascript"), "", id="unknown too"),
        pytest.param(asking(["auto"], platform="javascript"), "", id="not a text"),
        pytest.param(asking(None, platform="javascript"), SENDER, id="null is missing"),
        pytest.param(["javascript"], "", id="no object"),
    ],
)
def test_the_address_of_an_event(document: Any, expected: str) -> None:
    assert client_address(document, SENDER) == expected


@pytest.mark.parametrize("sender", ["", "unknown", "198.51.100.7:80", "/run/socket", "a\x00b"])
def test_a_sender_without_an_address_gives_none(sender: str) -> None:
    assert client_address(event(**user("{{auto}}")), sender) == ""
    assert client_address(event(platform="javascript"), sender) == ""


@given(json_values, st.text(max_size=20))
def test_any_document_gives_an_address_or_nothing(document: Any, sender: str) -> None:
    address = client_address(document, sender)

    assert address == "" or is_address(address)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("203.0.113.0", "203.0.113.0"),
        ("203.0.113.77:8080", "203.0.113.0:8080"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("fe80::1%eth0", "fe80::%eth0"),
        ("::1", "::"),
        ("::ffff:203.0.113.77", "::ffff:203.0.113.0"),
        ("203.0.113.77, 2001:db8:1::5", "203.0.113.0, 2001:db8:1::"),
        ("010.020.030.040", "010.020.030.0"),
        ("12:34:56:zz", "[Filtered]zz"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_addresses_lose_what_names_one_machine(text: str, expected: str) -> None:
    assert anonymise_addresses(text) == expected


@given(st.ip_addresses())
def test_any_address_is_anonymised_to_its_network(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    anonymous = anonymise_addresses(str(address))

    assert anonymise_addresses(anonymous) == anonymous
    mapped = address.version == 6 and address.ipv4_mapped
    bits = 24 if address.version == 4 else 120 if mapped else 48
    network = ipaddress.ip_network(f"{address}/{bits}", strict=False)
    assert ipaddress.ip_address(anonymous) == network.network_address


@given(st.text(alphabet="0123456789abf:.% ,", max_size=60))
def test_anonymising_any_text_twice_changes_nothing_more(text: str) -> None:
    once = anonymise_addresses(text)

    assert anonymise_addresses(once) in (once, "")


ADDRESSED: dict[str, Any] = {
    "user": {"id": 1, "ip_address": "203.0.113.77"},
    "request": {
        "env": {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6", "SERVER_PORT": "80"},
        "headers": {
            "X-Forwarded-For": "203.0.113.77, 10.1.2.3:8080",
            "x-real-ip": ["203.0.113.77"],
            "CF-Connecting-IP": "::ffff:203.0.113.77",
            "Forwarded": 'for="[2001:db8:1:2::5]:4711";proto=http, for=203.0.113.77',
            "Host": "203.0.113.77",
        },
    },
}


def test_addresses_are_anonymised() -> None:
    document, remarks = scrub(ADDRESSED, ScrubRules(ip_policy="anonymise"))

    assert document == {
        "user": {"id": 1, "ip_address": "203.0.113.0"},
        "request": {
            "env": {"REMOTE_ADDR": "2001:db8:1::", "SERVER_PORT": "80"},
            "headers": {
                "X-Forwarded-For": "203.0.113.0, 10.1.2.0:8080",
                "x-real-ip": ["203.0.113.0"],
                "CF-Connecting-IP": "::ffff:203.0.113.0",
                "Forwarded": 'for="[2001:db8:1::]:4711";proto=http, for=203.0.113.0',
                "Host": "203.0.113.77",
            },
        },
    }
    assert set(remarks.values()) == {"ip_anonymised"}
    assert "request.env.REMOTE_ADDR" in remarks


def test_addresses_are_dropped() -> None:
    pairs = {"headers": [["X-Real-IP", "203.0.113.77"], ["Host", "a"], None]}

    document, remarks = scrub(ADDRESSED, ScrubRules(ip_policy="drop"))

    assert document == {
        "user": {"id": 1},
        "request": {"env": {"SERVER_PORT": "80"}, "headers": {"Host": "203.0.113.77"}},
    }
    assert remarks["user.ip_address"] == "ip_dropped"
    assert scrub({"request": pairs}, ScrubRules(ip_policy="drop"))[0] == {
        "request": {"headers": [["Host", "a"], None]}
    }


@pytest.mark.parametrize("policy", ["keep", "anonymise", "drop"])
def test_an_address_that_is_filled_in_elsewhere_stays(policy: Any) -> None:
    document = {"user": {"ip_address": "{{auto}}"}}

    assert scrub(document, ScrubRules(ip_policy=policy)) == (document, {})


@pytest.mark.parametrize("value", ["unknown", "999", 7, ["x"], {"a": "b"}])
def test_what_cannot_be_read_as_an_address_is_not_kept(value: Any) -> None:
    rules = ScrubRules(ip_policy="anonymise")

    assert scrub({"user": {"ip_address": value}}, rules)[0] == {"user": {}}
