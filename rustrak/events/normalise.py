"""Any SDK's event document to one Event: total, forgiving, without clock or I/O.

Called by the digest with what `decode_event` or `parse_json` returned; both give the same Event.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rustrak.events.attributes import Errors, label, mapping, text
from rustrak.events.certificates import read_certificate_report
from rustrak.events.csp import csp_message, read_csp
from rustrak.events.document import interface
from rustrak.events.event import Event, Sdk
from rustrak.events.exceptions import adopt_stacktrace, handled_by, read_exceptions
from rustrak.events.labels import (
    read_dist,
    read_environment,
    read_fingerprint,
    read_level,
    read_logger,
    read_release,
    read_type,
)
from rustrak.events.message import read_message
from rustrak.events.stacktrace import read_frames, read_template, read_threads
from rustrak.events.tags import add_derived_tags, read_tags
from rustrak.events.user import read_user
from rustrak.protocol.timestamps import clamp_timestamp, parse_timestamp

CLOCK_DRIFT = timedelta(minutes=55)  # smaller differences are slow networks, not wrong clocks


def normalise(
    document: Mapping[str, Any],
    *,
    event_id: str,
    received_at: datetime,
    sent_at: datetime | None = None,
) -> Event:
    """Turn one event document into an Event.

    Raises nothing for any JSON object: an attribute of the wrong type is left out and listed in
    `errors`, the others survive. Texts must be free of NUL and lone surrogates, which both decoders
    see to. `event_id` (32 hex digits) and `sent_at` come from the envelope; both times are aware.
    """
    errors = Errors()
    timestamp = read_time(document.get("timestamp"), received_at, sent_at, errors)
    event = Event(event_id, timestamp)
    _read_stacks(document, event, errors)
    _read_description(document, event, errors)
    _read_origin(document, event, errors)
    _read_identity(document, event, errors)
    _read_request_and_user(document, event, errors)
    event.environment = event.environment or read_environment(event.tags.get("environment"), errors)
    add_derived_tags(event, interface(document, "contexts"), errors)
    event.errors = errors.listed()
    return event


def read_time(
    value: Any, received_at: datetime, sent_at: datetime | None, errors: Errors
) -> datetime:
    """When the event happened, by the server's clock. Source: Sentry protocol, timestamps.

    A client whose `sent_at` is 55 minutes or more off has its times moved by the difference; what
    is still in the future or older than 30 days becomes the receive time.
    """
    if value is None:
        return received_at
    moment = parse_timestamp(value)
    if moment is None:
        errors.invalid("timestamp")
        return received_at
    if sent_at is not None and abs(received_at - sent_at) >= CLOCK_DRIFT:
        errors.note("clock_drift", "timestamp")
        try:
            moment += received_at - sent_at
        except OverflowError:  # beyond the year 9999 or before the year 1
            return received_at
    clamped = clamp_timestamp(moment, received_at)
    if clamped != moment:
        code = "future_timestamp" if moment > received_at else "past_timestamp"
        errors.note(code, "timestamp")
    return clamped


def _read_stacks(document: Mapping[str, Any], event: Event, errors: Errors) -> None:
    event.exceptions = read_exceptions(interface(document, "exception"), errors)
    frames = read_frames(interface(document, "stacktrace"), errors)
    event.frames = adopt_stacktrace(event.exceptions, frames)
    event.threads = read_threads(interface(document, "threads"), errors)
    event.template = read_template(interface(document, "template"), errors)
    event.handled = handled_by(event.exceptions)


def _read_description(document: Mapping[str, Any], event: Event, errors: Errors) -> None:
    get = document.get
    event.csp = read_csp(interface(document, "csp"), errors)
    event.certificate_report = read_certificate_report(document, errors)
    report = "csp" if event.csp is not None else (event.certificate_report or ("",))[0]
    event.type = read_type(get("type"), has_exceptions=bool(event.exceptions), report=report)
    default_level = "info" if event.type == "transaction" else "error"
    event.level = read_level(get("level"), default_level, errors)
    event.logger = read_logger(get("logger"), errors)
    event.message, event.formatted = read_message(
        get("message"), interface(document, "logentry"), errors
    )
    if event.csp is not None and not event.message:
        event.message = event.formatted = csp_message(event.csp)


def _read_origin(document: Mapping[str, Any], event: Event, errors: Errors) -> None:
    get = document.get
    event.platform = label(get("platform"), 64, "platform", errors) or "other"
    event.release = read_release(get("release"), errors)
    event.dist = read_dist(get("dist"), event.release, errors)
    event.environment = read_environment(get("environment"), errors)
    event.server_name = label(get("server_name"), 256, "server_name", errors)
    event.site = label(get("site"), 128, "site", errors)
    event.transaction = label(get("transaction"), 200, "transaction", errors) or label(
        get("culprit"), 200, "culprit", errors
    )
    if get("sdk") is not None:
        sdk = mapping(get("sdk"), "sdk", errors)
        event.sdk = Sdk(
            label(sdk.get("name"), 128, "sdk.name", errors),
            label(sdk.get("version"), 64, "sdk.version", errors),
        )


def _read_identity(document: Mapping[str, Any], event: Event, errors: Errors) -> None:
    event.checksum = label(document.get("checksum"), 128, "checksum", errors)
    event.fingerprint = read_fingerprint(document.get("fingerprint"), errors)
    event.tags = read_tags(document.get("tags"), errors)


def _read_request_and_user(document: Mapping[str, Any], event: Event, errors: Errors) -> None:
    request, address = interface(document, "request"), None
    if request is not None:
        request = mapping(request, "request", errors)
        event.request_url = _without_query(text(request.get("url"), 2048, "request.url", errors))
        if request.get("env") is not None:
            address = mapping(request["env"], "request.env", errors).get("REMOTE_ADDR")
    event.user = read_user(interface(document, "user"), address, errors)


def _without_query(url: str | None) -> str:
    """A URL without what changes from visit to visit and may hold secrets."""
    return (url or "").partition("#")[0].partition("?")[0]
