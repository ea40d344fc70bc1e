"""Settings of alerts: read from the environment, and refused with the variable's name."""

from ipaddress import ip_network

import pytest

from rustrak.config import load_settings
from rustrak.errors import ConfigurationError


def test_they_are_read_from_the_environment() -> None:
    settings = load_settings(
        {
            "PUBLIC_URL": "https://errors.example.com/",
            "SMTP_HOST": "mail.example.com",
            "SMTP_PORT": "465",
            "SMTP_USERNAME": "me",
            "SMTP_PASSWORD": "hush",
            "RUSTRAK_ALERT_ALLOWED_NETWORKS": "10.1.0.0/16, fd00::/8,192.168.1.9",
            "RUSTRAK_APPRISE_SCHEMES": "tgram, NTFYS",
        }
    )
    assert settings.alert_allowed_networks == (
        ip_network("10.1.0.0/16"),
        ip_network("fd00::/8"),
        ip_network("192.168.1.9/32"),
    )
    assert settings.apprise_schemes == {"tgram", "ntfys"}
    assert (settings.smtp_host, settings.smtp_port) == ("mail.example.com", 465)
    assert "hush" not in repr(settings)
    assert settings.sender == "alerts@errors.example.com"


def test_without_them_nothing_inside_is_reached_and_no_mail_is_sent() -> None:
    settings = load_settings({})
    assert settings.alert_allowed_networks == ()
    assert settings.apprise_schemes == frozenset()
    assert (settings.smtp_host, settings.smtp_port, settings.smtp_security) == (None, 587, None)
    assert settings.sender == "alerts@localhost"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RUSTRAK_ALERT_ALLOWED_NETWORKS", "10.0.0.1/8"),
        ("RUSTRAK_ALERT_ALLOWED_NETWORKS", "internal"),
        ("RUSTRAK_ALERT_ALLOWED_NETWORKS", "10.0.0.0/33"),
        ("SMTP_PORT", "0"),
        ("SMTP_PORT", "smtp"),
        ("SMTP_FROM", "alerts"),
        ("SMTP_FROM", "a@b.c\r\nBcc: x@y.z"),
        ("SMTP_SECURITY", "ssl"),
        ("PUBLIC_URL", "https://a..b"),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}: "):
        load_settings({name: value})
