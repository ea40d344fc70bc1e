"""Settings, read once from the environment and passed in; names are a contract with operators.

A wrong value stops the start with one line that names the variable.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from rustrak.errors import ConfigurationError

MIB = 1024 * 1024


class Settings(BaseModel):
    """Every setting: its environment variable (the alias), type, default and reason."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    database_url: Annotated[SecretStr | None, Field(alias="DATABASE_URL")] = None
    """PostgreSQL, as libpq reads it; unset means the embedded server."""

    data_dir: Annotated[Path, Field(alias="RUSTRAK_DATA_DIR")] = Path(".rustrak")
    """Where the embedded server keeps its data."""

    host: Annotated[str, Field(alias="HOST")] = "0.0.0.0"  # noqa: S104 - a container's port is reached from outside
    port: Annotated[int, Field(alias="PORT", ge=0, le=65535)] = 8000

    web_concurrency: Annotated[int, Field(alias="WEB_CONCURRENCY", ge=1, le=64)] = 1
    """Web processes sharing one listening socket."""

    retention_days: Annotated[int | None, Field(alias="RUSTRAK_RETENTION_DAYS", ge=7, le=36500)] = (
        None
    )
    """Days that bodies stay in the ledger, in whole weeks; unset means for ever."""

    dashboard: Annotated[Literal["on", "off"], Field(alias="RUSTRAK_DASHBOARD")] = "on"
    """Whether pages are served beside the API."""

    public_url: Annotated[str | None, Field(alias="PUBLIC_URL")] = None
    """Where SDKs and people reach us; goes into DSNs. Default: http://localhost:PORT."""

    trusted_proxies: Annotated[
        tuple[IPv4Network | IPv6Network, ...], Field(alias="RUSTRAK_TRUSTED_PROXIES")
    ] = ()
    """Networks whose `X-Forwarded-For` says who the client is: `10.0.0.0/8,fd00::/8`."""

    secret_key: Annotated[SecretStr | None, Field(alias="SECRET_KEY")] = None
    """Reserved for signed links; sessions and tokens are random and need no key."""

    create_superuser: Annotated[SecretStr | None, Field(alias="CREATE_SUPERUSER")] = None
    """`email:password` of the first user, used only while there is no user."""

    registration: Annotated[Literal["open", "closed"], Field(alias="RUSTRAK_REGISTRATION")] = (
        "closed"
    )
    """Whether anybody may make an account; closed, accounts come by invitation."""

    oidc_issuer: Annotated[str | None, Field(alias="OIDC_ISSUER")] = None
    """The OpenID provider people may log in with; needs the extra `oidc` and OIDC_CLIENT_ID."""
    oidc_client_id: Annotated[str | None, Field(alias="OIDC_CLIENT_ID")] = None
    oidc_client_secret: Annotated[SecretStr | None, Field(alias="OIDC_CLIENT_SECRET")] = None
    """Unset for a public client, which proves itself by PKCE alone."""
    oidc_provider_name: Annotated[str, Field(alias="OIDC_PROVIDER_NAME")] = "Single sign-on"
    """What the button says."""
    oidc_scopes: Annotated[str, Field(alias="OIDC_SCOPES")] = "openid email profile"
    oidc_auto_provision: Annotated[bool, Field(alias="OIDC_AUTO_PROVISION")] = False
    """Whether somebody the provider knows, and we do not, gets an account."""
    oidc_allowed_domains: Annotated[frozenset[str], Field(alias="OIDC_ALLOWED_DOMAINS")] = (
        frozenset()
    )
    """Domains of addresses that get one: `example.com,example.org`; unset means any."""

    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field(alias="LOG_LEVEL")] = (
        "info"
    )
    log_format: Annotated[Literal["json", "console"] | None, Field(alias="LOG_FORMAT")] = None
    """Default: console on a terminal, JSON otherwise."""

    max_wire_bytes: Annotated[int, Field(alias="RUSTRAK_MAX_WIRE_BYTES", gt=0)] = 100 * MIB
    """A request body as it arrives."""

    max_envelope_bytes: Annotated[int, Field(alias="RUSTRAK_MAX_ENVELOPE_BYTES", gt=0)] = 100 * MIB
    """A request body after Content-Encoding is undone."""

    max_event_bytes: Annotated[int, Field(alias="RUSTRAK_MAX_EVENT_BYTES", gt=0)] = MIB
    """One event item; SDKs size their payloads to 1 MiB (Sentry protocol, envelope limits)."""

    max_item_bytes: Annotated[dict[str, int], Field(alias="RUSTRAK_MAX_ITEM_BYTES")] = {}
    """Items of other types, where the protocol's limits do not fit: `log=1048576,attachment=…`."""

    browser_sdk_url: Annotated[str | None, Field(alias="RUSTRAK_BROWSER_SDK_URL")] = None
    """The script of the browser SDK that the loader script puts on a page; unset means none."""

    hold_seconds: Annotated[float, Field(alias="RUSTRAK_HOLD_SECONDS", ge=0)] = 20.0
    """How long a request waits for a database that is away before it is answered 503.

    SDKs throw an envelope away on 503, so waiting saves what refusing would lose.
    """

    hold_bytes: Annotated[int, Field(alias="RUSTRAK_HOLD_BYTES", gt=0)] = 64 * MIB
    """Bodies a web process may hold in memory while they wait to be stored."""

    metrics: Annotated[Literal["on", "off"], Field(alias="RUSTRAK_METRICS")] = "off"
    """Whether `/metrics` answers; it asks for no credentials."""

    max_backlog: Annotated[int, Field(alias="RUSTRAK_MAX_BACKLOG", gt=0)] = 1_000_000
    """Envelopes that may wait to be digested before intake answers 429."""

    min_free_bytes: Annotated[int, Field(alias="RUSTRAK_MIN_FREE_BYTES", ge=0)] = 512 * MIB
    """Room on the disk of the embedded server below which intake answers 503.

    A PostgreSQL that cannot write its log stops, and may need help to start again.
    """

    smtp_host: Annotated[str | None, Field(alias="SMTP_HOST")] = None
    """The mail server of this installation; unset means it sends no mail of its own."""
    smtp_port: Annotated[int, Field(alias="SMTP_PORT", ge=1, le=65535)] = 587
    smtp_username: Annotated[str | None, Field(alias="SMTP_USERNAME")] = None
    smtp_password: Annotated[SecretStr | None, Field(alias="SMTP_PASSWORD")] = None
    smtp_from: Annotated[str | None, Field(alias="SMTP_FROM")] = None
    """The sender of mail. Default: alerts@ the host of PUBLIC_URL."""
    smtp_security: Annotated[
        Literal["tls", "starttls", "plain"] | None, Field(alias="SMTP_SECURITY")
    ] = None
    """Default: tls on port 465, plain on the same machine, otherwise starttls, without fallback."""

    alert_allowed_networks: Annotated[
        tuple[IPv4Network | IPv6Network, ...], Field(alias="RUSTRAK_ALERT_ALLOWED_NETWORKS")
    ] = ()
    """Networks that are not public and may be sent alerts all the same: `10.1.0.0/16,fd00::/8`."""

    apprise_schemes: Annotated[frozenset[str], Field(alias="RUSTRAK_APPRISE_SCHEMES")] = frozenset()
    """Services channels may use through Apprise: `tgram,ntfys`; `*` means any.

    Apprise makes its own connections, so networks are not guarded there.
    """

    @field_validator("log_level", "log_format", "metrics", "smtp_security", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("max_item_bytes", mode="before")
    @classmethod
    def _by_type(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        if not all(kind.strip() and text.strip().isdecimal() for kind, _, text in pairs):
            raise ValueError("must look like log=1048576,attachment=20971520")
        return {kind.strip(): int(text) for kind, _, text in pairs}

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        is_local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not (parts.scheme == "https" or is_local) or not parts.hostname or parts.query:
            raise ValueError("must look like https://login.example.com/realms/work")
        return value

    @field_validator("oidc_scopes")
    @classmethod
    def _asks_for_openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("must hold the scope openid")
        return " ".join(value.split())

    @field_validator("trusted_proxies", "alert_allowed_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        except ValueError as error:
            raise ValueError(f"must look like 10.1.0.0/16,fd00::/8 ({error})") from None

    @field_validator("apprise_schemes", "oidc_allowed_domains", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(part.strip().lower() for part in value.split(",") if part.strip())

    @field_validator("smtp_from")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value):
            raise ValueError("must look like alerts@example.com")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_a_web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise ValueError("must look like https://errors.example.com")
        parts.hostname.encode("idna")
        return value.rstrip("/")

    @field_validator("browser_sdk_url")
    @classmethod
    def _is_a_script(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError("must look like https://cdn.example.com/bundle.min.js")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgres://", "postgresql://")):
            raise ValueError("must start with postgresql://")
        return value

    @field_validator("create_superuser")
    @classmethod
    def _has_email_and_password(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            email, colon, password = value.get_secret_value().partition(":")
            if not (email.strip() and colon and password):
                raise ValueError("must look like email:password")
        return value

    @model_validator(mode="after")
    def _has_a_client(self) -> Self:
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise ValueError("OIDC_CLIENT_ID: must be set where OIDC_ISSUER is")
        return self

    @property
    def url(self) -> str:
        """The public address without a trailing slash."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def sender(self) -> str:
        """The address mail comes from."""
        return self.smtp_from or f"alerts@{self.hostname}"

    @property
    def hostname(self) -> str:
        """The host of the public address, as other machines know us."""
        return (urlsplit(self.url).hostname or "localhost").encode("idna").decode()

    @property
    def superuser(self) -> tuple[str, str] | None:
        """E-mail and password of CREATE_SUPERUSER, split at the first colon."""
        if self.create_superuser is None:
            return None
        email, _, password = self.create_superuser.get_secret_value().partition(":")
        return email.strip(), password


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; an empty variable counts as unset.

    Raises ConfigurationError naming the first wrong variable and what it must look like.
    """
    names = {field.alias for field in Settings.model_fields.values()}
    given = {name: value for name, value in environ.items() if name in names and value != ""}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        where = f"{first['loc'][0]}: " if first["loc"] else ""  # without, it names the variable
        raise ConfigurationError(f"{where}{reason}") from None
