"""Whatever is scrubbed: no planted secret survives, and nothing else suffers."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rustrak.events.scrub import MAX_REMARKS, ScrubRules, scrub

CARD = "4111 1111 1111 1111"
WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.dozjgNryP4J3jVmNHl0w5N"


PLANTED = ("hunter2-secret", CARD, "378282246310005", "5500-0000-0000-0004", WEB_TOKEN)
sensitive_names = st.sampled_from(["password", "apiKey", "X-CSRF-Token", "cookies", "session_id"])
harmless_texts = st.text(max_size=12) | st.sampled_from(
    ["a=b", "://", "@", "Bearer ", "{", '"', "'", "password", ": ", "[Filtered]", "4111 ", "eyJ"]
)
planted_texts = st.builds(
    lambda before, secret, after: f"{before} {secret} {after}",
    harmless_texts,
    st.sampled_from(PLANTED[1:]),
    harmless_texts,
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(harmless_texts, max_size=5).map("".join)
    | planted_texts
    | sensitive_names.map(lambda name: f"{name}={PLANTED[0]}")
    | sensitive_names.map(lambda name: json.dumps({name: [PLANTED[0]]}))
)
places = [
    "extra",
    "tags",
    "request",
    "headers",
    "data",
    "vars",
    "frames",
    "values",
    "name",
    "value",
]
places += ["exception", "stacktrace", "user", "ip_address", "env", "contexts", "_meta", ""]
names = st.text(max_size=6) | st.sampled_from(places)
secret_members = st.dictionaries(sensitive_names, st.just(PLANTED[0]), min_size=1, max_size=1)
documents = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(names, inner, max_size=5)
        | st.dictionaries(planted_texts, inner, max_size=2).map(lambda entries: {"extra": entries})
        | secret_members
        | st.tuples(sensitive_names, st.just(PLANTED[0])).map(lambda pair: [list(pair)])
    ),
    max_leaves=15,
)
policies = st.sampled_from(["keep", "anonymise", "drop"])


def in_every_place(planted: Any) -> dict[str, Any]:
    """An event with the planted value wherever an application may put something."""
    exception = {"value": planted, "stacktrace": {"frames": [{"vars": planted}]}}
    return {
        "message": planted,
        "exception": {"values": [exception]},
        "breadcrumbs": [{"message": planted, "data": planted}],
        "request": {"data": planted, "headers": planted, "query_string": planted},
        "contexts": {"mine": planted},
        "user": {"data": planted},
        "tags": {"mine": planted},
        "extra": planted,
        "_meta": {"extra": {"": {"val": planted, "rem": planted}}},
    }


@given(documents, policies)
def test_no_planted_secret_survives(planted: Any, policy: Any) -> None:
    result, remarks = scrub(in_every_place(planted), ScrubRules(ip_policy=policy))

    written = json.dumps([result, remarks], ensure_ascii=False)
    for secret in PLANTED:
        assert secret not in written


@given(documents, policies)
def test_scrubbing_twice_changes_nothing_more(document: Any, policy: Any) -> None:
    rules = ScrubRules(ip_policy=policy)
    once = scrub(document, rules)[0]

    assert scrub(once, rules)[0] == once


@given(documents)
def test_a_document_does_not_grow_beyond_a_few_times_its_size(document: Any) -> None:
    result = scrub(document, ScrubRules())[0]

    assert len(json.dumps(result)) <= 12 * len(json.dumps(document))


@given(documents, policies)
def test_the_document_itself_is_not_changed(document: Any, policy: Any) -> None:
    before = copy.deepcopy(document)

    scrub(document, ScrubRules(fields=("a",), safe_fields=("b",), ip_policy=policy))

    assert document == before


@given(st.recursive(st.none() | st.floats() | st.text(st.characters()), st.lists) | documents)
def test_any_json_can_be_scrubbed(document: Any) -> None:
    rules = ScrubRules(ip_policy="anonymise")
    places = ("user", "request", "exception", "stacktrace", "tags", "sdk", "_meta", "attrs")

    for sent in (document, *({place: document} for place in places)):
        result, remarks = scrub(sent, rules)
        assert len(remarks) <= MAX_REMARKS
        assert type(result) is type(sent) or result == "[Filtered]"


@given(documents | leaves.map(in_every_place) | leaves)
def test_what_is_taken_for_harmless_needs_no_search(document: Any) -> None:
    searched = ScrubRules(fields=("a name that nobody uses",))  # which rules the short way out
    assert scrub(document, ScrubRules()) == scrub(document, searched)
