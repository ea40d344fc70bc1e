"""Everything Apprise can reach (an extra). It makes its own connections, past our guard, so the
operator says which of its services may be used."""

import asyncio
import re
from importlib.util import find_spec
from typing import Annotated

from pydantic import AfterValidator, Secret

from rustrak.alerts import words
from rustrak.alerts.channels.config import MASK, ChannelConfig, Confidential
from rustrak.alerts.delivery import Context, Delivered
from rustrak.alerts.notice import Notice
from rustrak.config import Settings
from rustrak.errors import DeliveryFailed

_SCHEME = re.compile(r"([A-Za-z0-9]{1,32})://.")


def _one_address(value: str) -> str:
    if not _SCHEME.match(value):
        raise ValueError("must be an Apprise URL such as tgram://bottoken/chat")
    return value


class AppriseAddress(Secret[Annotated[Confidential, AfterValidator(_one_address)]]):
    """An Apprise URL, which is all secret but for its scheme."""

    @property
    def scheme(self) -> str:
        """The service."""
        return self.get_secret_value().partition("://")[0].lower()

    def _display(self) -> str:
        return f"{self.scheme}://{MASK}"


class AppriseConfig(ChannelConfig):
    """One URL a channel, so that a repeated attempt repeats only what failed."""

    url: AppriseAddress

    def obstacle(self, settings: Settings) -> str | None:
        """Not installed, or a service the operator has not allowed."""
        allowed = settings.apprise_schemes
        if self.url.scheme not in allowed and "*" not in allowed:
            return (
                f"url: {self.url.scheme}:// is not among the services allowed here; whoever runs "
                "this installation can add it to RUSTRAK_APPRISE_SCHEMES"
            )
        if find_spec("apprise") is None:
            return "Apprise is not installed here: pip install 'rustrak[apprise]'"
        return None


async def send(config: AppriseConfig, notice: Notice, context: Context) -> Delivered:
    """Hand the notice to Apprise, in a thread. Raises DeliveryFailed.

    A thread cannot be stopped: after the timeout it is left to the time limits of Apprise itself.
    """
    url = config.url.get_secret_value()
    work = asyncio.to_thread(_notify, url, words.subject(notice), words.text(notice))
    try:
        async with asyncio.timeout(context.timeout):
            delivered = await work
    except TimeoutError:
        raise DeliveryFailed("Apprise did not finish in time", retry=True) from None
    except DeliveryFailed:
        raise
    except Exception as error:  # of any of 170 plugins
        reason = f"{config.url.scheme} failed: {type(error).__name__}"
        raise DeliveryFailed(reason, retry=True) from error
    if not delivered:
        raise DeliveryFailed(
            f"{config.url.scheme} did not take the message; the log of the worker says why",
            retry=True,
        )
    return Delivered()


def _notify(url: str, title: str, body: str) -> bool:
    import apprise  # loads every plugin: 0.8 s and 27 MB, in a worker that uses it

    # not `add(url)`: that splits a list of URLs, whose other schemes nobody has looked at
    service = apprise.Apprise.instantiate(url)
    if service is None:
        raise DeliveryFailed("Apprise cannot read the URL of this channel", retry=False)
    sender = apprise.Apprise()
    sender.add(service)
    return bool(sender.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT))
