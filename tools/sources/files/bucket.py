"""The merchant's files in an S3-compatible bucket."""

import asyncio

from obstore.exceptions import BaseError
from obstore.store import S3Store

from tools.sources.files.location import FileEntry

SECONDS = 8.0  # for one answer; a source has ten for all it does
_DEPTH = 3
_MOST = 1_000  # objects under one name that are looked at


class BucketFiles:
    """Reads `<name>/<field>/<file>` under a bucket's prefix. Every error of the storage is an `OSError`."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def spots(self, name: str) -> list[FileEntry]:
        """Give the files under a name, those of a hidden name left out. Raises `OSError`."""
        found: list[FileEntry] = []
        try:
            async with asyncio.timeout(SECONDS):
                async for page in self._store.list_async(name):
                    found += [spot for held in page if (spot := _spot(held["path"], name))]
                    if len(found) >= _MOST:
                        break
        except BaseError as failed:
            raise OSError("the bucket did not list its files") from failed
        return found[:_MOST]

    async def read(self, spot: FileEntry, *, most: int) -> bytes:
        """Give at most so many bytes. Raises `OSError`."""
        data = bytearray()
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._store.get_async(f"{spot.name}/{spot.field}/{spot.file}")
                async for chunk in answer.stream(min_chunk_size=1_000_000):
                    data += chunk
                    if len(data) >= most:
                        break
        except BaseError as failed:
            raise OSError("the bucket did not give the file") from failed
        return bytes(data[:most])


def _spot(path: str, name: str) -> FileEntry | None:
    parts = path.split("/")
    # A prefix that is listed also names what merely begins alike.
    plain = len(parts) == _DEPTH and parts[0] == name and not parts[2].startswith(".")
    return FileEntry(*parts) if plain else None
