"""What people set for a project, and quotas for the whole installation.

Digest, intake and API read the same settings. A section that this version cannot read, because a
newer one wrote it or somebody edited it, counts as not set.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from rustrak.accounts.quotas import Quota, Window, check_quota
from rustrak.errors import Invalid
from rustrak.events.filters import FilterRules, validate_addresses, validate_patterns
from rustrak.events.scrub import ScrubRules
from rustrak.events.sensitive import MAX_NAME, plain_name
from rustrak.logging import Note, log
from rustrak.protocol.jsontext import find_unstorable

INSTALLATION: Final = 0
"""The project id of what is set for all projects together; no project has it."""
MAX_QUOTAS: Final = 50
MAX_NAMES: Final = 200
"""Names of fields to be scrubbed, and as many that are not."""

Value = TypeVar("Value")


def _checked(check: Callable[[Any], object]) -> AfterValidator:
    """A check of our own as pydantic's, so that its error names the place."""

    def validate(value: Value) -> Value:
        try:
            check(value)
        except Invalid as error:
            raise ValueError(str(error)) from None
        return value

    return AfterValidator(validate)


def _check_storable(text: str) -> None:
    if find_unstorable(text) is not None:
        raise Invalid("it holds a character that cannot be stored")


def _check_name(name: str) -> None:
    if not plain_name(name):
        raise Invalid("a name needs a letter or a digit")


def _check_reason(code: str) -> None:
    if not code.isascii() or not code.replace("-", "").replace("_", "").isalnum():
        raise Invalid("a reason code has letters, digits, - and _ only")


Text = Annotated[str, _checked(_check_storable)]
FieldName = Annotated[Text, Field(max_length=MAX_NAME), _checked(_check_name)]
FieldNames = Annotated[list[FieldName], Field(max_length=MAX_NAMES)]
Patterns = Annotated[list[Text], _checked(validate_patterns)]
Addresses = Annotated[list[Text], _checked(validate_addresses)]


class Section(BaseModel):
    """A part of the settings: unknown names are refused, everything has a default."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Filters(Section):
    """Events that are not wanted; see FilterRules."""

    browser_extensions: bool = False
    localhost: bool = False
    legacy_browsers: bool = False
    web_crawlers: bool = False
    messages: Patterns = []
    releases: Patterns = []
    addresses: Addresses = []

    @property
    def rules(self) -> FilterRules:
        return FilterRules(
            self.browser_extensions,
            self.localhost,
            self.legacy_browsers,
            self.web_crawlers,
            tuple(self.messages),
            tuple(self.releases),
            tuple(self.addresses),
        )


class Scrubbing(Section):
    """What is scrubbed, and when: whenever events are read, or also before they are stored."""

    mode: Literal["projection", "intake"] = "projection"
    defaults: bool = True
    fields: FieldNames = []
    safe_fields: FieldNames = []
    ip_policy: Literal["keep", "anonymise", "drop"] = "keep"

    @property
    def rules(self) -> ScrubRules:
        return ScrubRules(
            self.defaults, tuple(self.fields), tuple(self.safe_fields), self.ip_policy
        )


class Retention(Section):
    """How long bodies stay in the ledger, in days; None is as long as the installation keeps them.

    `thin_after_days`: from then on events that tell nothing new about their issue go before that.
    """

    days: Annotated[int | None, Field(ge=7, le=36500)] = None
    thin_after_days: Annotated[int | None, Field(ge=1, le=36500)] = None


class QuotaSetting(Section):
    """At most `limit` in each UTC minute, hour or month; no categories means all."""

    categories: list[str] = []
    window: Window
    limit: int
    reason_code: Annotated[str, _checked(_check_reason)] = "quota"

    def quota(self, project_id: int) -> Quota:
        """The quota of a project, or of the installation."""
        scope = None if project_id == INSTALLATION else project_id
        return Quota(scope, frozenset(self.categories), self.window, self.limit, self.reason_code)


def _check_quotas(quotas: list[QuotaSetting]) -> None:
    keys = set()
    for number, setting in enumerate(quotas, 1):
        quota = setting.quota(INSTALLATION)
        try:
            check_quota(quota)
        except Invalid as error:
            raise Invalid(f"quota {number}: {error}") from None
        if quota.key in keys:
            raise Invalid(f"quota {number} has the window and the categories of one before it")
        keys.add(quota.key)


Quotas = Annotated[list[QuotaSetting], Field(max_length=MAX_QUOTAS), _checked(_check_quotas)]
_QUOTAS: Final[TypeAdapter[list[QuotaSetting]]] = TypeAdapter(Quotas)


class ProjectSettings(Section):
    """Everything that is set for one project; of the installation, the quotas only."""

    filters: Filters = Filters()
    scrubbing: Scrubbing = Scrubbing()
    quotas: Quotas = []
    retention: Retention = Retention()
    updated_at: datetime | None = None
    updated_by: str | None = None


def read_filters(value: Any) -> Filters:
    """Filters as stored; None is the default."""
    return _read(Filters.model_validate, value, Filters())


def read_scrubbing(value: Any) -> Scrubbing:
    """Scrubbing as stored; None is the default."""
    return _read(Scrubbing.model_validate, value, Scrubbing())


def read_retention(value: Any) -> Retention:
    """Retention as stored; None is the default."""
    return _read(Retention.model_validate, value, Retention())


def read_quotas(value: Any) -> list[QuotaSetting]:
    """Quotas as stored; None is the default."""
    return _read(_QUOTAS.validate_python, value, [])


def _read(validate: Callable[[Any], Value], value: Any, default: Value) -> Value:
    try:
        return default if value is None else validate(value)
    except ValidationError as error:
        log.warning(Note.SETTINGS_UNREADABLE, why=first_fault(error))
        return default


def first_fault(error: ValidationError) -> str:
    """The place of the first wrong value and what is wrong with it, never the value."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason
