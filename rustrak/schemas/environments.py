"""Environments."""

from rustrak.schemas.base import Reply


class Environment(Reply):
    name: str
