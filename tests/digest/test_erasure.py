"""A person or an event, erased: nothing of it can be found, and everything else is as it was."""

import gzip
import json
from typing import Any

import pytest

from rustrak.database.pool import Connection, connect, fetch_all
from rustrak.digest.erasure import Erased, erase, look
from rustrak.digest.erasure_proof import prove
from rustrak.digest.rebuild import rebuild
from rustrak.errors import Conflict, Invalid
from rustrak.ledger.envelopes import fetch_envelopes
from rustrak.ledger.mentions import By, Subject
from rustrak.ledger.past import hold_past
from tests.digest.test_rebuild import assert_same, dump, silent
from tests.installation import Installation, envelope
from tests.made_events import digested, error
from tests.sent_items import digest_item, session
from tests.telemetry import line, send_lines

ANNA, BERT = "anna@example.org", "bert@example.org"
ANNAS_ID, BERTS_ID = "user-4711", "user-4712"
EVENT = "9ec79c33ec9942ab8353589fcb2e04dc"


async def everything(conn: Connection) -> str:
    """A full dump of the database as text, with every body of the ledger as it can be read."""
    tables = await fetch_all(
        conn,
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname IN ('public', 'projection_1') AND tablename NOT LIKE 'envelopes%%'",
    )
    parts = []
    for table in tables:
        name = f"{table['schemaname']}.{table['tablename']}"
        rows = await fetch_all(conn, f"SELECT t::text AS row FROM {name} AS t")
        parts += [row["row"] for row in rows]
    query = (
        "SELECT position, received_at, project_id, event_id, form, encoding, items, body,"
        " remote_addr FROM envelopes"
    )
    for stored in await fetch_envelopes(conn, query):
        opened = stored.open()
        parts += [str(stored.event_id), str(opened.headers)]
        for item in opened.items:
            parts += [str(item.headers), item.payload.decode("utf-8", "replace")]
    return "\n".join(parts).lower()


def of(person: str, identity: str, kind: str = "KeyError", **attributes: Any) -> dict[str, Any]:
    return error(kind, user={"id": identity, "email": person}, **attributes)


async def post(installation: Installation, *items: Any, **headers: Any) -> None:
    response = await installation.post_envelope(envelope(headers, *items))
    assert response.status == 200, await response.text()


async def happened(installation: Installation) -> None:
    """Two people at work: one of them is to be forgotten."""
    await digested(installation, of(BERT, BERTS_ID), of(ANNA, ANNAS_ID), of(BERT, BERTS_ID))
    await digested(installation, of(ANNA, ANNAS_ID, "Hers"), of(BERT, BERTS_ID, "His"))
    await digested(installation, error(value=f"no mail to <{ANNA.upper()}>"), error(value="other"))
    escaped = json.dumps(of(ANNA, ANNAS_ID)).replace("@", "\\u0040").replace("-", "\\u002d")
    await post(installation, ({"type": "event"}, escaped.encode()), event_id="a" * 32)
    about = {"event_id": "b" * 32, "name": "Anna", "email": ANNA, "comments": "it broke"}
    await digest_item(installation, "user_report", about)
    report = {**about, "email": BERT}
    await digest_item(installation, "user_report", report)
    both = [line("hello", user_id=ANNAS_ID), line(f"mailed {ANNA}")]
    await send_lines(installation, *both)
    await send_lines(installation, line("hello"))
    for number, (person, did) in enumerate([(ANNA, ANNAS_ID), (BERT, BERTS_ID)]):
        await digest_item(installation, "session", session(f"{number}a", did=did))
        await digest_item(installation, "session", session(f"{number}b", did=person))
    attached = ({"type": "attachment", "filename": "log.txt"}, f"to: {ANNA}".encode())
    event = ({"type": "event"}, json.dumps(error("WithFile")).encode())
    own = ({"type": "session"}, json.dumps(session("9")).encode())
    await post(installation, event, attached, own, event_id="c" * 32)
    await digest_item(installation, "nothing_we_know", {"to": ANNA, "id": ANNAS_ID})
    await digest_item(installation, "session", {"no release": ANNA, "nor": ANNAS_ID})
    await installation.digest()
    (issue, *_) = await installation.issues()
    place = f"/api/projects/{installation.project_id}/issues/{issue['id']}/comments"
    await installation.request("POST", place, {"text": f"wrote to {ANNA} ({ANNAS_ID})"}, status=201)


async def erased(conn: Connection, installation: Installation, by: By, value: str) -> Erased:
    subject = Subject.of(by, value)
    found = await erase(conn, installation.project_id, subject, actor="cli")
    proof = await prove(conn, installation.project_id, subject)
    assert proof.is_clean, proof.left
    assert len(proof.left) > 30 or subject.text is None
    return found


