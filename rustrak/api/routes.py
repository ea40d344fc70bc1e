"""Every route people and programs use; a path takes no trailing slash.

A version may have braces (`shop@${SHA}`, never filled in), which a plain `{version}` refuses.
"""

from aiohttp import web

from rustrak.accounts.access import Needs
from rustrak.api import (
    activity,
    alert_channels,
    alert_rules,
    attachments,
    comments,
    documentation,
    environments,
    events,
    feedback,
    figures,
    health,
    integrations,
    invitations,
    issue_lists,
    issues,
    keys,
    known_tags,
    logins,
    logs,
    lookups,
    me,
    members,
    metrics,
    monitors,
    new_issues,
    outcomes,
    projects,
    releases,
    saved_searches,
    sessions,
    settings,
    sso,
    team,
    tokens,
    transactions,
    whereabouts,
)
from rustrak.api.grouping_routes import GROUPING
from rustrak.api.operations_routes import OPERATIONS
from rustrak.api.paths import EVENT, ISSUE, PROJECT
from rustrak.api.route import Route

CHANNEL = "/api/alert-channels/{channel_id}"
INTEGRATION = "/api/integrations/{channel_id}"
RULE = PROJECT + "/alert-rules/{rule_id}"
TEAM_MEMBER = "/api/team/{user_id}"
KEY = PROJECT + "/keys/{key_id}"
RELEASE = PROJECT + "/releases/{version:[^/]+}"

