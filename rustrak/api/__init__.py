"""The REST API: projects, issues, events, tokens and logins, as JSON."""
