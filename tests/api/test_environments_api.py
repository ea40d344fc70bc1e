"""Environments: what events and sessions name."""

from tests.installation import Installation
from tests.made_events import digested, error
from tests.sent_items import digest_item, session


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
