"""Every SQL file: used, well-formed on the migrated schema, and served by its index where hot."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import rustrak
from rustrak.database.pool import Connection, fetch_all
from rustrak.database.queries import sql, sql_directory

DIRECTORY = sql_directory() / "queries"
NAMES = sorted(
    str(path.relative_to(DIRECTORY).with_suffix("")) for path in DIRECTORY.rglob("*.sql")
)
ROOMS = "|".join(sorted({name.partition("/")[0] for name in NAMES}))
NOT_PREPARABLE = {"digest/forget_rebuild", "digest/hold_decisions", "database/create_migrations"}
"""PostgreSQL prepares no CREATE."""


def names_in_code() -> set[str]:
    """Every query name the program mentions; `{…}` of an f-string stands for any word."""
    literal = re.compile(rf'"((?:{ROOMS})/[a-z_{{}}]+)"')
    files = Path(rustrak.__file__).parent.rglob("*.py")
    return {name for file in files for name in literal.findall(file.read_text("utf-8"))}


def pattern(name: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{[a-z_]+\}", "[a-z_]+", name))


def test_every_query_is_used_and_every_use_has_a_query() -> None:
    used = names_in_code()
    unused = [name for name in NAMES if not any(pattern(use).fullmatch(name) for use in used)]
    missing = [use for use in used if not any(pattern(use).fullmatch(name) for name in NAMES)]
    assert (unused, missing) == ([], [])


def test_every_query_is_one_statement_that_says_what_it_is_for() -> None:
    for name in NAMES:
        text = sql(name)
        assert text.startswith("-- "), name
        code = re.sub("--.*", "", text)
        assert code.count(";") == 1, name
        assert code.rstrip().endswith(";"), name


async def plan(conn: Connection, name: str, *values: str) -> str:
    """The plan of a query for these values, given as SQL; NULL where none are given."""
    parameters: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in parameters:
            parameters.append(match[1])
        return f"${parameters.index(match[1]) + 1}"

    text = re.sub(r"%\((\w+)\)[sbt]", number, sql(name)).replace("%%", "%")
    given = ", ".join(values or ["NULL"] * len(parameters))
    await conn.execute(f"PREPARE asked AS {text}")
    rows = await fetch_all(conn, f"EXPLAIN EXECUTE asked{f'({given})' if given else ''}")
    await conn.execute("DEALLOCATE asked")
    return "\n".join(row["QUERY PLAN"] for row in rows)


async def test_every_query_is_well_formed_on_the_migrated_schema(conn: Connection) -> None:
    for name in NAMES:
        if name not in NOT_PREPARABLE:
            assert await plan(conn, name), name


FILL = """
    INSERT INTO projects (name, slug) SELECT 'p' || n, 'p' || n FROM generate_series(1, 5) AS n;
    INSERT INTO issues (project_id, id, digest_order, first_seen, last_seen, event_count,
                        newest_position, title, value, culprit)
    SELECT n % 5 + 1, gen_random_uuid(), n, now(), now(), 1, 1, '', '', ''
    FROM generate_series(1, 2000) AS n;
    INSERT INTO events
    SELECT project_id, gen_random_uuid(), id, id, n, 0, now(), now(), '', '', '', '', '', '', '',
           '', '', '', '{}'
    FROM issues, generate_series(1, 5) AS n;
    INSERT INTO attachments
    SELECT project_id, gen_random_uuid(), event_id, position, 0, now(), '', '', '', 0 FROM events;
    INSERT INTO feedback
    SELECT project_id, gen_random_uuid(), 'user_report', event_id, position, 0, now(), now(),
           '', '', '', ''
    FROM events;
    INSERT INTO spans
    SELECT n % 5 + 1, gen_random_uuid(), '', '', n, 0, now(), now() - n * interval '1 minute', n,
           'name ' || n % 50, '', '', false, true, '', 0, '', ''
    FROM generate_series(1, 20000) AS n;
    INSERT INTO logs
    SELECT n % 5 + 1, now() - n * interval '1 minute', n, 0, 0, now(), '', n % 24, '',
           md5((n / 50)::text)::uuid, '', '', ''
    FROM generate_series(1, 20000) AS n;
    INSERT INTO alert_rules (project_id, name, alert_type, filters)
    SELECT n % 5 + 1, 'x', 'new_issue', jsonb_build_object('tags', n)
    FROM generate_series(1, 200) AS n;
    INSERT INTO alert_history (project_id, alert_type, channel_type, channel_name, status, notice,
                               idempotency_key)
    SELECT n % 5 + 1, '', '', '', CASE WHEN n % 50 = 0 THEN 'pending' ELSE 'sent' END, '{}', n
    FROM generate_series(1, 5000) AS n;
    INSERT INTO alert_firings (project_id, alert_rule_id, issue_id, occurred_at, due_at, told_at)
    SELECT project_id, id, gen_random_uuid(), now(), now(), now()
    FROM alert_rules, generate_series(1, 20);
    ANALYZE alert_rules, alert_history, alert_firings;
    INSERT INTO groupings SELECT project_id, id, id, 'v1', repeat('0', 64) FROM issues;
    ANALYZE issues, groupings, events, projects, attachments, feedback, spans, logs
