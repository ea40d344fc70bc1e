"""Names that handlers not yet converted use."""

from rustrak.accounts.access import Actor

__all__ = ["Actor"]
