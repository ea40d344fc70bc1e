"""The client: an open session, and a noun of the API behind each attribute."""

from types import TracebackType
from typing import Self

from rustrak.client.alerts import AlertChannels, AlertRules
from rustrak.client.events import Events
from rustrak.client.grouping import Grouping, Regroupings
from rustrak.client.issues import Issues
from rustrak.client.operations import Operations
from rustrak.client.projects import Keys, Projects, Settings
from rustrak.client.team import Invitations, Members, Team
from rustrak.client.telemetry import Logs, Monitors, Outcomes, Releases, Transactions
from rustrak.client.tokens import Tokens
from rustrak.client.transport import Transport

TIMEOUT = 30.0  # seconds for one try


class Client:
    """Talks to a Rustrak at `url` as the owner of `token`; `timeout` in seconds bounds each try.

    Use it in `async with`. Raises ConfigurationError for what is no address, or no token.
    """

    def __init__(self, url: str, token: str | None = None, *, timeout: float = TIMEOUT) -> None:
        self._transport = Transport(url, token, timeout)
        self.projects = Projects(self._transport)
        self.keys = Keys(self._transport)
        self.settings = Settings(self._transport)
        self.issues = Issues(self._transport)
        self.events = Events(self._transport)
        self.grouping = Grouping(self._transport)
        self.regroupings = Regroupings(self._transport)
        self.releases = Releases(self._transport)
        self.monitors = Monitors(self._transport)
        self.transactions = Transactions(self._transport)
        self.logs = Logs(self._transport)
        self.outcomes = Outcomes(self._transport)
        self.team = Team(self._transport)
        self.members = Members(self._transport)
        self.invitations = Invitations(self._transport)
        self.alert_channels = AlertChannels(self._transport)
        self.alert_rules = AlertRules(self._transport)
        self.tokens = Tokens(self._transport)
        self.operations = Operations(self._transport)

    async def __aenter__(self) -> Self:
        await self._transport.open()
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._transport.close()