"""


@pytest.fixture
async def filled(conn: Connection) -> Connection:
    """A database with enough in it for a choice, where scans of a whole table are avoided."""
    await conn.execute(FILL)
    await conn.execute("SET enable_seqscan = off")
    await conn.execute("SET enable_bitmapscan = off")
    return conn


HOURS = ["'2026-01-05 12:00Z'", "'2026-01-06 11:00Z'"]
DAY_AGO = "now() - interval '1 day'"
UUID_ = "'9ec79c33-ec99-42ab-8353-589fcb2e04dc'"


@pytest.mark.parametrize(
    ("name", "values", "index"),
    [
        ("api/list_events_newest_first", ["1", UUID_, "7", "NULL", "21"], "events_of_issue"),
        ("api/list_events_oldest_first", ["1", UUID_, "7", "NULL", "21"], "events_of_issue"),
        ("api/get_event", ["1", UUID_, "NULL"], "events_pkey"),
        ("api/get_issue", ["1", UUID_], "issues_pkey"),
        ("api/find_issue_by_number", ["7", "'p1'", "true", "1"], "issues_number"),
        ("api/lock_issues", ["1", f"ARRAY[{UUID_}::uuid]"], "issues_pkey"),
        ("api/list_activity", ["1", UUID_, "7", "21"], "decisions_issue"),
        ("api/list_comments", ["1", UUID_, "7", "21"], "issue_comments_of_issue"),
        ("api/list_hashes", ["1", UUID_, "9"], "groupings_issue"),
        ("api/list_feedback_of_issue", ["1", UUID_, "7", "0", "21"], "feedback_of_event"),
        ("api/list_events_of_request", ["1", "'x'", "NULL", "7", "0", "21"], "events_of_request"),
        ("projections/find_ended_mutes", ["NULL", "9"], "issues_muted_until"),
        ("projections/was_sighted", ["1", "'x'", "now()"], "session_counts_of_release"),
        ("api/list_attachments", ["1", UUID_, "1000"], "attachments_of_event"),
        ("api/get_attachment", ["1", UUID_], "attachments_pkey"),
        ("api/list_feedback", ["1", "NULL", "7", "0", "21"], "feedback_newest"),
        ("api/knows_event", ["1", UUID_], "feedback_of_event"),
        ("api/release_health", ["1", "'a'", *HOURS, "NULL"], "session_counts_of_release"),
        ("api/release_health", ["1", "'a'", *HOURS, "NULL"], "session_users_pkey"),
        ("api/list_outcomes", ["1", *HOURS, "101"], "outcomes_pkey"),
        ("api/list_client_reports", ["1", *HOURS, "101"], "client_reports_by_time"),
        ("api/list_check_ins", ["1", "'x'", "NULL", "7", "0", "21"], "check_ins_of_monitor"),
        (
            "projections/recent_runs",
            ["0", "''", "NULL", "NULL", "100", "100", "NULL"],
            "check_ins_of_environment",
        ),
        ("digest/find_told", ["'{1}'", f"ARRAY[{UUID_}::uuid]"], "events_pkey"),
        (
            "api/list_transactions",
            ["1", DAY_AGO, *["NULL"] * 2, "'p95'", "9"],
            "spans_recent_segments",
        ),
        (
            "api/list_transaction_hours",
            ["1", "'x'", DAY_AGO, "NULL", "NULL"],
            "spans_named_segments",
        ),
        (
            "api/list_slowest_transactions",
            ["1", "'x'", DAY_AGO, *["NULL"] * 2, "9"],
            "spans_named_segments",
        ),
        (
            "api/list_logs",
            ["1", DAY_AGO, "now()", "7", "0", "0", "9", "'x'", "NULL", "NULL", "9"],
            "logs_pkey",
        ),
        (
            "api/list_logs_of_trace",
            ["1", UUID_, DAY_AGO, "now()", "7", "0", "0", *["NULL"] * 4, "9"],
            "logs_of_trace",
        ),
        ("api/get_log", ["1", "now()", "7", "0", "0"], "logs_pkey"),
        ("digest/claim_next", ["100", "1000"], "inbox_pkey"),
        ("digest/delete_inbox_rows", ["'{1,1}'", "'{1,2}'"], "inbox_pkey"),
        ("alerts/note_occasions", ["'{1}'", "'{x}'", "'{}'", "'{}'"], "alert_rules_once"),
        ("alerts/claim_delivery", ["'1 minute'", "'1 minute'", "false"], "alert_history_pending"),
        ("alerts/claim_delivery", ["'1 minute'", "'1 minute'", "false"], "alert_history_busy"),
        ("alerts/lock_due_rules", ["now()"], "alert_firings_due"),
        ("alerts/last_firings", ["1", f"ARRAY[{UUID_}::uuid]"], "alert_firings_of_issue"),
        (
            "alerts/find_crossings",
            ["1", DAY_AGO, "9", "'1 hour'", "false", "now()", "'{}'", "9"],
            "events_of_issue",
        ),
        ("accounts/find_token", ["'x'"], "auth_tokens_token_hash_key"),
        ("accounts/find_session", ["'x'"], "sessions_pkey"),
        ("accounts/find_user", ["'a@b.cd'"], "users_email_key"),
        ("accounts/find_membership", ["1", "1"], "project_members_pkey"),
        ("accounts/list_sessions", ["1", "9"], "sessions_user_id"),
        ("accounts/find_invitation", ["'x'"], "invitations_token_hash_key"),
        ("accounts/find_identity", ["'x'", "'x'"], "identities_pkey"),
        ("accounts/take_sso_login", ["'x'", "'x'"], "sso_logins_pkey"),
        ("accounts/put_login_failures", [r"'{\\x00}'", "'{1}'"], "login_failures_pkey"),
        ("accounts/forget_login_failures", [], "login_failures_by_time"),
        ("accounts/forget_sso_logins", [], "sso_logins_by_time"),
    ],
)
async def test_a_hot_read_uses_its_index(
    filled: Connection, name: str, values: list[str], index: str
) -> None:
    found = await plan(filled, name, *values)
    assert re.search(rf"Index (Only )?Scan (Backward )?using {index}\b", found), found
    if name == "api/list_feedback" or name.startswith("api/list_events"):
        assert "Sort" not in found


async def test_reading_an_envelope_opens_one_partition(filled: Connection) -> None:
    now = datetime.now(UTC).isoformat()
    found = await plan(filled, "ledger/read_envelope", f"'{now}'", "1")
    assert len(set(re.findall(r"\benvelopes_(?:\d{8}|default)(?!_pkey)\b", found))) == 1, found
    assert "Seq Scan" not in found


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("digest/claim_next", ["500", "16777216"]),
        ("digest/claim_positions", [f"'{{{','.join(map(str, range(500)))}}}'"]),
        ("digest/claim_rebuild_part", []),
    ],
)
async def test_a_long_inbox_makes_nobody_read_all_envelopes(
    conn: Connection, name: str, values: list[str]
) -> None:
    """With a million waiting, a claim took seconds as soon as the tables were analysed."""
    await conn.execute(LONG_INBOX)
    found = await plan(conn, name, *values)
    assert not re.search(r"(Hash|Merge) (Right |Left )?(Semi )?Join", found), found
    assert re.search(r"Index Scan using envelopes_\d{8}_pkey", found), found


async def test_a_long_inbox_is_not_read_to_know_what_waits_longest(conn: Connection) -> None:
    await conn.execute(LONG_INBOX)
    assert "Seq Scan on inbox" not in await plan(conn, "projections/digested_until", "NULL")
    found = await plan(conn, "ingest/backlog_exceeds", "1000000")
    assert found.count("Seq Scan on inbox") == 1, found  # to count, if there may be too many


LONG_INBOX = """
    WITH stored AS (
        INSERT INTO envelopes
            (project_id, event_id, form, encoding, items, client, remote_addr, body)
        SELECT 1, gen_random_uuid(), 'envelope', '', 1, '', '', '{}'
        FROM generate_series(1, 20000)
        RETURNING position, received_at, project_id, items, 2 AS bytes
    )
    INSERT INTO inbox (position, received_at, project_id, items, bytes) SELECT * FROM stored;
    INSERT INTO rebuild_parts (envelopes, received_at, positions, until)
    SELECT 1000, array_agg(received_at), array_agg(position), now()
    FROM inbox GROUP BY position / 1000;
    ANALYZE envelopes, inbox, rebuild_parts
"""
