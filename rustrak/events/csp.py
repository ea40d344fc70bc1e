"""Content-Security-Policy reports: the directive, what it blocked, and a sentence about it.

Used by `normalise`. Source: Sentry protocol, security reports.
"""

from typing import Any
from urllib.parse import urlsplit

from rustrak.events.attributes import Errors, cut, mapping

# How a directive's resource is called in a sentence; other directives keep their full name.
_RESOURCES = frozenset(
    {"child", "connect", "font", "image", "manifest", "media", "object", "script", "style"}
)
_RENAMED = {"img-src": "image"}
_INLINE = {"inline": "unsafe inline", "eval": "unsafe eval()"}


def read_csp(raw: Any, errors: Errors) -> dict[str, str] | None:
    """The report as a flat dict of texts, or None when it names no directive.

    `effective_directive` holds the first word of the directive and `blocked` the display form of
    the blocked URI: `'self'`, `data:` or a host.
    """
    if raw is None:
        return None
    report = {
        name: cut(str(value), 2048)
        for name, value in mapping(raw, "csp", errors).items()
        if isinstance(value, (str, int, float))
    }
    directive = report.get("effective_directive") or report.get("violated_directive") or ""
    if not directive.strip():
        errors.invalid("csp")
        return None
    report["effective_directive"] = directive.split()[0]
    report["blocked"] = blocked_source(report.get("blocked_uri", ""))
    return report


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
