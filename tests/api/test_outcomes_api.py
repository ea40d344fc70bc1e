"""Outcomes: our own beside what clients report, by the hour."""

from typing import Any

import pytest

from rustrak.api.outcomes import MOST_SERIES
from rustrak.database.pool import Connection
from rustrak.items.values import MAX_QUANTITY
from tests.installation import Installation
from tests.made_events import digested, error
from tests.refusals import refusal
from tests.sent_items import digest_item, fold_again, now


async def outcomes(installation: Installation, project: int = 0, query: str = "") -> Any:
    place = f"/api/projects/{installation.projects[project]['id']}/outcomes"
    return await installation.get(place + query)


def lost(quantity: Any, reason: Any = "sample_rate", category: Any = "transaction") -> Any:
    return {"reason": reason, "category": category, "quantity": quantity}


def kinds(found: Any) -> dict[tuple[str, str, str], int]:
    return {
        (one["category"], one["outcome"], one["reason"]): one["total"] for one in found["series"]
    }


async def test_a_report_is_shown_beside_our_own_outcomes(installation: Installation) -> None:
    discarded = [lost(3), lost(2, "queue_overflow", "error")]
    await digest_item(
        installation, "client_report", {"timestamp": now(), "discarded_events": discarded}
    )
    await digested(installation, error(), error())
    shown = await outcomes(installation)
    assert kinds(shown["received"]) == {
        ("event", "applied", ""): 2,
        ("client_report", "applied", ""): 1,
    }
    assert kinds(shown["reported"]) == {
        ("transaction", "client_discard", "sample_rate"): 3,
        ("error", "client_discard", "queue_overflow"): 2,
    }
    assert (shown["received"]["total"], shown["reported"]["total"]) == (3, 5)
    assert (await installation.books())[installation.project_id].is_even


async def test_every_series_has_a_number_for_every_hour(installation: Installation) -> None:
    await digest_item(installation, "client_report", {"discarded_events": [lost(3)]})
    shown = await outcomes(installation, query="?hours=48")
    assert len(shown["hours"]) == 48
    assert shown["hours"] == sorted(shown["hours"])
    assert all(hour.endswith(":00:00Z") for hour in shown["hours"])
    for name in ("received", "reported"):
        for series in shown[name]["series"]:
            assert len(series["quantities"]) == 48
            assert sum(series["quantities"]) == series["total"]
        assert shown[name]["has_more"] is False


async def test_what_is_older_than_the_hours_asked_for_is_left_out(
    installation: Installation, conn: Connection
) -> None:
    await digest_item(installation, "client_report", {"discarded_events": [lost(3)]})
    await conn.execute("UPDATE client_reports SET timestamp = timestamp - interval '30 hours'")
    await conn.execute("UPDATE outcomes SET hour = hour - interval '30 hours'")
    day = await outcomes(installation)
    assert (day["received"]["series"], day["reported"]["series"]) == ([], [])
    week = await outcomes(installation, query="?hours=168")
    assert (week["received"]["total"], week["reported"]["total"]) == (1, 3)


async def test_a_report_digested_twice_counts_once(
    installation: Installation, conn: Connection
) -> None:
    report = {"discarded_events": [lost(3), lost(4, "x")], "filtered_events": [lost(5)]}
    await digest_item(installation, "client_report", report)
    before = (await outcomes(installation))["reported"]
    await fold_again(conn)
    assert (await outcomes(installation))["reported"] == before
    assert before["total"] == 12


async def test_two_projects_never_see_each_others_reports(installation: Installation) -> None:
    for project in (0, 1):
        report = {"discarded_events": [lost(project + 1)]}
        await digest_item(installation, "client_report", report, project=project)
    for project in (0, 1):
        shown = await outcomes(installation, project)
        assert (shown["received"]["total"], shown["reported"]["total"]) == (1, project + 1)


async def test_hostile_reports_are_bounded_and_harm_nothing(installation: Installation) -> None:
    endless = [lost(2**62, f"\0\ud800{number}", "\0" * 9) for number in range(700)]
    await digest_item(installation, "client_report", {"discarded_events": endless})
    await digest_item(installation, "client_report", b"{not json")
    await digest_item(installation, "client_report", {"discarded_events": "x", "timestamp": []})
    shown = await outcomes(installation)
    assert len(shown["reported"]["series"]) == MOST_SERIES
    assert shown["reported"]["has_more"] is True
    assert shown["reported"]["total"] == MOST_SERIES * MAX_QUANTITY
    assert kinds(shown["received"]) == {
        ("client_report", "applied", ""): 2,
        ("client_report", "invalid", ""): 1,
    }
    assert (await installation.books())[installation.project_id].is_even


@pytest.mark.parametrize("hours", ["0", "721", "-3", "1.5", "x"])
async def test_hours_are_bounded(installation: Installation, hours: str) -> None:
    place = f"/api/projects/{installation.project_id}/outcomes?hours={hours}"
    _, message = await refusal(installation, "GET", place, 400)
    assert message.startswith("Validation error: hours: must be ")
