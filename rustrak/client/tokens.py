"""Bearer tokens."""

from collections.abc import Iterable
from datetime import datetime

from rustrak.accounts.access import Scope
from rustrak.client.listing import Listing
from rustrak.client.noun import Noun
from rustrak.schemas.accounts import User
from rustrak.schemas.tokens import CreatedToken, NewToken, Token

TOKENS = ("api", "tokens")


class Tokens(Noun):
    """The tokens of the token's owner."""

    async def owner(self) -> User:
        return await self._get(User, "auth", "me")

    def list(self) -> Listing[Token]:
        return self._whole(Token, *TOKENS)

    async def get(self, token_id: int) -> Token:
        return await self._get(Token, *TOKENS, token_id)

    async def create(
        self,
        description: str | None = None,
        *,
        scopes: Iterable[Scope] | None = None,
        expires_at: datetime | None = None,
    ) -> CreatedToken:
        wanted = NewToken(
            description=description,
            scopes=None if scopes is None else sorted(scopes),
            expires_at=expires_at,
        )
        return await self._send("POST", CreatedToken, *TOKENS, body=wanted)

    async def delete(self, token_id: int) -> None:
        await self._do("DELETE", *TOKENS, token_id)
