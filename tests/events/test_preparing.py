"""What tables show is prepared as what is shown whole, and no document stops either."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from rustrak.events.decode import decode_event
from rustrak.events.normalise import normalise
from rustrak.events.prepare import prepare, prepare_listed
from rustrak.events.scrub import ScrubRules
from rustrak.protocol.jsontext import parse_json

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULES = ScrubRules(fields=("email", "exception", "values", "type"), ip_policy="anonymise")

ATTRIBUTES = ["exception", "sentry.interfaces.Exception", "values", "stacktrace", "frames", "type"]
ATTRIBUTES += ["value", "tags", "user", "password", "message", "name", "filename", "email", "x"]
names = st.sampled_from(ATTRIBUTES)
texts = st.sampled_from(["", "a", "password=hunter2", "4111 1111 1111 1111", "user:pw@host"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)
documents = st.dictionaries(names, anything, max_size=5)


@given(documents, st.sampled_from([RULES, ScrubRules()]))
@example({"exception": ["type", {"value": "a"}, ["password", {"value": "b"}]]}, RULES)
@example({"exception": {"values": {"value": "a"}}}, RULES)
@example({"exception": {"value": "password=hunter2", "stacktrace": {"frames": []}}}, RULES)
@example({"exception": {"value": "a", "stacktrace": {"frames": [{"filename": "b"}]}}}, ScrubRules())
@example({"user": {"id": "a"}, "message": "4111 1111 1111 1111"}, ScrubRules())
def test_lists_show_what_the_whole_event_shows(document: dict[str, Any], rules: ScrubRules) -> None:
    payload = json.dumps(document).encode()

    def read(prepared: dict[str, Any]) -> Any:
        event = normalise(prepared, event_id="0" * 32, received_at=NOW)
        return [
            *(event.message, event.tags, event.user, event.request_url, event.transaction),
            [(found.type, found.value) for found in event.exceptions],
        ]

    whole = read(prepare(deepcopy(parse_json(payload)), "192.0.2.7", rules))
    assert read(prepare_listed(parse_json(payload), "192.0.2.7", rules)) == whole
    assert read(prepare_listed(decode_event(payload), "192.0.2.7", rules)) == whole
