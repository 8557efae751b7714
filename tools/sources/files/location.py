"""The place of a merchant's files: a folder or a bucket."""

from typing import NamedTuple, Protocol


class FileEntry(NamedTuple):
    """One file: the order, payment or dispute it belongs to, Stripe's file field, its own name."""

    name: str
    field: str
    file: str


class FileLocation(Protocol):
    """A folder or a bucket laid out as `<order, payment or dispute>/<file field of Stripe's>/<file>`."""

    async def list_files(self, name: str) -> list[FileEntry]:
        """Return the files under a name, without hidden ones. Raises `OSError`."""
        ...

    async def read(self, entry: FileEntry, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file. Raises `OSError`."""
        ...
