"""What is told: a notice of one issue, of a monitor, or of several issues in a storm."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

ACTOR: Final = "Rustrak"


class AlertType(StrEnum):
    """What brought the notice about."""

    NEW_ISSUE = "new_issue"
    REGRESSION = "regression"
    UNMUTE = "unmute"
    EVENT_THRESHOLD = "event_threshold"
    USER_THRESHOLD = "user_threshold"
    MONITOR_MISSED = "monitor_missed"
    DIGEST = "digest"
    TEST = "test"


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True)


class ProjectLine(_Fact):
    """The project a notice is about."""

    id: int
    name: str
    slug: str


class IssueLine(_Fact):
    """An issue as it stood when the notice was made; its texts are whatever clients sent."""

    id: UUID
    short_id: str
    title: str
    level: str | None = None
    first_seen: datetime
    last_seen: datetime
    event_count: int
    environment: str | None = None
    release: str | None = None
    culprit: str | None = None
    url: str = ""


class MonitorLine(_Fact):
    """A monitor that did not do what was expected."""

    slug: str
    environment: str
    status: str


class Notice(_Fact):
    """One thing to tell; survives JSON (`model_dump_json`, `model_validate_json`) unchanged.

    `alert_id` is the same for every attempt and every channel. `reason` is one sentence, such as
    "more than 100 events in 5 minutes". In a storm `issue` is the first, `others` are those that
    follow, and `more` counts those there was no room for.
    """

    alert_id: str
    alert_type: AlertType
    triggered_at: datetime
    project: ProjectLine
    issue: IssueLine | None = None
    monitor: MonitorLine | None = None
    issue_url: str
    actor: str = ACTOR
    reason: str = ""
    others: tuple[IssueLine, ...] = ()
    more: int = 0


def payload(notice: Notice) -> dict[str, Any]:
    """The notice as webhooks receive it: what the original sends, and more. Dates end in Z."""
    return notice.model_dump(mode="json")


def sample_notice(now: datetime) -> Notice:
    """What the test button sends: recognisable, and about nothing that exists."""
    return Notice(
        alert_id=f"test-{int(now.timestamp() * 1000)}",
        alert_type=AlertType.TEST,
        triggered_at=now,
        project=ProjectLine(id=0, name="Test Project", slug="test-project"),
        issue=IssueLine(
            id=UUID(int=0),
            short_id="TEST-1",
            title="This is a test alert from Rustrak",
            level="info",
            first_seen=now,
            last_seen=now,
            event_count=1,
        ),
        issue_url="https://example.com/test",
        actor="Rustrak Test",
        reason="somebody pressed the test button",
    )
