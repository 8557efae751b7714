"""Users: who holds a token, and what they may do."""

from collections.abc import Mapping
from typing import Literal, Protocol

from disputes.model import Value

Role = Literal["viewer", "reviewer", "admin"]

DECIDES: frozenset[Role] = frozenset(("reviewer", "admin"))
"""The roles that may decide about cases."""


class User(Value):
    """Who holds a token: a viewer reads, a reviewer decides about cases, an admin signs templates as well."""

    name: str
    role: Role

    @property
    def decides(self) -> bool:
        """Whether the user may decide about cases."""
        return self.role in DECIDES


class Users(Protocol):
    """The repository of users; of a token only its SHA-256 is stored."""

    async def by_token(self, token: str) -> User | None:
        """Return who holds a token, or None."""
        ...

    async def add(self, user: User, *, digest: str) -> None:
        """Add a user, or rename one, by the SHA-256 of a token in lower-case hex. Raises `Invalid`."""
        ...

    async def is_reviewer(self, name: str) -> bool:
        """Return whether somebody of this name may decide now."""
        ...

    async def configure(self, configured: Mapping[str, User]) -> None:
        """Make these, by digest, the users of the settings; one of an earlier setting that is not among them goes."""
        ...
