"""Where a merchant's files are, wherever that is."""

from typing import NamedTuple, Protocol


class FileEntry(NamedTuple):
    """One file: the order, payment or dispute it lies under, Stripe's file field, its own name."""

    name: str
    field: str
    file: str


class FileLocation(Protocol):
    """A folder or a bucket laid out as `<order, payment or dispute>/<file field of Stripe's>/<file>`."""

    async def spots(self, name: str) -> list[FileEntry]:
        """Give the files under a name, those of a hidden name left out. Raises `OSError`."""
        ...

    async def read(self, spot: FileEntry, *, most: int) -> bytes:
        """Give at most so many bytes. Raises `OSError`."""
        ...
