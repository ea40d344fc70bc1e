"""Every route people and programs use; a path takes no trailing slash.

A version may have braces (`shop@${SHA}`, never filled in), which a plain `{version}` refuses.
"""

from aiohttp import web

from rustrak.api import (
    attachments,
    events,
    feedback,
    health,
    issues,
    logins,
    logs,
    monitors,
    outcomes,
    projects,
    releases,
    settings,
    tokens,
    transactions,
    whereabouts,
)
from rustrak.api.access import signed_in


def health_routes() -> list[web.RouteDef]:
    """What load balancers and platforms ask."""
    return [
        web.get("/health", health.live),
        web.get("/health/live", health.live),
        web.get("/health/ready", health.ready),
    ]


def api_routes() -> list[web.RouteDef]:
    """The table."""
    project = "/api/projects/{project_id}"
    issue = project + "/issues/{issue_id}"
    return [
        web.post("/auth/login", logins.log_in),
        web.post("/auth/logout", logins.log_out),
        web.get("/auth/me", logins.who_am_i),
        web.get("/api/projects", signed_in(projects.list_projects)),
        web.post("/api/projects", signed_in(projects.create_project)),
        web.get(project, signed_in(projects.get_project)),
        web.patch(project, signed_in(projects.change_project)),
        web.delete(project, signed_in(projects.delete_project)),
        web.get(project + "/issues", signed_in(issues.list_issues)),
        web.get(issue, signed_in(issues.get_issue)),
        web.patch(issue, signed_in(issues.change_issue)),
        web.delete(issue, signed_in(issues.delete_issue)),
        web.get(issue + "/events", signed_in(events.list_events)),
        web.get(issue + "/events/{event_id}", signed_in(events.get_event_of_issue)),
        web.get(project + "/events/{event_id}", signed_in(events.get_event)),
        web.get(project + "/settings", signed_in(settings.get_project_settings)),
        web.patch(project + "/settings", signed_in(settings.change_project_settings)),
        web.get("/api/settings", signed_in(settings.get_installation_settings)),
        web.patch("/api/settings", signed_in(settings.change_installation_settings)),
        web.get(project + "/where/{event_id}", signed_in(whereabouts.get_whereabouts)),
        web.get(
            project + "/events/{event_id}/attachments", signed_in(attachments.list_attachments)
        ),
        web.get(
            project + "/attachments/{attachment_id}/download",
            signed_in(attachments.download_attachment),
        ),
        web.get(project + "/feedback", signed_in(feedback.list_feedback)),
        web.get(
            project + "/events/{event_id}/feedback", signed_in(feedback.list_feedback_of_event)
        ),
        web.get(project + "/releases", signed_in(releases.list_releases)),
        web.get(project + "/releases/{version:[^/]+}/health", signed_in(releases.get_health)),
        web.get(project + "/outcomes", signed_in(outcomes.get_outcomes)),
        web.get(project + "/monitors", signed_in(monitors.list_monitors)),
        web.get(project + "/monitors/{slug}/check-ins", signed_in(monitors.list_check_ins)),
        web.get(project + "/transactions", signed_in(transactions.list_transactions)),
        web.get(project + "/transactions/detail", signed_in(transactions.get_transaction)),
        web.get(project + "/logs", signed_in(logs.list_logs)),
        web.get(project + "/logs/{log_id}", signed_in(logs.get_log)),
        web.get("/api/tokens", signed_in(tokens.list_tokens)),
        web.post("/api/tokens", signed_in(tokens.create_token)),
        web.get("/api/tokens/{token_id}", signed_in(tokens.get_token)),
        web.delete("/api/tokens/{token_id}", signed_in(tokens.delete_token)),
    ]
