"""Reports about the certificate of a host: HPKP, Expect-CT and Expect-Staple.

Used by `normalise` and `security`. Browsers send them no more; archives and old proxies have them.
Source: Sentry protocol, security reports; RFC 7469 (HPKP), RFC 9163 (Expect-CT).
"""

from collections.abc import Mapping
from typing import Any, Final

from rustrak.events.attributes import Errors, label, mapping

MAX_HOST: Final = 200
"""Characters of a host name."""

FAILURES: Final = {
    "hpkp": "Public key pinning failure",
    "expectct": "Expect-CT failure",
    "expectstaple": "Expect-Staple failure",
}
"""What each says, by the attribute of an event that holds it."""


def read_certificate_report(document: Mapping[str, Any], errors: Errors) -> tuple[str, str] | None:
    """The kind of the report and the host it is about, "" if it names none; None without one."""
    for kind in FAILURES:
        if document.get(kind) is not None:
            report = mapping(document[kind], kind, errors)
            host = label(report.get("hostname"), MAX_HOST, f"{kind}.hostname", errors)
            return kind, host.lower()
    return None


def certificate_message(kind: str, host: str) -> str:
    """One sentence: `Expect-CT failure on shop.example`."""
    return f"{FAILURES[kind]} on {host}" if host else FAILURES[kind]
