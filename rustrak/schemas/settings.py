"""What is set for a project, and for the whole installation."""

from datetime import datetime

from pydantic import ConfigDict

from rustrak.accounts.settings import Filters, Quotas, QuotaSetting, Retention, Scrubbing
from rustrak.schemas.base import Body, Reply


class InstallationSettings(Reply):
    quotas: list[QuotaSetting]
    updated_at: datetime | None
    updated_by: str | None


class InstallationChange(Body):
    """What is named is changed; a list is replaced whole.

    Unlike elsewhere unknown names are refused: a setting that is ignored looks like one that is
    set.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    quotas: Quotas | None = None


class SettingsChange(InstallationChange):
    filters: Filters | None = None
    scrubbing: Scrubbing | None = None
    retention: Retention | None = None
