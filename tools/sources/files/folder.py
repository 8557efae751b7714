"""The merchant's files in a folder of this machine."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from tools.sources.files.location import FileEntry


class Folder:
    """Reads `<name>/<field>/<file>` under a folder; a link may not lead out of it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def spots(self, name: str) -> list[FileEntry]:
        """Give the files under a name, those of a hidden name left out. Raises `OSError`."""
        return await asyncio.to_thread(lambda: [*self._spots(name)])

    async def read(self, spot: FileEntry, *, most: int) -> bytes:
        """Give at most so many bytes. Raises `OSError`."""
        return await asyncio.to_thread(self._read, spot, most)

    def _spots(self, name: str) -> Iterator[FileEntry]:
        case = self._root / name
        if not case.is_dir():
            return
        for place in sorted(case.iterdir()):
            if place.is_dir() and place.resolve().is_relative_to(self._root):
                inside = place.resolve()
                held = (file for file in place.iterdir() if file.is_file() and file.resolve().parent == inside)
                yield from (FileEntry(name, place.name, file.name) for file in held if not file.name.startswith("."))

    def _read(self, spot: FileEntry, most: int) -> bytes:
        with self._root.joinpath(spot.name, spot.field, spot.file).open("rb") as held:
            return held.read(most)
