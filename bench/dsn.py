"""A DSN taken apart, and the requests that can be built from it.

Called by the client, the target and the command line.
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

USER_AGENT = "rustrak-bench/1"


@dataclass(frozen=True, slots=True)
class Dsn:
    """Where events go: `scheme://key@host:port/prefix/project`."""

    scheme: str
    key: str
    host: str
    port: int
    prefix: str
    project: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for a text that is no DSN."""
        parts = urlsplit(text)
        prefix, _, project = parts.path.rpartition("/")
        if parts.scheme not in ("http", "https") or not (
            parts.username and parts.hostname and project
        ):
            raise ValueError("A DSN looks like https://KEY@HOST/PROJECT.")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return cls(parts.scheme, parts.username, parts.hostname, port, prefix, project)

    def envelope_request(self, body: bytes) -> bytes:
        """The whole request for a gzipped envelope, as an SDK sends it."""
        head = (
            f"POST {self.prefix}/api/{self.project}/envelope/ HTTP/1.1\r\n"
            f"Host: {self.host}:{self.port}\r\n"
            f"User-Agent: {USER_AGENT}\r\n"
            f"X-Sentry-Auth: Sentry sentry_key={self.key}, sentry_version=7, "
            f"sentry_client={USER_AGENT}\r\n"
            "Content-Type: application/x-sentry-envelope\r\n"
            "Content-Encoding: gzip\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode("ascii") + body

    def get_request(self, path: str, token: str | None = None) -> bytes:
        """A GET of `path` below the prefix, with a bearer token if one is given."""
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        return (
            f"GET {self.prefix}{path} HTTP/1.1\r\n"
            f"Host: {self.host}:{self.port}\r\n"
            f"User-Agent: {USER_AGENT}\r\n{authorization}\r\n"
        ).encode("ascii")
