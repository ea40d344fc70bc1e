"""DSNs: the address and public key that a client is configured with.

For authentication (the `dsn` envelope header) and wherever a DSN is shown.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from rustrak.errors import Malformed

MAX_PROJECT_DIGITS: Final = 18
"""Decimal digits of a project number that always fit a bigint."""


@dataclass(frozen=True, slots=True)
class Dsn:
    """The parts of a DSN; `prefix` is "" or "/some/path", `port` None when the scheme's own."""

    scheme: str
    public_key: str
    host: str
    port: int | None
    prefix: str
    project_id: int

    @property
    def base_url(self) -> str:
        """The server's address, to which `/api/...` is appended."""
        port = "" if self.port is None else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{port}{self.prefix}"


def parse_dsn(text: str) -> Dsn:
    """Splits `scheme://key[:secret]@host[:port][/prefix]/project`, forgetting the secret.

    Raises Malformed, without echoing the text. Source: Sentry protocol, DSN anatomy.
    """
    try:
        url = urlsplit(text.strip())
        port = url.port
    except ValueError:
        raise _malformed() from None
    prefix, _, project = url.path.rstrip("/").rpartition("/")
    if url.scheme not in ("http", "https") or not url.username or not url.hostname:
        raise _malformed()
    if not (project.isascii() and project.isdigit() and len(project) <= MAX_PROJECT_DIGITS):
        raise _malformed()
    return Dsn(url.scheme, url.username, url.hostname, port, prefix.rstrip("/"), int(project))


def format_dsn(public_url: str, key: str, project_id: int) -> str:
    """Returns the DSN of a project on the server at `public_url`, `https://host[:port][/prefix]`."""
    scheme, _, place = public_url.rstrip("/").partition("://")
    return f"{scheme}://{key}@{place}/{project_id}"


def _malformed() -> Malformed:
    return Malformed("invalid DSN: it looks like https://<public key>@<host>/<project number>")
