"""What every channel's configuration has in common: clear errors, hidden secrets, web addresses."""

import re
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Secret, model_validator
from yarl import URL

from rustrak.config import Settings

MASK: Final = "**********"
"""What the API shows in the place of a secret; sent back, it stands for the secret kept here."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_HTTPS_PORT = 443


def _printable(value: str) -> str:
    if _UNPRINTABLE.search(value):
        raise ValueError("must not contain line breaks or other control characters")
    return value


def _known(value: str) -> str:
    if MASK in value:
        raise ValueError(
            "is hidden here: give the value itself; it is kept only while the channel sends to "
            "where it did"
        )
    return value


def _web_address(value: str) -> str:
    try:
        url = URL(value)
    except ValueError as error:
        raise ValueError(f"is not a web address: {error}") from None
    if url.scheme not in ("http", "https") or not is_host(url.raw_host or ""):
        raise ValueError("must be a web address such as https://example.com/alerts")
    if url.user is not None or url.password is not None:
        raise ValueError("must not contain a user or password; use a header")
    return value


def _host_name(value: str) -> str:
    if not is_host(value):
        raise ValueError("must be a host name or an address")
    return value


def is_host(text: str) -> bool:
    """Whether a text could name a host: letters, digits, dots; or an IPv6 address."""
    return len(text) <= 253 and _HOST.fullmatch(text) is not None


Line = Annotated[str, Field(max_length=255), AfterValidator(_printable)]
Confidential = Annotated[
    str, Field(max_length=4096), AfterValidator(_printable), AfterValidator(_known)
]
WebAddress = Annotated[
    str, Field(max_length=2048), AfterValidator(_printable), AfterValidator(_web_address)
]
HostName = Annotated[str, AfterValidator(_host_name)]


class Hidden(Secret[Confidential]):
    """A secret: shown as a mask, stored in clear."""

    def _display(self) -> str:
        return MASK


class HiddenAddress(Secret[Annotated[Confidential, AfterValidator(_web_address)]]):
    """A web address whose path is the secret: people see the host it leads to."""

    def _display(self) -> str:
        return f"{URL(self.get_secret_value()).origin()}/{MASK}"


def service_address(value: HiddenAddress, *hosts: str) -> HiddenAddress:
    """The address, if it leads to one of the hosts, by https on its own port; else ValueError.

    Read by the same parser that connects, so that there are no two opinions about the host.
    """
    url = URL(value.get_secret_value())
    if url.scheme != "https" or url.host not in hosts or url.port != _HTTPS_PORT:
        raise ValueError(f"must start with https://{hosts[0]}/")
    return value


class ChannelConfig(BaseModel):
    """Base of all configurations. Null and empty members count as absent, unknown ones too."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    destination: ClassVar[tuple[str, ...]] = ()
    """Members that say where secrets are sent: whoever changes one has to know the secrets."""

    @model_validator(mode="before")
    @classmethod
    def _without_absent(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value not in (None, "")}

    def obstacle(self, settings: Settings) -> str | None:  # noqa: ARG002 - for those that override it
        """Why this installation cannot send with this configuration; None when it can."""
        return None


def masked(config: ChannelConfig) -> dict[str, Any]:
    """The configuration as the API shows it."""
    return config.model_dump(mode="json", exclude_none=True)


def stored(config: ChannelConfig) -> dict[str, Any]:
    """The configuration as it is kept: JSON, with its secrets in clear."""
    clear: dict[str, Any] = _revealed(config.model_dump(exclude_none=True))
    return clear


def merged(old: ChannelConfig, new: dict[str, Any]) -> dict[str, Any]:
    """A new configuration in which masks are replaced by the secrets they stand for.

    If it sends elsewhere they stay masks, and are refused as values when it is read: otherwise a
    secret could be had by pointing the channel at a server of one's own.
    """
    shown = masked(old)
    if any(new.get(name) != shown.get(name) for name in old.destination):
        return new
    restored: dict[str, Any] = _restored(new, shown, stored(old))
    return restored


def _revealed(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.get_secret_value()
    if isinstance(value, dict):
        return {name: _revealed(member) for name, member in value.items()}
    return value


def _restored(new: Any, shown: Any, clear: Any) -> Any:
    if isinstance(new, dict) and isinstance(shown, dict):
        return {
            name: _restored(value, shown.get(name), clear.get(name)) for name, value in new.items()
        }
    return clear if shown is not None and new == shown else new
