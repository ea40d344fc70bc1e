"""The shape of an event document: only what `normalise` reads, in every form SDKs send it.

`decode` skips the other four fifths of a payload: variables, source context, breadcrumbs.
"""

from collections.abc import Mapping
from typing import Any, TypedDict

from rustrak.events.event import Frame, Scalar


class RawStacktrace(TypedDict, total=False):
    frames: list[Frame | None] | None


class RawNsError(TypedDict, total=False):
    domain: Scalar
    code: Scalar


class MechanismMeta(TypedDict, total=False):
    ns_error: RawNsError | None


class RawMechanism(TypedDict, total=False):
    type: Scalar
    handled: Scalar
    synthetic: Scalar
    exception_id: Scalar
    parent_id: Scalar
    is_exception_group: Scalar
    source: Scalar
    meta: MechanismMeta | None


RawException = TypedDict(
    "RawException",
    {
        "type": Scalar,
        "value": Scalar,
        "module": Scalar,
        "mechanism": RawMechanism | None,
        "stacktrace": RawStacktrace | None,
        "sentry.interfaces.Stacktrace": RawStacktrace | None,
    },
    total=False,
)


class ExceptionValues(RawException, total=False):
    """Both `{"values": […]}` and one bare exception."""

    values: list[RawException | None] | None


class RawCertificateReport(TypedDict, total=False):
    hostname: Scalar


class RawThread(TypedDict, total=False):
    id: Scalar
    name: Scalar
    crashed: Scalar
    current: Scalar
    stacktrace: RawStacktrace | None


class ThreadValues(TypedDict, total=False):
    values: list[RawThread | None] | None


class RawMessage(TypedDict, total=False):
    message: Scalar
    formatted: Scalar
    params: list[Scalar] | dict[str, Scalar] | None


class RawUser(TypedDict, total=False):
    id: Scalar
    email: Scalar
    username: Scalar
    ip_address: Scalar
    name: Scalar


class RequestEnvironment(TypedDict, total=False):
    REMOTE_ADDR: Scalar


HeaderValue = Scalar | list[Scalar]
"""PHP sends lists."""


class RawRequest(TypedDict, total=False):
    url: Scalar
    headers: dict[str, HeaderValue] | list[list[HeaderValue] | None] | None
    env: RequestEnvironment | None


class SdkSettings(TypedDict, total=False):
    infer_ip: Scalar


class RawSdk(TypedDict, total=False):
    name: Scalar
    version: Scalar
    settings: SdkSettings | None


class RawContext(TypedDict, total=False):
    name: Scalar
    version: Scalar
    model: Scalar


class RawContexts(TypedDict, total=False):
    browser: RawContext | None
    os: RawContext | None
    device: RawContext | None
    runtime: RawContext | None


Exceptions = list[RawException | None] | ExceptionValues | None
Threads = list[RawThread | None] | ThreadValues | None
Message = Scalar | RawMessage

Document = TypedDict(
    "Document",
    {
        "type": Scalar,
        "timestamp": Scalar,
        "platform": Scalar,
        "level": Scalar,
        "logger": Scalar,
        "transaction": Scalar,
        "culprit": Scalar,
        "release": Scalar,
        "dist": Scalar,
        "environment": Scalar,
        "server_name": Scalar,
        "site": Scalar,
        "checksum": Scalar,
        "fingerprint": list[Scalar] | None,
        "tags": dict[str, Scalar] | list[list[Scalar] | None] | None,
        "sdk": RawSdk | None,
        "message": Message,
        "logentry": Message,
        "exception": Exceptions,
        "threads": Threads,
        "stacktrace": RawStacktrace | None,
        "request": RawRequest | None,
        "user": RawUser | None,
        "contexts": RawContexts | None,
        "csp": dict[str, Scalar] | None,
        "template": Frame | None,
        "hpkp": RawCertificateReport | None,
        "expectct": RawCertificateReport | None,
        "expectstaple": RawCertificateReport | None,
        "sentry.interfaces.Message": Message,
        "sentry.interfaces.Exception": Exceptions,
        "sentry.interfaces.Threads": Threads,
        "sentry.interfaces.Stacktrace": RawStacktrace | None,
        "sentry.interfaces.Http": RawRequest | None,
        "sentry.interfaces.User": RawUser | None,
        "sentry.interfaces.Contexts": RawContexts | None,
        "sentry.interfaces.Csp": dict[str, Scalar] | None,
        "sentry.interfaces.Template": Frame | None,
    },
    total=False,
)


def interface(document: Mapping[str, Any], name: str) -> Any:
    """The attribute `name`, or its long name from the days of raven clients, or None."""
    value = document.get(name)
    return value if value is not None else document.get(LONG_NAMES[name])


LONG_NAMES = {
    "logentry": "sentry.interfaces.Message",
    "exception": "sentry.interfaces.Exception",
    "threads": "sentry.interfaces.Threads",
    "stacktrace": "sentry.interfaces.Stacktrace",
    "request": "sentry.interfaces.Http",
    "user": "sentry.interfaces.User",
    "contexts": "sentry.interfaces.Contexts",
    "csp": "sentry.interfaces.Csp",
    "template": "sentry.interfaces.Template",
}
