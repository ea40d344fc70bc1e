"""What users write, by whichever way it comes. Samples by hand."""

from typing import Any

import pytest

from rustrak.errors import Invalid, Malformed
from rustrak.items.feedback import (
    MAX_MESSAGE,
    Feedback,
    read_error_page_form,
    read_feedback,
    read_user_report,
)
from tests.items.hostile import NOW

ID = "83a7c03ed0a04e1b97e2e3b18d38f244"


def feedback(user: Any = None, **context: Any) -> Feedback:
    event = {"contexts": {"feedback": {"message": "Help", **context}}, "user": user}
    return read_feedback(event, {"event_id": "b" * 32}, received_at=NOW)


def test_a_legacy_report_is_about_its_event() -> None:
    raw = {"event_id": ID, "name": " Ada ", "email": "ada@example.org", "comments": "It\nbroke"}
    assert read_user_report(raw, {}, received_at=NOW) == Feedback(
        ID, NOW, "Ada", "ada@example.org", "It\nbroke", ""
    )


@pytest.mark.parametrize("event_id", [None, "x", "0" * 32, 5])
def test_a_legacy_report_without_an_event_is_about_that_of_its_envelope(event_id: Any) -> None:
    raw = {"event_id": event_id, "comments": "It broke"}
    assert read_user_report(raw, {"event_id": ID}, received_at=NOW).event_id == ID
    assert read_user_report(raw, {}, received_at=NOW).event_id is None


def test_a_feedback_event_may_be_about_an_error() -> None:
    found = feedback(
        name="Ada",
        contact_email="ada@example.org",
        url="https://shop.example/cart",
        associated_event_id=ID,
    )

    assert found == Feedback(ID, NOW, "Ada", "ada@example.org", "Help", "https://shop.example/cart")
    assert feedback().event_id is None


def test_the_user_of_the_event_fills_in() -> None:
    found = feedback({"username": "ada", "email": "ada@example.org"}, name="", contact_email=None)
    assert (found.name, found.email) == ("ada", "ada@example.org")
    assert feedback({"name": "Ada L.", "username": "ada"}).name == "Ada L."


@pytest.mark.parametrize("message", [None, "", " \n ", [], {}])
def test_feedback_without_a_message_is_refused(message: Any) -> None:
    with pytest.raises(Malformed, match="message"):
        feedback(message=message)
    with pytest.raises(Malformed, match="message"):
        read_user_report({"event_id": ID, "comments": message}, {}, received_at=NOW)


@pytest.mark.parametrize("contexts", [None, [], {}, {"feedback": None}, {"feedback": "x"}])
def test_a_feedback_event_without_its_context_is_refused(contexts: Any) -> None:
    with pytest.raises(Malformed):
        read_feedback({"contexts": contexts}, {}, received_at=NOW)


def test_long_texts_are_cut_after_trimming() -> None:
    found = feedback(message=" " * 9000 + "m" * 9000, name="n" * 999, contact_email="e" * 999)
    assert (len(found.message), len(found.name), len(found.email)) == (MAX_MESSAGE, 128, 254)
    assert found.message.endswith("m...")


def test_the_dialog_needs_comments_only() -> None:
    form = {"comments": "It broke", "name": "Ada\0"}
    assert read_error_page_form(ID, form, received_at=NOW) == Feedback(
        ID, NOW, "Ada\ufffd", "", "It broke", ""
    )
    with pytest.raises(Invalid, match="comments"):
        read_error_page_form(ID, {"name": "Ada"}, received_at=NOW)


@pytest.mark.parametrize("event_id", [None, "", "x", "../../x"])
def test_the_dialog_needs_a_well_formed_event_id(event_id: Any) -> None:
    with pytest.raises(Malformed, match="event_id"):
        read_error_page_form(event_id, {"comments": "It broke"}, received_at=NOW)
