"""The merchant's files in a folder of this machine."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from tools.sources.files.location import FileEntry


class FolderFiles:
    """Reads `<name>/<field>/<file>` under a folder; a link may not lead out of it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def list_files(self, name: str) -> list[FileEntry]:
        """Return the files under a name, without hidden ones. Raises `OSError`."""
        return await asyncio.to_thread(lambda: [*self._list_files(name)])

    async def read(self, entry: FileEntry, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file. Raises `OSError`."""
        return await asyncio.to_thread(self._read, entry, limit)

    def _list_files(self, name: str) -> Iterator[FileEntry]:
        parent = self._root / name
        if not parent.is_dir():
            return
        for field in sorted(parent.iterdir()):
            if field.is_dir() and field.resolve().is_relative_to(self._root):
                inside = field.resolve()
                files = (file for file in field.iterdir() if file.is_file() and file.resolve().parent == inside)
                yield from (FileEntry(name, field.name, file.name) for file in files if not file.name.startswith("."))

    def _read(self, entry: FileEntry, limit: int) -> bytes:
        with self._root.joinpath(entry.name, entry.field, entry.file).open("rb") as file:
            return file.read(limit)
