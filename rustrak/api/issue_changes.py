"""From what somebody wishes for issues to decisions about them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from rustrak.database.pool import Connection, fetch_all, fetch_one
from rustrak.database.queries import sql
from rustrak.errors import Invalid, NotFound
from rustrak.ledger.decisions import DecisionKind, Details
from rustrak.projections.decide import decide
from rustrak.schemas.issues import IssueChange, Status, WantedDetails, Wishes

LONGEST_MUTE = timedelta(days=3660)

Planned = tuple[DecisionKind, Details]


async def carry_out(
    conn: Connection, *, project_id: int, issue_ids: Sequence[UUID], wishes: Wishes, actor: str
) -> list[UUID]:
    """Decide about every one of these issues; the ids of those that something was decided about.

    The caller's transaction makes it all or nothing. Raises NotFound for an issue of another
    project as for none, Invalid for somebody who cannot be assigned.
    """
    _check_until(wishes)
    assignee = await _find_assignee(conn, project_id, wishes)
    issues = await lock_issues(conn, project_id, issue_ids)
    plans: dict[DecisionKind, dict[UUID, Details]] = defaultdict(dict)
    for issue in issues:
        for kind, details in _plan(wishes, issue, assignee):
            plans[kind][issue["id"]] = details
    for kind, planned in plans.items():
        await decide(conn, project_id=project_id, kind=kind, actor=actor, issues=planned)
    touched = {issue_id for planned in plans.values() for issue_id in planned}
    return [issue["id"] for issue in issues if issue["id"] in touched]


async def lock_issues(
    conn: Connection, project_id: int, issue_ids: Sequence[UUID]
) -> list[DictRow]:
    """The rows of these issues in the order of their ids, held until the transaction ends.

    Raises NotFound for the first that is not there.
    """
    rows = await fetch_all(
        conn,
        sql("api/lock_issues"),
        project_id=project_id,
        issue_ids=list(issue_ids),
    )
    require_all(issue_ids, [row["id"] for row in rows])
    return rows


def require_all(wanted: Sequence[UUID], found: Sequence[UUID]) -> None:
    """Raises NotFound for the first issue that is not there."""
    known = set(found)
    for issue_id in wanted:
        if issue_id not in known:
            raise NotFound(f"Issue {issue_id} not found")


def _check_until(wishes: Wishes) -> None:
    until = wishes.status_details.until if wishes.status_details is not None else None
    if until is None:
        return
    now = datetime.now(UTC)
    if until <= now:
        raise Invalid("status_details.until: must be in the future")
    if until - now > LONGEST_MUTE:
        raise Invalid("status_details.until: must be within ten years")


async def _find_assignee(conn: Connection, project_id: int, wishes: Wishes) -> int | None:
    wanted = wishes.assignee
    if wanted is None:
        return None
    row = await fetch_one(
        conn,
        sql("accounts/find_colleague"),
        project_id=project_id,
        user_id=wanted if isinstance(wanted, int) else None,
        email=wanted if isinstance(wanted, str) else None,
    )
    if row is None:
        raise Invalid("assignee: must be the id or e-mail address of a member of the project")
    return int(row["id"])


def _plan(wishes: Wishes, issue: DictRow, assignee: int | None) -> Iterator[Planned]:
    if isinstance(wishes, IssueChange):
        yield from _plan_flags(wishes, issue)
    yield from _plan_status(wishes, issue)
    if wishes.priority is not None and wishes.priority.value != issue["priority"]:
        yield DecisionKind.PRIORITISE, {"priority": wishes.priority.value}
    if wishes.assigns and assignee != issue["assignee_id"]:
        yield DecisionKind.ASSIGN, {"user_id": assignee}


def _plan_flags(wishes: IssueChange, issue: DictRow) -> Iterator[Planned]:
    """`is_resolved` alone counts if given, otherwise `is_muted`, as in the original."""
    if wishes.is_resolved is not None:
        yield (DecisionKind.RESOLVE if wishes.is_resolved else DecisionKind.UNRESOLVE), {}
    elif wishes.is_muted and issue["is_resolved"]:
        raise NotFound(f"Issue {issue['id']} not found or already resolved")
    elif wishes.is_muted:
        yield DecisionKind.MUTE, {}
    elif wishes.is_muted is False and issue["is_muted"]:
        yield DecisionKind.UNMUTE, {}


def _plan_status(wishes: Wishes, issue: DictRow) -> Iterator[Planned]:
    """Resolving and muting again is a decision, too: it counts from now on."""
    details = wishes.status_details or WantedDetails()
    if wishes.status is Status.RESOLVED:
        yield DecisionKind.RESOLVE, _of_resolution(details)
    elif wishes.status is Status.IGNORED:
        yield DecisionKind.MUTE, _of_mute(details, issue)
    elif wishes.status is Status.UNRESOLVED and issue["is_muted"]:
        yield DecisionKind.UNMUTE, {}
    elif wishes.status is Status.UNRESOLVED and issue["is_resolved"]:
        yield DecisionKind.UNRESOLVE, {}


def _of_resolution(wanted: WantedDetails) -> Details:
    if wanted.in_release is not None:
        return {"in_release": wanted.in_release}
    return {"in_next_release": True} if wanted.in_next_release else {}


def _of_mute(wanted: WantedDetails, issue: DictRow) -> Details:
    """The limits, and the counts they start from."""
    details: dict[str, Any] = {}
    if wanted.until is not None:
        details["until"] = wanted.until.astimezone(UTC).isoformat()
    if wanted.ignore_count is not None:
        details |= {"ignore_count": wanted.ignore_count, "event_count": issue["event_count"]}
    if wanted.ignore_user_count is not None:
        details["ignore_user_count"] = wanted.ignore_user_count
        details["user_count"] = issue["user_count"]
    return details
