"""Reference §2.6 and §3, and the checklist's integration/digest and integration/concurrency."""

import asyncio
from typing import Any

from tests.installation import Installation
from tests.made_events import digested, error


async def numbers(installation: Installation, project: int = 0) -> list[int]:
    """The numbers of the issues, as their short ids say."""
    issues = await installation.issues(project, per_page="1000")
    return sorted(int(issue["short_id"].rpartition("-")[2]) for issue in issues)


async def at_once(installation: Installation, *sent: tuple[int, dict[str, Any]]) -> None:
    """Send all events at the same time, while the digest runs."""
    sending = [installation.send(event, project=project) for project, event in sent]
    await asyncio.gather(installation.digest(), *sending)
    await installation.digest()


async def test_an_event_creates_an_issue_with_type_and_value(installation: Installation) -> None:
    await digested(installation, error("ValueError", "out of range"))
    (issue,) = await installation.issues()
    assert (issue["title"], issue["value"]) == ("ValueError: out of range", "out of range")


async def test_equal_events_group(installation: Installation) -> None:
    await digested(installation, error(), error())
    (issue,) = await installation.issues()
    assert issue["event_count"] == 2


async def test_three_errors_are_three_issues(installation: Installation) -> None:
    await digested(installation, error("A"), error("B"), error("C"))
    assert await numbers(installation) == [1, 2, 3]


async def test_one_fingerprint_groups_different_errors(installation: Installation) -> None:
    events = (error(kind, fingerprint=["payment"]) for kind in ("A", "B", "C"))
    await digested(installation, *events)
    (issue,) = await installation.issues()
    assert issue["event_count"] == 3


async def test_the_default_placeholder_and_more_make_one_issue_of_equal_errors(
    installation: Installation,
) -> None:
    words = ["{{ default }}", "eu"]
    await digested(installation, error(fingerprint=words), error(fingerprint=words), error())
    assert sorted(issue["event_count"] for issue in await installation.issues()) == [1, 2]


async def test_an_empty_fingerprint_is_the_default(installation: Installation) -> None:
    """In the snapshot all such events of a project are one issue; newer versions do as we do."""
    await digested(installation, error(fingerprint=[]), error("KeyError", fingerprint=[]), error())
    assert sorted(issue["event_count"] for issue in await installation.issues()) == [1, 2]


async def test_a_repeated_event_id_counts_once(installation: Installation) -> None:
    event = error(event_id="9ec79c33ec9942ab8353589fcb2e04dc")
    await digested(installation, event, event)
    (issue,) = await installation.issues()
    assert issue["event_count"] == 1


async def test_equal_log_messages_group(installation: Installation) -> None:
    """Titled by the message; in the snapshot by `Log Message:` before it."""
    await digested(installation, {"message": "disk full"}, {"message": "disk full"})
    (issue,) = await installation.issues()
    assert (issue["title"], issue["event_count"]) == ("disk full", 2)


async def test_last_seen_moves_on_and_first_seen_stays(installation: Installation) -> None:
    await digested(installation, error())
    (before,) = await installation.issues()
    await digested(installation, error())
    (after,) = await installation.issues()
    assert after["first_seen"] == before["first_seen"]
    assert after["last_seen"] > before["last_seen"]


async def test_the_stored_count_is_three_after_three(installation: Installation) -> None:
    await digested(installation, error(), error("B"), error("C"))
    project = await installation.get(f"/api/projects/{installation.project_id}")
    assert project["stored_event_count"] == 3


async def test_an_event_without_exception_still_makes_an_issue(installation: Installation) -> None:
    await digested(installation, {"tags": {"a": "b"}})
    (issue,) = await installation.issues()
    assert issue["title"]


async def test_a_title_has_no_newline(installation: Installation) -> None:
    await digested(installation, error(value="first\nsecond\nthird"))
    (issue,) = await installation.issues()
    assert issue["title"] == "ValueError: first"
    assert issue["value"] == "first\nsecond\nthird"


async def test_nothing_waits_after_the_digest(installation: Installation) -> None:
    """The original deletes its file; here the inbox is empty and the ledger keeps the bytes."""
    await digested(installation, error())
    books = (await installation.books())[installation.project_id]
    assert (books.received, books.applied, books.pending) == (1, 1, 0)


async def test_10_different_errors_at_once_are_10_issues_in_a_row(
    installation: Installation,
) -> None:
    await at_once(installation, *((0, error(f"Error{n}")) for n in range(10)))
    assert await numbers(installation) == list(range(1, 11))


async def test_10_equal_errors_at_once_are_one_issue_of_10(installation: Installation) -> None:
    await at_once(installation, *((0, error()) for _ in range(10)))
    (issue,) = await installation.issues()
    assert issue["event_count"] == 10


async def test_two_projects_at_once_have_their_own_numbers(installation: Installation) -> None:
    """Five in the original's test; this installation has two."""
    sent = [(project, error(f"Error{n}")) for n in range(5) for project in (0, 1)]
    await at_once(installation, *sent)
    for project in (0, 1):
        assert await numbers(installation, project) == [1, 2, 3, 4, 5]


async def test_50_different_at_once_leave_no_gap(installation: Installation) -> None:
    await at_once(installation, *((0, error(f"Error{n}")) for n in range(50)))
    assert await numbers(installation) == list(range(1, 51))


async def test_5_kinds_in_4_copies_are_5_issues_of_4(installation: Installation) -> None:
    await at_once(installation, *((0, error(f"Error{n % 5}")) for n in range(20)))
    assert await numbers(installation) == [1, 2, 3, 4, 5]
    assert {issue["event_count"] for issue in await installation.issues()} == {4}
