"""Content-Security-Policy reports: the directive, what it blocked, and a sentence about it.

Used by `normalise` and `security`. Source: Sentry protocol, security reports.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from rustrak.events.attributes import Errors, cut, mapping

# How a directive's resource is called in a sentence; other directives keep their full name.
_RESOURCES = frozenset(
    {"child", "connect", "font", "image", "manifest", "media", "object", "script", "style"}
)
_RENAMED = {"img-src": "image"}
_INLINE = {"inline": "unsafe inline", "eval": "unsafe eval()"}
_WEB = ("http://", "https://")
_MAX_TEXT = 2048  # characters kept of each attribute

# `blocked-uri`, `blocked_uri` and `blockedURL` are one attribute; here without its separators and
# in lower case.
_ATTRIBUTES = {
    "documenturi": "document_uri",
    "documenturl": "document_uri",
    "referrer": "referrer",
    "blockeduri": "blocked_uri",
    "blockedurl": "blocked_uri",
    "violateddirective": "violated_directive",
    "effectivedirective": "effective_directive",
    "originalpolicy": "original_policy",
    "disposition": "disposition",
    "sourcefile": "source_file",
    "linenumber": "line_number",
    "columnnumber": "column_number",
    "statuscode": "status_code",
    "scriptsample": "script_sample",
    "sample": "script_sample",
}


def read_csp(raw: Any, errors: Errors) -> dict[str, str] | None:
    """The report as a flat dict of texts, or None when it names no directive.

    Known attributes only, in any of the spellings browsers use, under their `snake_case` names.
    `effective_directive` holds the first word of the directive and `blocked` the display form of
    the blocked URI: `'self'`, `data:` or a host.
    """
    if raw is None:
        return None
    report = _texts(mapping(raw, "csp", errors))
    directive = report.get("effective_directive") or report.get("violated_directive")
    if directive is None:
        errors.invalid("csp")
        return None
    report["effective_directive"] = directive.split()[0]
    report.setdefault("violated_directive", directive)  # the Reporting API has only the other
    report["blocked"] = blocked_source(report.get("blocked_uri", ""))
    return report


def _texts(raw: Mapping[str, Any]) -> dict[str, str]:
    """What is not blank, as text; of two spellings of one attribute the first counts."""
    texts: dict[str, str] = {}
    for spelling, value in raw.items():
        name = _ATTRIBUTES.get(spelling.replace("-", "").replace("_", "").lower())
        if name is not None and isinstance(value, (str, int, float)):
            text = cut(str(value).strip(), _MAX_TEXT)
            if text:
                texts.setdefault(name, text)
    return texts


def blocked_source(uri: str) -> str:
    """How a blocked URI is shown: `'self'`, `data:`, or host and port for web addresses."""
    if uri in ("", "self", "'self'"):
        return "'self'"
    if "://" not in uri:
        return "data:" if uri == "data" else uri
    try:
        parts = urlsplit(uri)
    except ValueError:  # an unbalanced bracket in the host
        return uri
    return parts.netloc if parts.scheme in ("http", "https") else f"{parts.scheme}://{parts.netloc}"


def csp_message(report: dict[str, str]) -> str:
    """One sentence: `Blocked 'script' from 'evil.example'`."""
    directive, blocked = report["effective_directive"], report["blocked"]
    resource = _RENAMED.get(directive, directive.removesuffix("-src"))
    if resource not in _RESOURCES:
        resource = directive
    if blocked in _INLINE or blocked == "'self'":
        return f"Blocked {_INLINE.get(blocked, 'inline')} '{resource}'"
    if directive == "form-action":
        return f"Blocked 'form' action to '{blocked}'"
    return f"Blocked '{resource}' from '{blocked}'"


def csp_tags(report: dict[str, str]) -> dict[str, str]:
    """What reports are searched by; a URI without its query, which varies and may hold secrets."""
    uri = report.get("blocked_uri", "self")
    tags = {
        "effective-directive": report["effective_directive"],
        "blocked-uri": uri.partition("#")[0].partition("?")[0],
    }
    if uri.lower().startswith(_WEB):
        tags["blocked-host"] = report["blocked"]
    return tags
