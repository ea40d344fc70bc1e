"""The well-formed event: what every projection, title and grouping reads instead of raw JSON.

Built by `normalise` and nowhere else; strings hold no NUL and no lone surrogate.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Scalar = str | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | float | bool | None
"""Any plain JSON value. Readers disagree about integers beyond 64 bit."""

Name = Annotated[str, Meta(max_length=256)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class FrameData(Struct, frozen=True, gc=False):
    """What a frame says about itself beside its place."""

    sourcemap: Scalar = None


class Frame(Struct, frozen=True, gc=False):
    """One call in a stack trace; `None` where the SDK said nothing. Events share frames.

    A frame that fits is decoded right into this shape; any other is read attribute by attribute.
    Longer names only occur in generated code; a context line is compared, never shown from here.
    Performance: hashed and compared in C, for the caches of grouping.
    """

    function: Annotated[str, Meta(max_length=512)] | None = None
    raw_function: Annotated[str, Meta(max_length=512)] | None = None
    module: Name | None = None
    package: Name | None = None
    filename: Name | None = None
    abs_path: Annotated[str, Meta(max_length=2048)] | None = None
    context_line: Name | None = None
    platform: Name | None = None
    lineno: Count | None = None
    colno: Count | None = None
    in_app: bool | None = None
    data: FrameData | None = None

    @property
    def source_mapped(self) -> bool:
        """Whether the SDK has already mapped the place back to the source."""
        return self.data is not None and bool(self.data.sourcemap)


@dataclass(slots=True)
class ExceptionValue:
    """One exception of a chain. Frames run from the oldest call to the crashing one."""

    type: str | None = None
    value: str | None = None
    module: str | None = None
    frames: list[Frame] = field(default_factory=list)
    mechanism_type: str | None = None
    handled: bool | None = None
    synthetic: bool = False
    exception_id: int | None = None
    parent_id: int | None = None
    is_group: bool = False
    source: str | None = None
    ns_error: tuple[str, int] | None = None


@dataclass(slots=True)
class Thread:
    """One thread of the process at the time of the event."""

    id: str = ""
    name: str | None = None
    crashed: bool = False
    current: bool = False
    frames: list[Frame] = field(default_factory=list)


@dataclass(slots=True)
class Sdk:
    """The client that sent the event."""

    name: str = ""
    version: str = ""


@dataclass(slots=True)
class User:
    """Whom the event happened to; empty strings where unknown."""

    id: str = ""
    email: str = ""
    username: str = ""
    ip_address: str = ""
    name: str = ""

    @property
    def ident(self) -> str:
        """The user as one string to count and search by: `id:42`, `email:…`, or empty."""
        if self.id:
            return f"id:{self.id}"
        if self.email:
            return f"email:{self.email}"
        if self.username:
            return f"username:{self.username}"
        return f"ip:{self.ip_address}" if self.ip_address else ""


@dataclass(slots=True)
class Event:
    """One event. Texts are empty when missing; lists keep the order of the payload.

    `message` is the template that identifies a log message, `formatted` the text to show.
    `exceptions` run from the oldest cause to the reported one. `errors` lists each attribute that
    was invalid and left out, as (code, attribute). `certificate_report` is its kind and the host;
    `template` the place in a template at which its engine failed.
    """

    event_id: str
    timestamp: datetime
    type: str = "default"
    platform: str = "other"
    level: str = "error"
    logger: str = ""
    transaction: str = ""
    release: str = ""
    dist: str = ""
    environment: str = ""
    server_name: str = ""
    site: str = ""
    message: str = ""
    formatted: str = ""
    request_url: str = ""
    checksum: str = ""
    fingerprint: list[str] = field(default_factory=list)
    exceptions: list[ExceptionValue] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    handled: bool | None = None
    csp: dict[str, str] | None = None
    certificate_report: tuple[str, str] | None = None
    template: Frame | None = None
    tags: dict[str, str] = field(default_factory=dict)
    user: User = field(default_factory=User)
    sdk: Sdk = field(default_factory=Sdk)
    errors: list[tuple[str, str]] = field(default_factory=list)
