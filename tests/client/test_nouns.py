"""Every noun of the client against a real installation."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from rustrak import __version__
from rustrak.accounts.access import Role, Scope
from rustrak.accounts.settings import Filters
from rustrak.client import BadRequest, Client, Conflict, NotFound, Unauthorized
from rustrak.database.pool import Connection
from rustrak.grouping import LATEST
from rustrak.schemas.accounts import PersonChange, TeamRole
from rustrak.schemas.alerts import ChannelChange, NewChannel, NewRule, RuleChange, RuleTrial
from rustrak.schemas.base import Order
from rustrak.schemas.grouping import GroupingTrial
from rustrak.schemas.invitations import NewInvitation, WantedRole
from rustrak.schemas.issues import Filter, Issue, IssueChange, IssuesChange, Status
from rustrak.schemas.keys import KeyChange
from rustrak.schemas.logs import LogsQuery
from rustrak.schemas.settings import SettingsChange
from tests.checked_in import check_in
from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.people import make_user
from tests.sent_items import digest_item, session
from tests.telemetry import line, send_lines


async def the_issue(rustrak: Client, project_id: int) -> Issue:
    (issue,) = await rustrak.issues.list(project_id, filter=Filter.ALL)
    return issue


async def test_projects(rustrak: Client) -> None:
    made = await rustrak.projects.create("Web Shop", slug="shop")
    assert (made.name, made.slug) == ("Web Shop", "shop")
    assert await rustrak.projects.get(made.id) == made
    assert [one.name for one in await rustrak.projects.list(order=Order.ASC)] == [
        "Ours",
        "Theirs",
        "Web Shop",
    ]
    assert (await rustrak.projects.rename(made.id, "Web")).name == "Web"
    with pytest.raises(Conflict, match="already exists"):
        await rustrak.projects.create("Web")
    with pytest.raises(BadRequest, match="Name cannot be empty"):
        await rustrak.projects.create(" ")
    await rustrak.projects.delete(made.id)
    with pytest.raises(NotFound):
        await rustrak.projects.get(made.id)


async def test_a_list_of_many_pages_comes_whole_or_in_part(rustrak: Client) -> None:
    for number in range(101):
        await rustrak.projects.create(f"Project {number}")
    whole = await rustrak.projects.list(order=Order.ASC)
    assert [one.name for one in whole[2:]] == [f"Project {number}" for number in range(101)]
    assert await rustrak.projects.list(order=Order.ASC).first(3) == whole[:3]
    assert [one async for one in rustrak.projects.list(order=Order.ASC)] == whole


async def test_keys(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    made = await rustrak.keys.create(project, "mobile")
    first, second = await rustrak.keys.list(project)
    assert second == made
    off = await rustrak.keys.change(project, first.id, KeyChange(is_active=False))
    assert (off.is_active, off.label) == (False, "default")
    with pytest.raises(Conflict):
        await rustrak.keys.delete(project, made.id)
    await rustrak.keys.delete(project, first.id)
    assert await rustrak.keys.list(project) == [made]


async def test_settings(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    before = await rustrak.settings.get(project)
    change = SettingsChange(filters=Filters(localhost=True))
    after = await rustrak.settings.change(project, change)
    assert after.filters == before.filters.model_copy(update={"localhost": True})
    assert (after.scrubbing, after.quotas) == (before.scrubbing, [])
    assert (await rustrak.settings.get_installation()).quotas == []


async def test_issues(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    await digested(installation, error())
    issue = await the_issue(rustrak, project)
    assert await rustrak.issues.get(project, issue.id) == issue
    assert (await rustrak.issues.mute(project, issue.id)).is_muted
    assert not (await rustrak.issues.unmute(project, issue.id)).is_muted
    assert (await rustrak.issues.resolve(project, issue.id)).is_resolved
    assert await rustrak.issues.list(project) == []
    assert [one.id for one in await rustrak.issues.list(project, filter=Filter.RESOLVED)] == [
        issue.id
    ]
    assert not (await rustrak.issues.reopen(project, issue.id)).is_resolved
    await rustrak.issues.delete(project, issue.id)
    with pytest.raises(NotFound):
        await rustrak.issues.get(project, issue.id)


async def test_issues_by_name_and_in_bulk(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    await digested(installation, error(), error("KeyError"))
    ids = [issue.id async for issue in rustrak.issues.list(project)]
    found = await rustrak.issues.find("OURS-1")
    assert found.id in ids
    assert len(await rustrak.issues.hashes(project, found.id)) == 1
    done = await rustrak.issues.change_many(project, IssuesChange(ids=ids, status=Status.RESOLVED))
    assert (set(done.changed), done.unchanged) == (set(ids), [])
    (activity,) = await rustrak.issues.activity(project, found.id)
    assert activity.actor.email == "admin@example.com"
    assert set((await rustrak.issues.delete_many(project, ids)).deleted) == set(ids)
    assert await rustrak.issues.list(project, filter=Filter.ALL) == []


async def test_issues_are_merged_and_parted(rustrak: Client, installation: Installation) -> None:
    project = int(installation.project_id)
    await digested(installation, error(), error("KeyError"))
    into, other = [issue.id async for issue in rustrak.issues.list(project)]
    assert (await rustrak.issues.merge(project, into, [other])).event_count == 2
    assert len(await rustrak.issues.groupings(project, into)) == 2
    assert (await rustrak.issues.split(project, into, [other])).id == other
    split = (await rustrak.issues.activity(project, into).first(1))[0].id
    await rustrak.issues.undo(project, split)
    with pytest.raises(NotFound, match="was merged into"):
        await rustrak.issues.get(project, other)


async def test_assigning_and_assigning_nobody(rustrak: Client, installation: Installation) -> None:
    """The one field where null is not absent."""
    project = installation.project_id
    await digested(installation, error())
    issue = await the_issue(rustrak, project)
    given = IssueChange(assignee="admin@example.com")
    assigned = await rustrak.issues.change(project, issue.id, given)
    assert assigned.assignee is not None
    assert assigned.assignee.email == "admin@example.com"
    nobody = await rustrak.issues.change(project, issue.id, IssueChange(assignee=None))
    assert nobody.assignee is None


async def test_comments(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    await digested(installation, error())
    issue = (await the_issue(rustrak, project)).id
    made = await rustrak.issues.comment(project, issue, "It is the disk")
    edited = await rustrak.issues.edit_comment(project, issue, made.id, "It was the disk")
    assert (edited.id, edited.text) == (made.id, "It was the disk")
    assert await rustrak.issues.comments(project, issue) == [edited]
    await rustrak.issues.delete_comment(project, issue, made.id)
    assert await rustrak.issues.comments(project, issue) == []


async def test_people(rustrak: Client, installation: Installation, conn: Connection) -> None:
    project = installation.project_id
    user = await make_user(conn, "ada@example.com")
    member = await rustrak.members.put(project, user, Role.EDITOR)
    assert await rustrak.members.list(project) == [member]
    await rustrak.members.remove(project, user)
    assert await rustrak.members.list(project) == []
    assert (await rustrak.team.change_role(user, TeamRole.ADMIN)).is_admin
    assert not (await rustrak.team.change(user, PersonChange(is_active=False))).is_active
    assert {one.email for one in await rustrak.team.list()} == {
        "admin@example.com",
        "ada@example.com",
    }
    await rustrak.team.delete(user)
    assert len(await rustrak.team.list()) == 1


async def test_invitations(rustrak: Client, installation: Installation) -> None:
    wanted = NewInvitation(
        email="eve@example.com",
        projects=[WantedRole(project_id=installation.project_id, role=Role.VIEWER)],
    )
    made = await rustrak.invitations.create(wanted)
    assert made.url
    (waiting,) = await rustrak.invitations.list()
    assert (waiting.id, waiting.email) == (made.id, "eve@example.com")
    await rustrak.invitations.revoke(made.id)
    assert await rustrak.invitations.list() == []


async def test_events_over_several_pages(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    sent = await digested(installation, *(error() for _ in range(41)))
    issue = await the_issue(rustrak, project)
    listed = [event.id.hex async for event in rustrak.events.list(project, issue.id)]
    assert listed == sent[::-1]
    first = await rustrak.events.list(project, issue.id, order=Order.ASC).first(1)
    shown = await rustrak.events.get(project, first[0].id)
    assert (shown.id.hex, shown.data["platform"]) == (sent[0], "python")


async def test_what_belongs_to_an_event(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    (sent,) = await digested(installation, error())
    report = b'{"event_id": "%b", "name": "Ada", "comments": "it broke"}' % sent.encode()
    parts = (
        ({"type": "attachment", "filename": "a.txt"}, b"\0bytes"),
        (
            {"type": "user_report"},
            report,
        ),
    )
    assert (await installation.post_envelope(envelope({"event_id": sent}, *parts))).status == 200
    await installation.digest()
    event_id = UUID(sent)
    (attachment,) = await rustrak.events.attachments(project, event_id)
    assert attachment.filename == "a.txt"
    assert await rustrak.events.download(project, attachment.id) == b"\0bytes"
    (feedback,) = await rustrak.events.feedback(project, event_id)
    assert feedback.message == "it broke"
    assert await rustrak.events.all_feedback(project) == [feedback]
    story = await rustrak.events.where(project, event_id)
    assert [fate.outcome for fate in story.deliveries[0].fates] == ["applied"]
    with pytest.raises(NotFound):
        await rustrak.events.where(project, uuid4())


async def test_releases_and_environments(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    await digested(installation, error(release="shop/1@é", environment="prod"), error("KeyError"))
    await digest_item(installation, "session", session("1", release="shop@2"))
    versions = {release.version for release in await rustrak.releases.list(project)}
    assert "shop@2" in versions
    health = await rustrak.releases.health(project, "shop@2", environment="prod", hours=2)
    assert (health.totals.sessions, len(health.series)) == (1, 2)
    await digested(installation, error("OSError", release="shop@${SHA}"))
    (issue,) = await rustrak.releases.new_issues(project, "shop@${SHA}")
    assert issue.title == "OSError: no"
    assert [one.name for one in await rustrak.projects.environments(project)] == ["prod"]


async def test_monitors(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    await check_in(installation, slug="nightly")
    await installation.digest()
    (monitor,) = await rustrak.monitors.list(project)
    assert monitor.slug == "nightly"
    assert len(await rustrak.monitors.check_ins(project, "nightly")) == 1


async def test_logs_over_several_pages(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    await send_lines(installation, *(line(f"line {number}") for number in range(5)))
    await installation.digest()
    found = await rustrak.logs.list(project, LogsQuery(text="LINE", limit=2))
    assert {log.body for log in found} == {f"line {number}" for number in range(5)}
    shown = await rustrak.logs.get(project, found[0].id)
    assert shown.body == found[0].body


async def test_transactions_and_outcomes(rustrak: Client, installation: Installation) -> None:
    project = installation.project_id
    await digested(installation, error())
    assert (await rustrak.transactions.list(project)).total_count == 0
    assert (await rustrak.transactions.get(project, "GET /x y?z")).hours == []
    outcomes = await rustrak.outcomes.get(project, hours=2)
    assert [(one.category, one.total) for one in outcomes.received.series] == [("event", 1)]


async def test_tokens(rustrak: Client, installation: Installation) -> None:
    ends = datetime.now(UTC) + timedelta(days=1)
    made = await rustrak.tokens.create("CI", scopes=[Scope.READ], expires_at=ends)
    assert (made.scopes, made.expires_at) == ([Scope.READ], ends)
    assert [token.description for token in await rustrak.tokens.list()] == ["CI", "test"]
    assert (await rustrak.tokens.get(made.id)).token_prefix == made.token[:8] + "..."
    async with Client(installation.base_url, made.token) as other:
        assert (await other.tokens.owner()).email == "admin@example.com"
        await rustrak.tokens.delete(made.id)
        with pytest.raises(Unauthorized):
            await other.tokens.owner()


async def test_operations(rustrak: Client) -> None:
    assert (await rustrak.operations.version()).version == __version__
    assert await rustrak.operations.rate_limits() == []
    assert (await rustrak.operations.storage()).database_bytes > 0
    assert len((await rustrak.operations.storage_by_project()).projects) == 2


async def test_searches(rustrak: Client, installation: Installation) -> None:
    project_id = installation.project_id
    await digested(installation, error("A", environment="prod", tags={"os": "mac"}), error("B"))
    (found,) = await rustrak.issues.list(project_id, query="os:mac")
    assert (found.title, found.event_count) == ("A: no", 1)
    assert await rustrak.issues.search("os:mac") == [found]
    assert await rustrak.issues.search("os:mac", project_ids=[project_id + 1]) == []
    assert await rustrak.issues.list(project_id, environments=["prod"]) == [found]
    assert (await rustrak.issues.stats(project_id, found.id)).total == 1
    assert (await rustrak.issues.aggregates(project_id, found.id)).event_count == 1
    tags = {tag.key: tag.values[0].value for tag in await rustrak.issues.tags(project_id, found.id)}
    assert tags["os"] == "mac"
    with pytest.raises(BadRequest, match="is:"):
        await rustrak.issues.list(project_id, query="is:odd")


async def test_alerts(rustrak: Client, installation: Installation) -> None:
    project_id = installation.project_id
    url = {"url": "http://127.0.0.1:9/hook"}
    channel = await rustrak.alert_channels.create(
        NewChannel(name="Hook", channel_type="webhook", config=url)
    )
    assert await rustrak.alert_channels.list() == [channel]
    assert await rustrak.alert_channels.get(channel.id) == channel
    tested = await rustrak.alert_channels.test(channel.id)
    assert not tested.success  # loopback is no public address
    trial = RuleTrial(alert_type="new_issue", days=7)
    await digested(installation, error())
    assert (await rustrak.alert_rules.try_on_the_past(project_id, trial)).times == 1
    rule = await rustrak.alert_rules.create(
        project_id, NewRule(name="New", alert_type="new_issue", channel_ids=[channel.id])
    )
    changed = await rustrak.alert_rules.change(project_id, rule.id, RuleChange(is_enabled=False))
    assert await rustrak.alert_rules.list(project_id) == [changed]
    assert await rustrak.alert_rules.get(project_id, rule.id) == changed
    assert not (await rustrak.alert_rules.test(project_id, rule.id)).success
    assert await rustrak.alert_rules.history(project_id, limit=5) == []
    await rustrak.alert_rules.delete(project_id, rule.id)
    renamed = await rustrak.alert_channels.change(channel.id, ChannelChange(name="Other"))
    assert renamed.name == "Other"
    await rustrak.alert_channels.delete(channel.id)
    assert await rustrak.alert_channels.list() == []


async def test_grouping(rustrak: Client, installation: Installation) -> None:
    project = int(installation.project_id)
    (event,) = await digested(installation, error("KeyError"))
    assert (await rustrak.grouping.explain(project, UUID(event))).explanation.version == LATEST
    found = await rustrak.grouping.set(project, rules="type:* -> one")
    assert (await rustrak.grouping.get(project)) == found
    trial = GroupingTrial(rules="type:Key* -> keys", event_id=UUID(event))
    tried = await rustrak.grouping.try_out(project, trial)
    assert tried.explanation is not None
    assert tried.explanation.strategy == "fingerprint"
    undone = await rustrak.grouping.undo(project, found.history[0].position)
    assert undone.rules == ""
    with pytest.raises(BadRequest, match="line 1, column 1"):
        await rustrak.grouping.set(project, rules="nonsense")
