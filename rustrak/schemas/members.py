"""Members of a project."""

from datetime import datetime

from rustrak.accounts.access import Role
from rustrak.schemas.base import Body, Id, Reply


class Member(Reply):
    user_id: int
    email: str
    is_active: bool
    role: Role
    added_at: datetime


class MemberChange(Body):
    user_id: Id
    role: Role
