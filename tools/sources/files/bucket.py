"""The merchant's files in an S3-compatible bucket."""

import asyncio

from obstore.exceptions import BaseError
from obstore.store import S3Store

from tools.sources.files.location import FileEntry

SECONDS = 8.0  # for one answer; a source has ten for all it does
_DEPTH = 3
_MAX_OBJECTS = 1_000  # read under one name


class BucketFiles:
    """Reads `<name>/<field>/<file>` under a bucket's prefix. Every error of the bucket is an `OSError`."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    async def list_files(self, name: str) -> list[FileEntry]:
        """Return the files under a name, without hidden ones. Raises `OSError`."""
        entries: list[FileEntry] = []
        try:
            async with asyncio.timeout(SECONDS):
                async for page in self._store.list_async(name):
                    entries += [entry for stored in page if (entry := _parse_path(stored["path"], name))]
                    if len(entries) >= _MAX_OBJECTS:
                        break
        except BaseError as failed:
            raise OSError("the bucket did not list its files") from failed
        return entries[:_MAX_OBJECTS]

    async def read(self, entry: FileEntry, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file. Raises `OSError`."""
        data = bytearray()
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._store.get_async(f"{entry.name}/{entry.field}/{entry.file}")
                async for chunk in answer.stream(min_chunk_size=1_000_000):
                    data += chunk
                    if len(data) >= limit:
                        break
        except BaseError as failed:
            raise OSError("the bucket did not return the file") from failed
        return bytes(data[:limit])


def _parse_path(path: str, name: str) -> FileEntry | None:
    parts = path.split("/")
    # Listing a prefix also returns names that only begin alike.
    plain = len(parts) == _DEPTH and parts[0] == name and not parts[2].startswith(".")
    return FileEntry(*parts) if plain else None
