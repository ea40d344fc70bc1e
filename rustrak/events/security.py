"""Reports that browsers send on their own: CSP, Reporting API, NEL, Expect-CT, Expect-Staple, HPKP.

Each becomes an event document for `normalise`; called with the body of a security endpoint or of a
`security` item. Sources: Sentry protocol, security reports; W3C Reporting API; RFC 7469 (HPKP).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from rustrak.errors import Malformed
from rustrak.events.attributes import Errors, cut, json_text
from rustrak.events.certificates import FAILURES
from rustrak.events.csp import csp_tags, read_csp
from rustrak.protocol.jsontext import parse_json

MAX_REPORTS = 100  # of one body, the first ones; browsers deliver a handful at a time
MAX_NAME = 64  # characters of a report type, as of a logger
MAX_SUBJECT = 200  # characters of what a report is about, and of a host name
MAX_ATTRIBUTES = 50  # of a report body that are kept for reading
MAX_ATTRIBUTE = 4096  # characters of each; a certificate chain is cut
MAX_URL = 2048  # characters of an address
MAX_USER_AGENT = 512  # characters
MAX_AGE = 30 * 24 * 3600 * 1000  # milliseconds that a report may have waited in the browser

Document = dict[str, Any]

# The outermost attribute of the reports from before the Reporting API: logger, title.
_WRAPPED = {
    "expect-ct-report": ("expect-ct", FAILURES["expectct"]),
    "expect-staple-report": ("expect-staple", FAILURES["expectstaple"]),
}
# The attributes of a report body that say what it is about, the most telling one first.
_SUBJECTS = ("id", "featureId", "policyId", "reason", "type", "response-status")
_TAGS = ("phase", "type", "method", "protocol", "status_code", "disposition", "failure-mode")
_LEVELS = {
    "crash": "fatal",
    "network-error": "error",
    "expect-ct": "error",
    "expect-staple": "error",
    "hpkp": "error",
}
_REPORT_ONLY = frozenset({"report", "reporting", "report-only"})  # nothing was blocked


def read_reports(
    payload: bytes,
    *,
    received_at: datetime | None = None,
    ip_address: str = "",
    user_agent: str = "",
) -> list[Document]:
    """The event documents of one body, at least one and at most 100.

    With `received_at` (aware) a report of the Reporting API is dated by its age. The browser's
    `ip_address` and `user_agent` are those of the request; a report may name its own user agent.
    What is no report is passed over in a list. Raises Malformed when nothing else is there.
    """
    body = parse_json(payload)
    documents: list[Document] = []
    for report in body if isinstance(body, list) else [body]:
        document = _read_report(report) if isinstance(report, dict) else None
        if document is None:
            continue
        _add_time(document, report, received_at)
        own_agent = _line(report.get("user_agent"), MAX_USER_AGENT)
        _add_browser(document, ip_address, own_agent or cut(user_agent, MAX_USER_AGENT))
        documents.append(document)
        if len(documents) == MAX_REPORTS:
            break
    if not documents:
        raise Malformed("the body is not a security report: CSP, Reporting API, NEL or Expect-CT")
    return documents


def _read_report(report: Document) -> Document | None:
    if isinstance(report.get("csp-report"), dict):
        return _csp(report["csp-report"])
    for wrapper, (logger, name) in _WRAPPED.items():
        if isinstance(report.get(wrapper), dict):
            return _of_host(logger, name, report[wrapper])
    if "known-pins" in report:
        return _of_host("hpkp", FAILURES["hpkp"], report)
    if "body" in report:
        return _of_reporting_api(report)
    return None


def _csp(raw: Mapping[str, Any]) -> Document | None:
    """A report that names no directive is none. Title and grouping follow from `csp`."""
    csp = read_csp(raw, Errors())
    if csp is None:
        return None
    return {
        "type": "csp",
        "logger": "csp",
        "level": "warning" if csp.get("disposition") in _REPORT_ONLY else "error",
        "csp": csp,
        "tags": csp_tags(csp),
        "request": _request(csp.get("document_uri", ""), csp.get("referrer", "")),
    }


def _of_host(logger: str, name: str, body: Mapping[str, Any]) -> Document:
    """Expect-CT, Expect-Staple and HPKP complain about the certificate of a host."""
    host = _line(body.get("hostname"), MAX_SUBJECT).lower()
    document = _message(logger, name, host, body)
    document["request"] = _request(f"https://{host}/" if host else "", "")
    document["timestamp"] = _line(body.get("date-time"), MAX_NAME) or None
    return document


def _of_reporting_api(report: Document) -> Document | None:
    kind = _line(report.get("type"), MAX_NAME)
    if not kind:
        return None
    url = _line(report.get("url"), MAX_URL)
    body = report["body"] if isinstance(report["body"], dict) else {}
    if kind == "csp-violation":
        document = _csp({**body, "document_uri": url} if url else body)
        if document is not None:
            return document
    document = _message(kind, kind.replace("-", " ").capitalize(), _host(url), body)
    document["request"] = _request(url, _line(body.get("referrer"), MAX_URL))
    return document


def _message(kind: str, name: str, host: str, body: Mapping[str, Any]) -> Document:
    """`Network error: tcp.timed_out on api.example`, one issue for each kind, subject and host.

    The fingerprint says so, because message grouping takes a port or an address in the text for a
    parameter.
    """
    subject = next((text for key in _SUBJECTS if (text := _line(body.get(key), MAX_SUBJECT))), "")
    text = f"{name}: {subject}" if subject else name
    return {
        "logger": kind,
        "level": _level(kind, body),
        "logentry": {"message": f"{text} on {host}" if host else text},
        "fingerprint": [kind, subject, host],
        "tags": {key: text for key in _TAGS if (text := _line(body.get(key), MAX_SUBJECT))},
        "extra": {
            cut(key, MAX_SUBJECT): cut(json_text(value) or "", MAX_ATTRIBUTE)
            for key, value in list(body.items())[:MAX_ATTRIBUTES]
        },
    }


def _level(kind: str, body: Mapping[str, Any]) -> str:
    """NEL reports a sample of the requests that went well, too, with the type `ok`."""
    if kind == "network-error" and body.get("type") == "ok":
        return "info"
    for key in ("disposition", "failure-mode"):
        if _line(body.get(key), MAX_NAME) in _REPORT_ONLY:
            return "warning"
    return _LEVELS.get(kind, "warning")


def _request(url: str, referrer: str) -> Document:
    headers = {"Referer": referrer} if referrer else {}
    return {"url": url, "headers": headers}


def _add_time(document: Document, report: Document, received_at: datetime | None) -> None:
    """`age` is in milliseconds and relative, so that a wrong clock of the browser does no harm."""
    age = report.get("age")
    if received_at is not None and isinstance(age, (int, float)) and 0 <= age <= MAX_AGE:
        document["timestamp"] = (received_at - timedelta(milliseconds=age)).isoformat()


def _add_browser(document: Document, ip_address: str, user_agent: str) -> None:
    if ip_address:
        document["user"] = {"ip_address": ip_address}
    if user_agent:
        document["request"]["headers"]["User-Agent"] = user_agent


def _host(url: str) -> str:
    try:
        return cut(urlsplit(url).hostname or "", MAX_SUBJECT)
    except ValueError:  # an unbalanced bracket in the host
        return ""


def _line(value: Any, limit: int) -> str:
    """A text or whole number on one line, else nothing."""
    if type(value) is int:
        return str(value)
    return cut(" ".join(value.split()), limit) if type(value) is str else ""
