"""Environments: what events and sessions name."""

from collections.abc import Callable
from typing import Any

from tests.checked_in import check_in
from tests.installation import Installation
from tests.made_events import digested, error
from tests.sent_items import digest_item, session
from tests.telemetry import line, send_lines, send_transactions, transaction


async def test_environments_are_listed_once_by_name(installation: Installation) -> None:
    path = f"/api/projects/{installation.project_id}/environments"
    assert await installation.get(path) == []
    names = ("staging", "production", "staging")
    await digested(installation, *(error(environment=name) for name in names))
    await digested(installation, error(environment="theirs"), project=1)
    await digest_item(installation, "session", session("1", environment="mobile"))
    assert await installation.get(path) == [
        {"name": name} for name in ("mobile", "production", "staging")
    ]


WHERE = ("production", "staging", "qa")
USER = {"id": "7"}


async def sent_everywhere(installation: Installation) -> None:
    """One of everything in each environment."""
    for number, environment in enumerate(WHERE, 1):
        event_id = str(number) * 32
        event = error(
            f"{environment.title()}Error",
            environment=environment,
            release="shop@1",
            event_id=event_id,
            user=USER,
            tags={"request_id": "r-1"},
        )
        await digested(installation, event)
        report = {"event_id": event_id, "name": "Ada", "comments": environment}
        await digest_item(installation, "user_report", report)
        await digest_item(installation, "session", session(str(number), environment=environment))
        await check_in(installation, status="ok", environment=environment)
        await check_in(
            installation, slug=f"only-{environment}", status="ok", environment=environment
        )
        await send_lines(installation, line("x", sentry_environment=environment))
        await send_transactions(installation, transaction(environment=environment))


SHOWN: dict[str, Callable[[Any], list[str]]] = {
    "issues": lambda page: [issue["title"].split("Error")[0].lower() for issue in page["items"]],
    "feedback": lambda page: [found["message"] for found in page["items"]],
    "monitors": lambda page: [
        place["environment"]
        for monitor in page["items"]
        if monitor["slug"] == "nightly"
        for place in monitor["environments"]
    ],
    "monitors/nightly/check-ins": lambda page: [run["environment"] for run in page["items"]],
    "events/lookup?user_id=7": lambda page: [event["environment"] for event in page["items"]],
    "events/lookup?request_id=r-1": lambda page: [event["environment"] for event in page["items"]],
    "releases/shop@1/new-issues": lambda page: [
        issue["title"].split("Error")[0].lower() for issue in page["items"]
    ],
    "logs": lambda page: [found["environment"] for found in page["items"]],
    "transactions/detail?name=GET%20/cart": lambda found: [
        run["environment"] for run in found["slowest"]
    ],
}
"""Where each list says what is of which environment."""

COUNTED: dict[str, Callable[[Any], int]] = {
    "monitors": lambda page: sum("only" in monitor["slug"] for monitor in page["items"]),
    "releases/shop@1/health": lambda found: found["totals"]["sessions"],
    "releases": lambda page: sum(release["sessions"] for release in page["items"]),
    "transactions": lambda found: sum(row["count"] for row in found["items"]),
}


async def test_every_list_takes_several_environments(installation: Installation) -> None:
    await sent_everywhere(installation)
    base = f"/api/projects/{installation.project_id}"
    for path, named in SHOWN.items():
        mark = "&" if "?" in path else "?"
        assert sorted(named(await installation.get(f"{base}/{path}"))) == sorted(WHERE), path
        for wanted in (["staging"], ["qa", "staging"], ["nowhere"]):
            found = await installation.get(f"{base}/{path}{mark}environment={','.join(wanted)}")
            assert sorted(named(found)) == [name for name in wanted if name != "nowhere"], path
    for path, count in COUNTED.items():
        assert count(await installation.get(f"{base}/{path}")) == 3, path
        assert count(await installation.get(f"{base}/{path}?environment=qa,staging")) == 2, path
        assert count(await installation.get(f"{base}/{path}?environment=nowhere")) == 0, path
