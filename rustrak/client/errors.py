"""What goes wrong with a call, as part of the program's own family.

RustrakError
├── ServerUnreachable       no answer within the time given, after all tries
├── UnexpectedAnswer        an answer this version cannot read
└── ApiError                a refusal; the classes below for those one reacts to
    ├── BadRequest          400
    ├── Unauthorized        401
    ├── Forbidden           403
    ├── NotFound            404
    ├── Conflict            409
    └── RateLimited         429, or 503 after all tries
"""

from collections.abc import Mapping, Sequence

from rustrak.errors import RustrakError
from rustrak.schemas.base import FieldError


class UnexpectedAnswer(RustrakError):
    """The answer is not what the API says; the server may be of another version, or no Rustrak."""


class ApiError(RustrakError):
    """The server refused: `status` of HTTP, `type` and `message` in its own words, and, for a
    request with wrong values, `fields`."""

    def __init__(
        self,
        status: int,
        type: str,
        message: str,
        fields: Sequence[FieldError] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(f"the server answers {status}: {message}")
        self.status = status
        self.type = type
        self.message = message
        self.fields = fields
        self.retry_after = retry_after
        """Seconds the server asks to wait, None if it does not say."""


class BadRequest(ApiError):
    """A value the server cannot take."""


class Unauthorized(ApiError):
    """No token, or an unknown, expired or revoked one."""


class Forbidden(ApiError):
    """The token's owner, or its scopes, do not reach that far."""


class NotFound(ApiError):
    """No such thing, or not one this token may see."""


class Conflict(ApiError):
    """A name is taken, or the change contradicts what is there."""


class RateLimited(ApiError):
    """The server asks to wait longer than a call waits."""


BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    429: RateLimited,
    503: RateLimited,
}
