"""The folder for the unix sockets of a home."""

import os
import re
import tempfile
from pathlib import Path

# A unix socket's path may have 103 bytes on macOS and 107 on Linux; a comma or a space would split an option.
MAX_BYTES = 100
LONGEST_NAME = "/.s.PGSQL.5432.lock"
PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)
SHORT_ROOT = "/tmp"  # noqa: S108 - only a private folder is made in it, by mkdtemp
RECORD_FILE = "run.path"


def find(home: Path) -> Path | None:
    """Return the folder for the sockets of a home, or None where `make` has still to make a short one."""
    inside = home / "run"
    return inside if _fits(inside) else _recorded_folder(home / RECORD_FILE)


def make(home: Path) -> Path:
    """Return the private folder for the sockets of a home, made when missing.

    It is `home/run`, or where that path cannot name a socket, a short one that the file `home/run.path` records.
    """
    folder = find(home) or _make_short_folder(home / RECORD_FILE)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _fits(path: Path) -> bool:
    name = f"{path}{LONGEST_NAME}"
    return len(os.fsencode(name)) <= MAX_BYTES and PLAIN_PATH.fullmatch(name) is not None


def _recorded_folder(record: Path) -> Path | None:
    if not record.is_file():
        return None
    folder = Path(record.read_text(encoding="utf-8"))
    return folder if _is_private(folder.parent) else None


def _make_short_folder(record: Path) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rebut-", dir=SHORT_ROOT)) / "run"
    record.write_text(str(folder), encoding="utf-8")
    return folder


def _is_private(path: Path) -> bool:
    # A cleaned /tmp may have lost the folder, and then anybody may have made another of that name.
    if not path.is_dir() or path.is_symlink():
        return False
    status = path.stat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022
