"""Reference §5 and the checklist's integration/bootstrap."""

import pytest

from rustrak.accounts.users import check_login, create_user, find_user
from rustrak.cli.serve import prepare
from rustrak.config import Settings, load_settings
from rustrak.database.pool import Connection, fetch_all
from rustrak.errors import ConfigurationError

GIVEN = "ada@example.com:correct horse"


def settings(value: str) -> Settings:
    return load_settings({"CREATE_SUPERUSER": value})


async def test_an_admin_is_created_when_there_is_nobody(
    database_url: str, conn: Connection
) -> None:
    """Hashed and verifiable."""
    welcome = await prepare(settings(GIVEN), database_url)
    assert welcome.first_login is None
    user = await find_user(conn, "ada@example.com")
    assert user is not None
    assert (user["is_admin"], user["is_active"]) == (True, True)
    assert user["password_hash"].startswith("$argon2id$")
    assert await check_login(user, "correct horse") == user


async def test_where_users_exist_it_is_skipped(database_url: str, conn: Connection) -> None:
    await create_user(conn, "first@example.com", "password", is_admin=False)
    await prepare(settings(GIVEN), database_url)
    assert await find_user(conn, "ada@example.com") is None


@pytest.mark.parametrize("environ", [{}, {"CREATE_SUPERUSER": ""}])
async def test_unset_or_empty_makes_a_random_first_login(
    database_url: str, conn: Connection, environ: dict[str, str]
) -> None:
    """Shown once at the start; the original then has nobody, and its open registration."""
    welcome = await prepare(load_settings(environ), database_url)
    assert welcome.first_login is not None
    email, password = welcome.first_login
    assert await check_login(await find_user(conn, email), password)


@pytest.mark.parametrize("value", ["no colon", "ada@example.com:", ":password"])
def test_no_colon_and_an_empty_password_are_errors(value: str) -> None:
    """They stop the start; the original logs them and starts without a user."""
    with pytest.raises(ConfigurationError, match="CREATE_SUPERUSER"):
        settings(value)


def test_it_is_split_at_the_first_colon() -> None:
    assert settings("a@example.com:pass:word").superuser == ("a@example.com", "pass:word")
    assert settings("test:email@example.com:pw").superuser == ("test", "email@example.com:pw")


def test_blanks_around_the_address_are_trimmed() -> None:
    assert settings(" ada@example.com :pw").superuser == ("ada@example.com", "pw")


async def test_a_second_start_changes_nothing(database_url: str, conn: Connection) -> None:
    query = "SELECT id, email, password_hash FROM users"
    await prepare(settings(GIVEN), database_url)
    before = await fetch_all(conn, query)
    await prepare(settings("ada@example.com:another"), database_url)
    assert await fetch_all(conn, query) == before
