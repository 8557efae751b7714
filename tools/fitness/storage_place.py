"""Tries the storage of files: one is written, read and removed."""

import os
from pathlib import Path
from secrets import token_hex

from disputes.errors import DisputeError
from disputes.ports.storage import Storage
from tools.fitness import Shortcoming

_MEANS = "so exhibits and your files cannot be kept"
_DO = "Correct REBUT_STORAGE and its key, or the rights on that place"


async def examine(storage: Storage) -> tuple[Shortcoming, ...]:
    """Write, read and remove a small file. Never raises for a bad place."""
    probe, content, step = f"rebut_probe_{token_hex(8)}", token_hex(8).encode(), "written"
    try:
        name = await storage.keep(probe, content)
        step = "read"
        whole = await storage.read(name) == content
        step = "removed"
        await storage.forget(probe)
    except (DisputeError, TimeoutError) as failed:
        return (_bad(step, type(failed.__cause__ or failed).__name__),)
    return () if whole else (_bad("read", "it came back changed"),)


def examine_folder(folder: Path) -> tuple[Shortcoming, ...]:
    """Return whether files could be written in a folder that may not be there yet, without making it."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return ()
    return (_bad("written", f"in the folder {folder}"),)


def _bad(step: str, why: str) -> Shortcoming:
    return Shortcoming(text=f"A file cannot be {step} in the storage, {_MEANS}. {_DO}.", detail=why)
