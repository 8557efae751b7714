import os
import re
import tempfile
from pathlib import Path

# A unix socket's path may have 103 bytes on macOS and 107 on Linux; a comma or a space would split an option.
LONGEST = 100
LONGEST_NAME = "/.s.PGSQL.5432.lock"
PLAIN = re.compile(r"[\w./+-]+", re.ASCII)
SHORT_ROOT = "/tmp"  # noqa: S108 - only a private folder is made in it, by mkdtemp
RECORD = "run.path"


def known(home: Path) -> Path | None:
    """Return the folder for the sockets of a home, or None while a short one has still to be made."""
    inside = home / "run"
    return inside if _fits(inside) else _recorded(home / RECORD)


def make(home: Path) -> Path:
    """Return the private folder for the sockets of a home, made when missing.

    It is `home/run`, or where that path cannot name a socket, a short one that the file `home/run.path` records.
    """
    found = known(home) or _short(home / RECORD)
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _fits(path: Path) -> bool:
    name = f"{path}{LONGEST_NAME}"
    return len(os.fsencode(name)) <= LONGEST and PLAIN.fullmatch(name) is not None


def _recorded(record: Path) -> Path | None:
    if not record.is_file():
        return None
    found = Path(record.read_text(encoding="utf-8"))
    return found if _is_private(found.parent) else None


def _short(record: Path) -> Path:
    made = Path(tempfile.mkdtemp(prefix="rebut-", dir=SHORT_ROOT)) / "run"
    record.write_text(str(made), encoding="utf-8")
    return made


def _is_private(path: Path) -> bool:
    # A swept /tmp may have lost the folder, and then anybody may have made another of that name.
    if not path.is_dir() or path.is_symlink():
        return False
    seen = path.stat()
    return seen.st_uid == os.geteuid() and not seen.st_mode & 0o022