@pytest.mark.parametrize(("by", "value"), [(By.EMAIL, ANNA), (By.USER_ID, ANNAS_ID)])
async def test_a_person_can_no_longer_be_found(
    installation: Installation, conn: Connection, database_url: str, by: By, value: str
) -> None:
    await happened(installation)
    await installation.send(of(ANNA, ANNAS_ID))  # not digested yet
    assert value in await everything(conn)
    seen = await look(conn, installation.project_id, Subject.of(by, value))
    found = await erased(conn, installation, by, value)
    assert (found.envelopes, found.items) == (seen.envelopes, seen.items)
    assert found.texts == 2, "the comment as a fact, and as it is shown"
    assert value not in await everything(conn)
    await installation.digest()
    assert value not in await everything(conn)
    assert all(books.is_even for books in (await installation.books()).values())
    titles = {issue["title"]: issue["event_count"] for issue in await installation.issues()}
    assert titles["KeyError: no"] == 2
    assert titles["His: no"] == 1
    assert "Hers: no" not in titles
    counted = await fetch_all(conn, "SELECT count(*) AS users FROM session_users")
    assert counted[0]["users"] == 3
    left = await fetch_all(conn, "SELECT count(*) AS sessions FROM session_counts")
    assert left[0]["sessions"] == 4
    before = await dump(conn)
    await rebuild(database_url, processes=0, progress=silent)
    assert_same(await dump(conn), before)


async def test_whoever_is_only_similar_is_left_alone(
    installation: Installation, conn: Connection
) -> None:
    similar = ["j" + ANNA, ANNA + ".au", ANNA.replace("anna", "eva.anna"), "hanna@example.org"]
    await digested(installation, *[error(user={"email": one}) for one in similar])
    before = await dump(conn)
    found = await erased(conn, installation, By.EMAIL, ANNA)
    assert (found.read, found.envelopes) == (4, 0)
    assert await dump(conn) == before
    assert await fetch_all(conn, "SELECT FROM decisions WHERE kind = 'erase'") == []


async def test_a_short_id_is_looked_for_where_users_are_named(
    installation: Installation, conn: Connection
) -> None:
    await digested(
        installation,
        error(user={"id": 42}),
        error(user={"id": "42"}),
        error(user={"id": "421"}, extra={"answer": 42}, tags={"answer": "42"}),
        error(extra={"nested": [{"user_id": "42"}]}),
    )
    await digest_item(installation, "session", session("1", did="42"))
    await erased(conn, installation, By.USER_ID, "42")
    (issue,) = await installation.issues()
    assert issue["event_count"] == 1
    assert issue["user_count"] == 1
    assert await fetch_all(conn, "SELECT FROM session_users") == []


async def test_one_event_goes_with_what_belongs_to_it(
    installation: Installation, conn: Connection
) -> None:
    attached = ({"type": "attachment", "filename": "log.txt"}, b"text")
    event = ({"type": "event"}, json.dumps(error("Gone")).encode())
    body = gzip.compress(envelope({"event_id": EVENT}, event, attached))
    response = await installation.post_envelope(body, Content_Encoding="gzip")
    assert response.status == 200
    await post(installation, attached, event_id=EVENT)
    dashed = "9ec79c33-ec99-42ab-8353-589fcb2e04dc"
    report = {"event_id": dashed, "name": "A", "email": "", "comments": "it broke"}
    await digest_item(installation, "user_report", report)
    await digested(installation, error("Stays"))
    found = await erased(conn, installation, By.EVENT_ID, dashed.upper())
    assert (found.envelopes, found.items, found.events) == (3, 4, 1)
    text = await everything(conn)
    assert EVENT not in text
    assert dashed not in text
    assert [issue["title"] for issue in await installation.issues()] == ["Stays: no"]
    query = "SELECT details FROM decisions WHERE kind = 'erase'"
    (decision,) = await fetch_all(conn, query)
    assert decision["details"] == {"by": "event_id", "envelopes": 3, "items": 4}
    assert all(books.is_even for books in (await installation.books()).values())


async def test_other_projects_and_the_ledgers_rule_are_untouched(
    installation: Installation, conn: Connection
) -> None:
    await digested(installation, of(ANNA, ANNAS_ID))
    await digested(installation, of(ANNA, ANNAS_ID), project=1)
    await erased(conn, installation, By.EMAIL, ANNA)
    assert await installation.issues() == []
    assert len(await installation.issues(1)) == 1
    with pytest.raises(Exception, match="append-only"):
        await conn.execute("UPDATE envelopes SET body = ''")


async def test_what_was_deleted_before_is_counted_once(
    installation: Installation, conn: Connection
) -> None:
    await digested(installation, of(ANNA, ANNAS_ID), of(BERT, BERTS_ID, "His"))
    (issue,) = [one for one in await installation.issues() if one["title"] == "KeyError: no"]
    place = f"/api/projects/{installation.project_id}/issues/{issue['id']}"
    await installation.request("DELETE", place, status=204)
    await erased(conn, installation, By.EMAIL, ANNA)
    books = (await installation.books())[installation.project_id]
    assert (books.applied, books.filtered) == (1, 1)
    assert books.is_even


async def test_it_waits_for_nobody_and_nobody_for_it(
    installation: Installation, conn: Connection, database_url: str
) -> None:
    async with await connect(database_url, application="test") as other, hold_past(other):
        with pytest.raises(Conflict, match="try again"):
            await erase(conn, installation.project_id, Subject.of(By.EMAIL, ANNA), actor="cli")


@pytest.mark.parametrize(
    ("by", "value", "message"),
    [
        (By.EMAIL, "anna", "not an e-mail address"),
        (By.USER_ID, "  ", "it is empty"),
        (By.EVENT_ID, "42", "not a UUID"),
    ],
)
def test_what_nobody_could_mean_is_refused(by: By, value: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        Subject.of(by, value)
