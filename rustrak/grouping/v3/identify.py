"""Grouping, version 3: version 2, and the template or the certificate that an event is about.

Frozen once released. Reached through `algorithm` only. An event without either has the key of
version 2, so its issue goes on.
"""

from operator import attrgetter
from typing import Final

from rustrak.events.event import Event
from rustrak.grouping.trail import Trail
from rustrak.grouping.v1.identify import Strategy
from rustrak.grouping.v2.identify import STRATEGIES as STRATEGIES_OF_V2
from rustrak.grouping.v2.identify import identify_by


def identify(event: Event, trail: Trail) -> str:
    """Write what identifies the event to the trail; return the name of the deciding strategy.

    Source: Sentry protocol, grouping, precedence.
    """
    return identify_by(_STRATEGIES, event, trail)


def _take_template(event: Event, trail: Trail) -> bool:
    """The file of a template and the line in it, wherever that line stands."""
    template = event.template
    if template is None:
        return False
    trail.take("template", template.filename or "")
    if line := (template.context_line or "").strip():
        trail.take("context_line", line)
    return True


def _take_certificate(event: Event, trail: Trail) -> bool:
    """What a browser complains of, and the host whose certificate it is."""
    if event.certificate_report is None:
        return False
    kind, host = event.certificate_report
    trail.take("report", kind)
    trail.take("host", host)
    return True


*_OF_CODE, _CSP, _MESSAGE = STRATEGIES_OF_V2
_STRATEGIES: Final[tuple[Strategy, ...]] = (
    *_OF_CODE,
    ("template", attrgetter("template"), _take_template),
    _CSP,
    ("certificate", attrgetter("certificate_report"), _take_certificate),
    _MESSAGE,
)
