"""People and how they come in."""

from rustrak.schemas.base import Body, Reply


class User(Reply):
    id: int
    email: str
    is_admin: bool


class LoggedIn(Reply):
    user: User


class Login(Body):
    email: str
    password: str
