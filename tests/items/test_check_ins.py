"""Check-ins: as SDKs send them, and as a line of curl does. Samples by hand."""

from typing import Any

import pytest

from rustrak.errors import Invalid, Malformed, Problem
from rustrak.items.checkins import CheckIn, read_check_in, read_check_in_request, read_slug
from rustrak.items.schedules import MonitorConfig
from tests.items.hostile import NOW

ID = "83a7c03ed0a04e1b97e2e3b18d38f244"


def read(**raw: Any) -> CheckIn:
    return read_check_in({"monitor_slug": "nightly", **raw}, {}, received_at=NOW)


def config(**raw: Any) -> MonitorConfig | None:
    return read(monitor_config={"schedule": {"type": "crontab", "value": "@daily"}, **raw}).config


def test_a_whole_check_in_is_read() -> None:
    found = read(
        check_in_id=ID.upper(),
        status="in_progress",
        environment="staging",
        duration=1.5,
        release="jobs@2",
        monitor_config={
            "schedule": {"type": "crontab", "value": "5  * * * MON"},
            "checkin_margin": 5,
            "max_runtime": 20,
            "timezone": "Europe/Berlin",
            "failure_issue_threshold": 2,
            "recovery_threshold": 3,
            "owner": "team:ops",
        },
        contexts={"trace": {}},
    )

    assert found == CheckIn(
        monitor_slug="nightly",
        check_in_id=ID,
        status="in_progress",
        environment="staging",
        timestamp=NOW,
        release="jobs@2",
        duration=1.5,
        config=MonitorConfig("5 * * * mon", 5, 20, "Europe/Berlin", 2, 3),
    )


def test_the_smallest_check_in_has_defaults() -> None:
    assert read(status="ok") == CheckIn("nightly", "", "ok", "production", NOW)


@pytest.mark.parametrize("status", ["missed", "timeout", "OK", "", None, 3, ["ok"]])
def test_another_status_is_unknown(status: Any) -> None:
    assert read(status=status).status == "unknown"


@pytest.mark.parametrize("check_in_id", [None, "0" * 32, "x", 5])
def test_an_unusable_id_means_the_latest_run(check_in_id: Any) -> None:
    assert read(check_in_id=check_in_id).check_in_id == ""


@pytest.mark.parametrize("duration", [-1, "x", True, None, 1e9, float("nan")])
def test_an_unusable_duration_is_left_out(duration: Any) -> None:
    assert read(duration=duration).duration is None


@pytest.mark.parametrize(
    ("raw", "slug"),
    [
        ("Nightly Backup!", "nightly-backup"),
        ("a_b-c", "a_b-c"),
        ("../etc/passwd", "etc-passwd"),
        ("Sicherung täglich", "sicherung-täglich"),
        ("x" * 80, "x" * 50),
        (7, "7"),
    ],
)
def test_a_slug_is_made_of_letters_and_digits(raw: Any, slug: str) -> None:
    assert read_slug(raw) == slug


@pytest.mark.parametrize("slug", [None, "", "  ", "///", []])
def test_a_check_in_without_a_monitor_is_refused(slug: Any) -> None:
    with pytest.raises(Malformed, match="monitor"):
        read(monitor_slug=slug)


@pytest.mark.parametrize(
    ("schedule", "read_as"),
    [
        ({"type": "crontab", "value": "*/5 1-3,7 L Jan-Mar *"}, "*/5 1-3,7 l jan-mar *"),
        ({"type": "crontab", "value": "0 0 * * 1#2"}, "0 0 * * 1#2"),
        ({"type": "crontab", "value": "@hourly"}, "@hourly"),
        ({"type": "interval", "value": 10, "unit": "minute"}, (10, "minute")),
        ({"type": "interval", "value": 10, "unit": "year"}, (10, "year")),
    ],
)
def test_schedules_in_both_forms(schedule: Any, read_as: Any) -> None:
    found = config(schedule=schedule)
    assert found is not None
    assert found.schedule == read_as


@pytest.mark.parametrize(
    "schedule",
    [
        *(None, [], {}, {"type": "crontab"}, {"type": "crontab", "value": 7}),
        *({"type": "crontab", "value": value} for value in ("r * * * *", "h * * * *", "H(1-5)/2")),
        *({"type": "crontab", "value": value} for value in ("61 * * * *", "* * * *", "@reboot")),
        *({"type": "crontab", "value": value} for value in ("* * * * * *", "0 0 30 2 *", "l#")),
        *(
            {"type": "crontab", "value": value}
            for value in ("*/0 * * * *", "0," * 999, "٣ * * * *")
        ),
        *({"type": "interval", "value": v, "unit": "hour"} for v in (0, -1, 1.5, True, 10**9)),
        *({"type": "interval", "value": 1, "unit": unit} for unit in ("second", "", None, [])),
    ],
)
def test_a_schedule_that_never_comes_due_loses_the_config_only(schedule: Any) -> None:
    assert read(status="ok", monitor_config={"schedule": schedule}) == read(status="ok")


@pytest.mark.parametrize(
    "zone",
    [None, "", "Mars/Phobos", "../../etc/passwd", "/etc/localtime", "Europe", "a" * 999, "\ud800"],
)
def test_an_unknown_time_zone_is_utc(zone: Any) -> None:
    found = config(timezone=zone)
    assert found is not None
    assert found.timezone == "UTC"


def test_numbers_out_of_range_become_the_nearest_and_others_the_default() -> None:
    found = config(checkin_margin=0, max_runtime=10**9, recovery_threshold=9999)
    assert found == MonitorConfig("@daily", 1, 40_320, "UTC", 1, 720)
    assert config(checkin_margin="5", max_runtime=None) == MonitorConfig("@daily", 1, 30)


def test_a_line_of_curl_checks_in() -> None:
    query = {"status": "ok", "duration": "12.5", "environment": "eu", "check_in_id": ID}
    assert read_check_in_request("Nightly", query, received_at=NOW) == CheckIn(
        "nightly", ID, "ok", "eu", NOW, duration=12.5
    )


def test_the_slug_of_the_path_wins() -> None:
    body = {"monitor_slug": "other", "status": "error"}
    assert read_check_in_request("nightly", body, received_at=NOW).monitor_slug == "nightly"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({}, "status"),
        ({"status": "okay"}, "status"),
        ({"status": "missed"}, "status"),
        ({"status": "ok", "duration": "long"}, "duration"),
        ({"status": "ok", "duration": "-1"}, "duration"),
        ({"status": "ok", "check_in_id": "x"}, "check_in_id"),
    ],
)
def test_a_request_with_a_wrong_value_is_told_which(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(Invalid, match=named):
        read_check_in_request("nightly", wrong, received_at=NOW)


def test_a_request_without_a_usable_slug_is_refused() -> None:
    with pytest.raises(Problem):
        read_check_in_request("--", {"status": "ok"}, received_at=NOW)
