"""Every error the program raises on purpose, as one family.

RustrakError
├── ConfigurationError          a setting is wrong; exit code 3
├── DatabaseUnreachable         no connection; exit code 4, status 503
├── ServerUnreachable           no answer to `rustrak.client`; exit code 4
├── DataDirectoryBusy           another process owns the embedded server; exit code 1
├── SchemaOutdated              migrations are pending; exit code 1
├── DeliveryFailed              an alert or a mail did not arrive; says whether to try again
└── Problem                     something a client did; carries its HTTP status
    ├── Malformed               400: framing, JSON, encodings
    ├── Invalid                 400: a well-formed request with a value we cannot take
    ├── Unauthenticated         401
    ├── Forbidden               403
    ├── NotFound                404
    ├── MethodNotAllowed        405
    ├── Conflict                409
    ├── TooLarge                413
    ├── UnsupportedEncoding     415
    ├── UnsupportedMediaType    415
    ├── Throttled               429: carries how long to wait
    ├── Unexpected              500: a bug of ours
    └── Overloaded              503: carries how long to wait

The message is one sentence that says what was wrong and, where it helps, what to do. It never
echoes a secret. `status` is the single table from error to HTTP status.
"""

from dataclasses import dataclass
from typing import ClassVar


class RustrakError(Exception):
    """Base of the family."""


class ConfigurationError(RustrakError):
    """A setting is missing or wrong; the message names the variable."""


class DatabaseUnreachable(RustrakError):
    """PostgreSQL does not answer."""


class ServerUnreachable(RustrakError):
    """The Rustrak that a command or a script talks to does not answer."""


class DataDirectoryBusy(RustrakError):
    """Another process runs the embedded server on the same data directory."""


class SchemaOutdated(RustrakError):
    """The database lacks migrations that this version needs."""


class DeliveryFailed(RustrakError):
    """An alert or a mail did not arrive, or nobody knows whether it did.

    `retry`: the same attempt may succeed later, after `retry_after` seconds if the other side said
    so. `http_status` is its answer, if it gave one. The message holds no secret of the channel.
    """

    def __init__(
        self,
        message: str,
        *,
        retry: bool,
        http_status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.retry = retry
        self.http_status = http_status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field or parameter; `code` is for programs."""

    field: str
    code: str
    message: str


class Problem(RustrakError):
    """A request that cannot be served; answered with `status` and the message as JSON.

    `faults` are given where fields or parameters of the request are to blame.
    """

    status: ClassVar[int] = 400
    kind: ClassVar[str] = "ValidationError"
    prefix: ClassVar[str] = "Validation error: "

    def __init__(self, message: str, *faults: Fault) -> None:
        super().__init__(message)
        self.faults = faults


class Malformed(Problem):
    """The bytes are not what the protocol says: framing, JSON or content encoding."""


class Invalid(Problem):
    """A value that cannot be accepted."""


class Unauthenticated(Problem):
    """No credentials, or unknown ones."""

    status = 401
    kind = "Unauthorized"
    prefix = "Unauthorized: "


class Forbidden(Problem):
    """Credentials that do not open this door."""

    status = 403
    kind = "Forbidden"
    prefix = "Forbidden: "


class NotFound(Problem):
    """No such thing, or not yours to see."""

    status = 404
    kind = "NotFound"
    prefix = "Resource not found: "


class MethodNotAllowed(Problem):
    """The path is right, the method is not."""

    status = 405
    kind = "MethodNotAllowed"
    prefix = "Method not allowed: "


class Conflict(Problem):
    """The name is taken."""

    status = 409
    kind = "Conflict"
    prefix = "Conflict: "


class TooLarge(Problem):
    """More bytes than the documented limit."""

    status = 413
    kind = "PayloadTooLarge"
    prefix = "Payload too large: "


class UnsupportedEncoding(Problem):
    """A Content-Encoding nobody here can read."""

    status = 415


class UnsupportedMediaType(Problem):
    """A Content-Type this endpoint cannot read."""

    status = 415
    kind = "UnsupportedMediaType"
    prefix = "Unsupported media type: "


class Throttled(Problem):
    """A quota is used up; try again after `retry_after` seconds.

    `rate_limits` says so by category, in the words of `X-Sentry-Rate-Limits`.
    """

    status = 429
    kind = "RateLimited"
    prefix = "Too many requests: "

    def __init__(self, message: str, retry_after: int, rate_limits: str = "") -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.rate_limits = rate_limits


class Unexpected(Problem):
    """A bug of ours; the log has it."""

    status = 500
    kind = "InternalError"
    prefix = "Internal server error: "


class Overloaded(Problem):
    """The server cannot store anything right now; try again after `retry_after` seconds."""

    status = 503
    kind = "ServiceUnavailable"
    prefix = "Service unavailable: "

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
