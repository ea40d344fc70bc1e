"""One's own account."""

from rustrak.accounts import users
from rustrak.accounts.passwords import hash_password
from rustrak.api.browser import start_session
from rustrak.api.call import Call
from rustrak.api.logins import as_user, prove
from rustrak.errors import Invalid
from rustrak.schemas.accounts import MeChange, PasswordChange, User


async def who_am_i(call: Call) -> User:
    """The person logged in, or the token's owner."""
    actor = call.actor
    return User(id=actor.user_id, email=actor.email, is_admin=actor.is_admin)


async def change_me(call: Call, body: MeChange) -> User:
    """Change one's address, which takes the password."""
    if body.email is None or body.email == call.actor.email:
        return await who_am_i(call)
    if body.current_password is None:
        raise Invalid("current_password: is needed to change the address")
    await prove(call, call.actor.email, body.current_password)
    async with call.connection() as conn:
        return as_user(await users.set_email(conn, call.actor.user_id, body.email))


async def change_password(call: Call, body: PasswordChange) -> None:
    """Change one's password. Every session ends, and this browser gets a new one; tokens stay."""
    users.check_new_password(body.new_password)
    await prove(call, call.actor.email, body.current_password)
    password_hash = await hash_password(body.new_password)
    async with call.connection() as conn, conn.transaction():
        await users.set_password(conn, call.actor.user_id, password_hash)
        await start_session(call, conn, call.actor.user_id)
