"""Who may do what: one function decides, for every route.

A person has a role in the installation (admin or member) and one in each project they belong to. A
token has at most its person's rights, cut down to its scopes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, StrEnum

from rustrak.errors import Forbidden, NotFound


class Role(StrEnum):
    """What somebody is in a project; each may do what the one before may, and more."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a token may be used for; each includes the one before."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class Needs(Enum):
    """What a route asks of whoever calls it."""

    NOTHING = "nothing"
    LOGIN = "login"
    """Anybody signed in; a token needs `read` to look and `write` to change."""
    SESSION = "session"
    """A person at a browser: what guards the account itself is closed to tokens."""
    VIEWER = "viewer"
    EDITOR = "editor"
    PROJECT_ADMIN = "project admin"
    INSTALLATION_ADMIN = "installation admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: by a token, or by a session of a browser."""

    user_id: int
    email: str
    is_admin: bool
    scopes: frozenset[Scope]
    token_id: int | None = None
    session_id: int | None = None

    @property
    def name(self) -> str:
        """For decisions: 'user:7', or 'user:7 token:3'."""
        token = f" token:{self.token_id}" if self.token_id is not None else ""
        return f"user:{self.user_id}{token}"


NOBODY = Actor(0, "", is_admin=False, scopes=frozenset())
ALL_SCOPES = frozenset(Scope)

_ORDER = {word: rank for kind in (Role, Scope) for rank, word in enumerate(kind)}
_IN_PROJECT = {
    Needs.VIEWER: (Role.VIEWER, Scope.READ),
    Needs.EDITOR: (Role.EDITOR, Scope.WRITE),
    Needs.PROJECT_ADMIN: (Role.ADMIN, Scope.ADMIN),
}


def check_access(needs: Needs, actor: Actor, role: Role | None, *, changes: bool) -> None:
    """Let pass or raise. `role` is the actor's in the project of the path, None for none.

    Raises NotFound where the actor may not even know of the project, Forbidden where they know it
    and lack the right.
    """
    if needs is Needs.NOTHING:
        return
    if needs in _IN_PROJECT:
        _check_in_project(*_IN_PROJECT[needs], actor, role)
    elif needs is Needs.INSTALLATION_ADMIN:
        if not actor.is_admin:
            raise Forbidden("only an administrator of the installation may do this")
        _check_scope(Scope.ADMIN, actor)
    elif needs is Needs.SESSION and actor.token_id is not None:
        raise Forbidden("this can only be done logged in, not with a token")
    else:
        _check_scope(Scope.WRITE if changes else Scope.READ, actor)


def includes(held: Collection[Scope], wanted: Collection[Scope]) -> bool:
    """Whether whoever holds some scopes may do all that others allow."""
    return max(map(_ORDER.__getitem__, wanted)) <= max(map(_ORDER.__getitem__, held))


def role_in_project(actor: Actor, membership: str | None) -> Role | None:
    """The role somebody has by being a member, or by being an administrator of everything."""
    if actor.is_admin:
        return Role.ADMIN
    return Role(membership) if membership is not None else None


def _check_in_project(needed: Role, scope: Scope, actor: Actor, role: Role | None) -> None:
    if role is None:
        raise NotFound("Project not found")
    if _ORDER[role] < _ORDER[needed]:
        raise Forbidden(f"this needs the role {needed} in the project; yours is {role}")
    _check_scope(scope, actor)


def _check_scope(needed: Scope, actor: Actor) -> None:
    if not includes(actor.scopes, (needed,)):
        raise Forbidden(f"the token lacks the scope {needed}")
