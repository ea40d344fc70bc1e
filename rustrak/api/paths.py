"""Paths that many routes begin with."""

from typing import Final

PROJECT: Final = "/api/projects/{project_id}"
ISSUE: Final = PROJECT + "/issues/{issue_id}"
EVENT: Final = PROJECT + "/events/{event_id}"
