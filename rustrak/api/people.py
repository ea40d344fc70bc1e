"""Actors of the ledger as the API shows them."""

import re

from rustrak.schemas.issues import Person

_ACTOR = re.compile(r"(?:user:(?P<user>\d+))?\s?(?P<token>token:\d+)?")


def as_person(actor: str, email: str | None) -> Person:
    """Who stands behind 'user:7', 'user:7 token:3', 'token:3' or a part of Rustrak."""
    found = _ACTOR.fullmatch(actor)
    if found is None or not actor:
        return Person(kind="rustrak", user_id=None, email=None)
    user_id = int(found["user"]) if found["user"] else None
    return Person(kind="token" if found["token"] else "user", user_id=user_id, email=email)
