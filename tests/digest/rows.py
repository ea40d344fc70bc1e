"""Rows of events to fold, received around now."""

from datetime import UTC, datetime, timedelta

from rustrak.projections.event_row import EventRow, grouping_id


def event(
    position: int,
    *,
    project: int = 1,
    kind: str = "k",
    release: str = "a",
    level: str = "error",
    tags: str = "{}",
    seconds: float | None = None,
) -> EventRow:
    """An event of the issue of its kind. Without `seconds` from now, position 1 to 10 lies before
    now and any further one after."""
    opens = grouping_id(project, kind)
    offset = seconds if seconds is not None else (position if position > 10 else position - 3600)
    moment = datetime.now(UTC) + timedelta(seconds=offset)
    return EventRow(
        project_id=project,
        event_id=f"{position:032x}",
        issue_id=opens,
        grouping_id=opens,
        position=position,
        item=0,
        received_at=moment,
        timestamp=moment,
        title=kind,
        culprit="",
        level=level,
        platform="python",
        release=release,
        environment="e",
        server_name="",
        sdk_name="",
        sdk_version="",
        user_ident="",
        tags=tags,
        value="",
        grouping_version="v1",
        grouping_key="0" * 64,
    )
