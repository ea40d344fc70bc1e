"""The table of pages; a file a subject."""

from typing import Final

from rustrak.dashboard.app import Page
from rustrak.dashboard.pages import (
    account,
    alerts,
    completion,
    entry,
    event,
    grouping,
    installation,
    issue,
    issue_list,
    lookup,
    project,
    telemetry,
)

PROJECT: Final = r"/projects/{project_id:\d+}"
ISSUE: Final = PROJECT + "/issues/{issue_id}"
EVENT: Final = ISSUE + "/events/{event_id}"
SETTINGS: Final = PROJECT + "/settings"

PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/", entry.home),
    Page("GET", "/login", entry.login, is_open=True),
    Page("POST", "/login", entry.log_in, is_open=True),
    Page("POST", "/logout", entry.log_out, is_open=True),
    Page("POST", "/theme", entry.choose_theme, is_open=True),
    Page("GET", "/invitation/{token}", entry.invitation, is_open=True),
    Page("POST", "/invitation/{token}", entry.accept, is_open=True),
    Page("GET", "/issues", issue_list.show),
    Page("POST", "/issues", issue_list.change),
    Page("GET", "/issues/live", issue_list.live),
    Page("GET", "/issues/words", completion.complete),
    Page("POST", "/views", issue_list.keep_view),
    Page("GET", ISSUE, issue.show),
    Page("POST", ISSUE, issue.act),
    Page("GET", ISSUE + "/counts", issue.part),
    Page("GET", EVENT, event.show),
    Page("GET", EVENT + "/json", event.as_file),
    Page("GET", EVENT + "/markdown", event.as_text),
    Page("GET", PROJECT + "/events/{event_id}", event.find),
    Page("GET", PROJECT + "/attachments/{attachment_id}", event.attachment),
    Page("GET", PROJECT + "/releases", telemetry.releases),
    Page("GET", PROJECT + "/releases/{version}", telemetry.release),
    Page("GET", PROJECT + "/monitors", telemetry.monitors),
    Page("GET", PROJECT + "/monitors/{slug}", telemetry.monitor),
    Page("GET", PROJECT + "/transactions", telemetry.transactions),
    Page("GET", PROJECT + "/transactions/detail", telemetry.transaction),
    Page("GET", PROJECT + "/logs", telemetry.logs),
    Page("GET", PROJECT + "/logs/live", telemetry.live_logs),
    Page("GET", PROJECT + "/logs/{log_id}", telemetry.log),
    Page("GET", PROJECT + "/feedback", telemetry.feedback),
    Page("GET", "/projects/new", project.new),
    Page("POST", "/projects/new", project.create),
    Page("GET", SETTINGS, project.show),
    Page("POST", SETTINGS, project.change),
    Page("GET", SETTINGS + "/first-event", project.first_event),
    Page("GET", SETTINGS + "/outcomes", project.outcomes),
    Page("GET", SETTINGS + "/members", project.members),
    Page("POST", SETTINGS + "/members", project.change_members),
    Page("GET", SETTINGS + "/grouping", grouping.show),
    Page("POST", SETTINGS + "/grouping", grouping.change),
    Page("GET", SETTINGS + r"/grouping/{regrouping_id:\d+}", grouping.regrouping),
    Page("POST", SETTINGS + r"/grouping/{regrouping_id:\d+}", grouping.change_regrouping),
    Page("GET", SETTINGS + "/alerts", alerts.show),
    Page("POST", SETTINGS + "/alerts", alerts.change),
    Page("GET", "/settings", installation.show),
    Page("POST", "/settings", installation.change),
    Page("GET", "/account", account.show),
    Page("POST", "/account", account.change),
    Page("GET", "/where", lookup.show),
)