AUTH = (
    Route("POST", "/auth/login", logins.log_in, Needs.NOTHING, refusals=(401, 403, 429)),
    Route("POST", "/auth/logout", logins.log_out, Needs.NOTHING, refusals=(403,)),
    Route("POST", "/auth/register", logins.register, Needs.NOTHING, 201, refusals=(403, 429)),
    Route("GET", "/auth/me", me.who_am_i, Needs.LOGIN),
    Route("PATCH", "/auth/me", me.change_me, Needs.SESSION, refusals=(409, 429)),
    Route("POST", "/auth/me/password", me.change_password, Needs.SESSION, refusals=(429,)),
    Route("GET", "/auth/sessions", sessions.list_sessions, Needs.SESSION),
    Route("DELETE", "/auth/sessions", sessions.end_sessions, Needs.SESSION),
    Route("DELETE", "/auth/sessions/{session_id}", sessions.end_session, Needs.SESSION),
    Route("GET", "/auth/invitation/{token}", invitations.get_invitation, Needs.NOTHING),
    Route(
        "POST",
        "/auth/accept-invitation",
        invitations.accept_invitation,
        Needs.NOTHING,
        201,
        refusals=(401, 403, 404, 409, 429),
    ),
    Route("GET", "/auth/sso/config", sso.get_config, Needs.NOTHING),
    Route("GET", "/auth/sso/start", sso.start, Needs.NOTHING, 302, refusals=(404, 429)),
    Route("GET", "/auth/sso/identities", sso.list_identities, Needs.SESSION),
    Route("DELETE", "/auth/sso/identities/{identity}", sso.unlink, Needs.SESSION, refusals=(409,)),
    Route("POST", "/auth/sso/link", sso.link, Needs.SESSION, refusals=(404,)),
    Route(
        "GET",
        "/auth/sso/callback",
        sso.finish,
        Needs.NOTHING,
        302,
        refusals=(401, 403, 404, 409),
    ),
)
TOKENS = (
    Route("GET", "/api/tokens", tokens.list_tokens, Needs.LOGIN),
    Route("POST", "/api/tokens", tokens.create_token, Needs.LOGIN, 201),
    Route("GET", "/api/tokens/{token_id}", tokens.get_token, Needs.LOGIN),
    Route("DELETE", "/api/tokens/{token_id}", tokens.delete_token, Needs.LOGIN),
)
TEAM = (
    Route("GET", "/api/team", team.list_people, Needs.LOGIN),
    Route("PATCH", TEAM_MEMBER, team.change_person, Needs.INSTALLATION_ADMIN, refusals=(409,)),
    Route("DELETE", TEAM_MEMBER, team.delete_person, Needs.INSTALLATION_ADMIN, refusals=(409,)),
    Route(
        "PATCH", TEAM_MEMBER + "/role", team.change_role, Needs.INSTALLATION_ADMIN, refusals=(409,)
    ),
    Route("GET", PROJECT + "/members", members.list_members, Needs.VIEWER),
    Route("PUT", PROJECT + "/members", members.put_member, Needs.PROJECT_ADMIN, refusals=(409,)),
    Route(
        "DELETE",
        PROJECT + "/members/{user_id}",
        members.remove_member,
        Needs.PROJECT_ADMIN,
        refusals=(409,),
    ),
    Route("GET", "/api/invitations", invitations.list_invitations, Needs.LOGIN),
    Route(
        "POST",
        "/api/invitations",
        invitations.create_invitation,
        Needs.LOGIN,
        201,
        refusals=(403, 404, 409),
    ),
    Route("DELETE", "/api/invitations/{invitation_id}", invitations.revoke_invitation, Needs.LOGIN),
)
PROJECTS = (
    Route("GET", "/api/projects", projects.list_projects, Needs.LOGIN),
    Route("POST", "/api/projects", projects.create_project, Needs.LOGIN, 201, refusals=(409,)),
    Route("GET", PROJECT, projects.get_project, Needs.VIEWER),
    Route("PATCH", PROJECT, projects.change_project, Needs.PROJECT_ADMIN, refusals=(409,)),
    Route("DELETE", PROJECT, projects.delete_project, Needs.PROJECT_ADMIN),
    Route("GET", PROJECT + "/environments", environments.list_environments, Needs.VIEWER),
)
KEYS = (
    Route("GET", PROJECT + "/keys", keys.list_keys, Needs.VIEWER),
    Route("POST", PROJECT + "/keys", keys.create_key, Needs.PROJECT_ADMIN, 201, refusals=(409,)),
    Route("PATCH", KEY, keys.change_key, Needs.PROJECT_ADMIN, refusals=(409,)),
    Route("DELETE", KEY, keys.delete_key, Needs.PROJECT_ADMIN, refusals=(409,)),
)
SEARCHES = (
    Route("GET", "/api/searches", saved_searches.list_searches, Needs.LOGIN),
    Route("PUT", "/api/searches", saved_searches.save_search, Needs.LOGIN, refusals=(409,)),
    Route("DELETE", "/api/searches/{name}", saved_searches.delete_search, Needs.LOGIN),
    Route("GET", "/api/tags", known_tags.list_known_keys, Needs.LOGIN),
    Route("GET", "/api/tags/{key}", known_tags.list_known_values, Needs.LOGIN),
)
ISSUES = (
    Route("GET", "/api/issues", issue_lists.list_all_issues, Needs.LOGIN),
    Route("GET", PROJECT + "/issues", issue_lists.list_issues, Needs.VIEWER),
    Route("GET", ISSUE, issues.get_issue, Needs.VIEWER),
    Route("PATCH", ISSUE, issues.change_issue, Needs.EDITOR),
    Route("DELETE", ISSUE, issues.delete_issue, Needs.EDITOR),
    Route("PUT", PROJECT + "/issues", issues.change_issues, Needs.EDITOR),
    Route("DELETE", PROJECT + "/issues", issues.delete_issues, Needs.EDITOR),
    Route("GET", ISSUE + "/activity", activity.list_activity, Needs.VIEWER),
    Route("GET", ISSUE + "/comments", comments.list_comments, Needs.VIEWER),
    Route("POST", ISSUE + "/comments", comments.create_comment, Needs.EDITOR, 201),
    Route("PATCH", ISSUE + "/comments/{comment_id}", comments.change_comment, Needs.EDITOR),
    Route("DELETE", ISSUE + "/comments/{comment_id}", comments.delete_comment, Needs.EDITOR),
    Route("GET", ISSUE + "/hashes", lookups.list_hashes, Needs.VIEWER),
    Route("GET", ISSUE + "/user-reports", lookups.list_user_reports, Needs.VIEWER),
    Route("GET", "/api/issues/{short_id}", lookups.get_issue_by_short_id, Needs.LOGIN),
)
EVENTS = (
    Route("GET", PROJECT + "/events/sentry/{event_id}", events.get_event, Needs.VIEWER),
    Route("GET", PROJECT + "/events/lookup", lookups.look_up_events, Needs.VIEWER),
    Route("GET", ISSUE + "/events", events.list_events, Needs.VIEWER),
    Route("GET", ISSUE + "/events/{event_id}", events.get_event_of_issue, Needs.VIEWER),
    Route("GET", EVENT, events.get_event, Needs.VIEWER),
    Route("GET", EVENT + "/neighbours", events.get_neighbours, Needs.VIEWER),
    Route("GET", EVENT + "/attachments", attachments.list_attachments, Needs.VIEWER),
    Route(
        "GET",
        PROJECT + "/attachments/{attachment_id}/download",
        attachments.download_attachment,
        Needs.VIEWER,
    ),
    Route("GET", EVENT + "/feedback", feedback.list_feedback_of_event, Needs.VIEWER),
    Route("GET", PROJECT + "/feedback", feedback.list_feedback, Needs.VIEWER),
    Route("GET", PROJECT + "/where/{event_id}", whereabouts.get_whereabouts, Needs.VIEWER),
)
SETTINGS = (
    Route("GET", PROJECT + "/settings", settings.get_project_settings, Needs.VIEWER),
    Route("PATCH", PROJECT + "/settings", settings.change_project_settings, Needs.PROJECT_ADMIN),
    Route("GET", "/api/settings", settings.get_installation_settings, Needs.LOGIN),
    Route(
        "PATCH",
        "/api/settings",
        settings.change_installation_settings,
        Needs.INSTALLATION_ADMIN,
    ),
)
FIGURES = (
    Route("GET", ISSUE + "/tags", figures.list_tags, Needs.VIEWER),
    Route("GET", ISSUE + "/tags/{key}", figures.get_tag, Needs.VIEWER),
    Route("GET", ISSUE + "/aggregates", figures.get_aggregates, Needs.VIEWER),
    Route("GET", ISSUE + "/stats", figures.get_issue_stats, Needs.VIEWER),
    Route("GET", PROJECT + "/stats", figures.get_project_stats, Needs.VIEWER),
)
TELEMETRY = (
    Route("GET", PROJECT + "/releases", releases.list_releases, Needs.VIEWER),
    Route("GET", RELEASE + "/health", releases.get_health, Needs.VIEWER),
    Route("GET", RELEASE + "/new-issues", new_issues.list_new_issues, Needs.VIEWER),
    Route("GET", PROJECT + "/outcomes", outcomes.get_outcomes, Needs.VIEWER),
    Route("GET", PROJECT + "/monitors", monitors.list_monitors, Needs.VIEWER),
    Route("GET", PROJECT + "/monitors/{slug}/check-ins", monitors.list_check_ins, Needs.VIEWER),
    Route("GET", PROJECT + "/transactions", transactions.list_transactions, Needs.VIEWER),
    Route("GET", PROJECT + "/transactions/detail", transactions.get_transaction, Needs.VIEWER),
    Route("GET", PROJECT + "/logs", logs.list_logs, Needs.VIEWER),
    Route("GET", PROJECT + "/logs/{log_id}", logs.get_log, Needs.VIEWER),
)
ALERTS = (
    Route("GET", "/api/alert-channels", alert_channels.list_channels, Needs.LOGIN),
    Route(
        "POST",
        "/api/alert-channels",
        alert_channels.create_channel,
        Needs.INSTALLATION_ADMIN,
        201,
        refusals=(409,),
    ),
    Route("GET", CHANNEL, alert_channels.get_channel, Needs.LOGIN),
    Route(
        "PATCH",
        CHANNEL,
        alert_channels.change_channel,
        Needs.INSTALLATION_ADMIN,
        refusals=(409,),
    ),
    Route("DELETE", CHANNEL, alert_channels.delete_channel, Needs.INSTALLATION_ADMIN),
    Route("POST", CHANNEL + "/test", alert_channels.test_channel, Needs.INSTALLATION_ADMIN),
    Route("GET", "/api/integrations", integrations.list_integrations, Needs.LOGIN),
    Route(
        "POST",
        "/api/integrations",
        integrations.create_integration,
        Needs.INSTALLATION_ADMIN,
        201,
        refusals=(409,),
    ),
    Route("GET", INTEGRATION, integrations.get_integration, Needs.LOGIN),
    Route(
        "PATCH",
        INTEGRATION,
        integrations.change_integration,
        Needs.INSTALLATION_ADMIN,
        refusals=(409,),
    ),
    Route("DELETE", INTEGRATION, integrations.delete_integration, Needs.INSTALLATION_ADMIN),
    Route("POST", INTEGRATION + "/test", integrations.test_integration, Needs.INSTALLATION_ADMIN),
    Route("GET", PROJECT + "/alert-rules", alert_rules.list_rules, Needs.VIEWER),
    Route(
        "POST",
        PROJECT + "/alert-rules",
        alert_rules.create_rule,
        Needs.PROJECT_ADMIN,
        201,
        refusals=(409,),
    ),
    Route("POST", PROJECT + "/alert-rules/preview", alert_rules.try_rule, Needs.VIEWER),
    Route("GET", RULE, alert_rules.get_rule, Needs.VIEWER),
    Route("PATCH", RULE, alert_rules.change_rule, Needs.PROJECT_ADMIN, refusals=(409,)),
    Route("DELETE", RULE, alert_rules.delete_rule, Needs.PROJECT_ADMIN),
    Route("POST", RULE + "/test", alert_rules.test_rule, Needs.PROJECT_ADMIN),
    Route("GET", PROJECT + "/alert-history", alert_rules.list_deliveries, Needs.VIEWER),
)
DOCUMENTATION = (
    Route("GET", "/api/openapi.json", documentation.get_openapi, Needs.NOTHING, refusals=(304,)),
    Route("GET", "/api/docs", documentation.get_docs, Needs.NOTHING, refusals=(304,)),
)

ROUTES: tuple[Route, ...] = (
    *(AUTH + TOKENS + TEAM + PROJECTS + KEYS + SEARCHES + ISSUES + FIGURES),
    *(EVENTS + SETTINGS + GROUPING + TELEMETRY + ALERTS + OPERATIONS + DOCUMENTATION),
)
"""The table."""


def health_routes() -> list[web.RouteDef]:
    """What load balancers and platforms ask."""
    return [
        web.get("/health", health.live),
        web.get("/health/live", health.live),
        web.get("/health/ready", health.ready),
        web.get("/metrics", metrics.show_metrics),
    ]


def api_routes() -> list[web.RouteDef]:
    """The table, mounted."""
    return [route.mounted() for route in ROUTES]
