"""What a project tells, whom, and what became of telling."""

import asyncio
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from rustrak.alerts.conditions import THRESHOLDS
from rustrak.dashboard.backend import Refused
from rustrak.dashboard.visit import Visit

TYPES: Final = {
    "new_issue": "A new issue",
    "regression": "A resolved issue comes back",
    "unmute": "An ignored issue speaks again",
    "event_threshold": "More than N events",
    "user_threshold": "More than N users",
    "monitor_missed": "A monitor is missed",
}
ADDRESSES: Final = {
    "webhook": "url",
    "slack": "webhook_url",
    "discord": "webhook_url",
    "teams": "webhook_url",
    "email": "recipients",
    "apprise": "url",
}
"""The one thing a channel has to be told, by its type."""


async def show(visit: Visit) -> web.StreamResponse:
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, **values: Any) -> web.Response:
    rules, channels, history = await asyncio.gather(
        visit.get(f"{visit.place}/alert-rules"),
        visit.get("/api/alert-channels"),
        visit.get(f"{visit.place}/alert-history", limit=30),
    )
    return visit.page(
        "alerts.html",
        status=status,
        rules=rules,
        channels=channels,
        names={channel["id"]: channel["name"] for channel in channels},
        history=history,
        types=TYPES,
        addresses=ADDRESSES,
        **values,
    )


async def change(visit: Visit) -> web.StreamResponse:
    """Do what a form asks for."""
    form = await visit.form()
    said = {name: str(value) for name, value in form.items()}
    chosen = [int(str(one)) for one in form.getall("channel", []) if str(one).isdigit()]
    action = said.get("action", "")
    try:
        if action == "try":
            body = rule_of(said, chosen)
            body = {name: body[name] for name in ("alert_type", "conditions", "filters")}
            trial = await visit.send(
                "POST", f"{visit.place}/alert-rules/preview", {**body, "days": 30}
            )
            return await _page(visit, trial=trial, said=said)
        if action == "rule":
            await visit.send("POST", f"{visit.place}/alert-rules", rule_of(said, chosen))
            return visit.go(visit.request.path, "The rule is saved.")
        if action == "channel":
            await visit.send("POST", "/api/alert-channels", channel_of(said))
            return visit.go(visit.request.path, "The channel is saved.")
        note = await _about_one(visit, action, said)
    except Refused as error:
        if error.status in (401, 403):
            raise
        return await _page(visit, error.status, fault=str(error), said=said)
    return visit.go(visit.request.path, note)


async def _about_one(visit: Visit, action: str, said: dict[str, str]) -> str:
    """Switch, test or delete a rule or a channel."""
    verb, _, noun = action.partition("_")
    number = quote(said.get("id", "0"), safe="")
    places = {
        "rule": f"{visit.place}/alert-rules/{number}",
        "channel": f"/api/alert-channels/{number}",
    }
    if noun not in places:
        raise Refused(400, f"There is no action {action!r}")
    if verb == "test":
        tested = await visit.send("POST", f"{places[noun]}/test", {})
        return str(tested["message"])
    if verb == "delete":
        await visit.send("DELETE", places[noun])
        return "Deleted."
    if verb in ("enable", "disable"):
        await visit.send("PATCH", places[noun], {"is_enabled": verb == "enable"})
        return "Switched."
    raise Refused(400, f"There is no action {action!r}")


def rule_of(said: dict[str, str], channels: list[int]) -> dict[str, Any]:
    """A rule as the API takes it."""
    kind = said.get("alert_type", "")
    conditions: dict[str, Any] = {}
    if kind in THRESHOLDS:
        conditions = {name: _number(said.get(name, "")) for name in ("count", "minutes")}
    filters: dict[str, Any] = {}
    if said.get("min_level"):
        filters["min_level"] = said["min_level"]
    for name in ("environments", "releases"):
        words = [word.strip() for word in said.get(name, "").split(",") if word.strip()]
        if words:
            filters[name] = words
    return {
        "name": said.get("name", "").strip() or TYPES.get(kind, kind),
        "alert_type": kind,
        "conditions": conditions,
        "filters": filters,
        "cooldown_minutes": _number(said.get("cooldown", "0")),
        "channel_ids": channels,
    }


def channel_of(said: dict[str, str]) -> dict[str, Any]:
    """A channel as the API takes it."""
    kind = said.get("channel_type", "")
    address: Any = said.get("address", "").strip()
    if kind == "email":
        address = [one.strip() for one in address.split(",") if one.strip()]
    config = {ADDRESSES.get(kind, "url"): address}
    if kind == "webhook" and said.get("secret"):
        config["secret"] = said["secret"]
    return {"name": said.get("name", "").strip() or kind, "channel_type": kind, "config": config}


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
