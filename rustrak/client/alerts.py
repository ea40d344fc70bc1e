"""Alerts: channels they are sent to, and the rules of projects."""

from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.client.projects import PROJECTS
from rustrak.schemas.alerts import (
    Channel,
    ChannelChange,
    Delivery,
    NewChannel,
    NewRule,
    Rule,
    RuleChange,
    RuleTrial,
    Tested,
    Trial,
)

CHANNELS = ("api", "alert-channels")


class AlertChannels(Noun):
    """Where alerts of the installation can be sent."""

    def list(self) -> Listing[Channel]:
        return self._whole(Channel, *CHANNELS)

    async def get(self, channel_id: int) -> Channel:
        return await self._get(Channel, *CHANNELS, channel_id)

    async def create(self, channel: NewChannel) -> Channel:
        return await self._send("POST", Channel, *CHANNELS, body=channel)

    async def change(self, channel_id: int, change: ChannelChange) -> Channel:
        return await self._send("PATCH", Channel, *CHANNELS, channel_id, body=change)

    async def test(self, channel_id: int) -> Tested:
        """Really sends something."""
        return await self._send("POST", Tested, *CHANNELS, channel_id, "test")

    async def delete(self, channel_id: int) -> None:
        await self._do("DELETE", *CHANNELS, channel_id)


class AlertRules(Noun):
    """What a project tells, and what it has told."""

    def list(self, project_id: int) -> Listing[Rule]:
        return self._whole(Rule, *_rules(project_id))

    async def get(self, project_id: int, rule_id: int) -> Rule:
        return await self._get(Rule, *_rules(project_id), rule_id)

    async def create(self, project_id: int, rule: NewRule) -> Rule:
        return await self._send("POST", Rule, *_rules(project_id), body=rule)

    async def change(self, project_id: int, rule_id: int, change: RuleChange) -> Rule:
        return await self._send("PATCH", Rule, *_rules(project_id), rule_id, body=change)

    async def test(self, project_id: int, rule_id: int) -> Tested:
        """Really sends something to each channel of the rule."""
        return await self._send("POST", Tested, *_rules(project_id), rule_id, "test")

    async def delete(self, project_id: int, rule_id: int) -> None:
        await self._do("DELETE", *_rules(project_id), rule_id)

    async def try_on_the_past(self, project_id: int, rule: RuleTrial) -> Trial:
        """How often a rule would have fired; nothing is saved."""
        return await self._send("POST", Trial, *_rules(project_id), "preview", body=rule)

    def history(self, project_id: int, limit: int | None = None) -> Listing[Delivery]:
        """What was sent, or is to be, newest first."""
        return self._whole(Delivery, *PROJECTS, project_id, "alert-history", limit=limit)


def _rules(project_id: int) -> tuple[object, ...]:
    return (*PROJECTS, project_id, "alert-rules")
