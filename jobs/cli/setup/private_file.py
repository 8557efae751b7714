"""A file that its owner alone may read, written whole or not at all."""

import os
import tempfile
from pathlib import Path

from disputes.errors import Invalid


def read_text(path: Path) -> str:
    """Return the text of a file, empty when there is none. Raises `Invalid` with one sentence."""
    try:
        with path.open(encoding="utf-8", newline="") as opened:
            return opened.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as failed:
        raise Invalid(f"{path} cannot be read: {_reason(failed)}.") from failed


def check_place(path: Path) -> None:
    """Raise `Invalid` when a file cannot be written at this place, before anything depends on it."""
    try:
        place = path.resolve()
        if place.exists() and not place.is_file():
            raise Invalid(f"{path} is no file.")
        with tempfile.TemporaryFile(dir=place.parent):
            pass
    except OSError as failed:
        raise Invalid(f"{path} cannot be written: {_reason(failed)}.") from failed


def write_text(path: Path, text: str) -> None:
    """Put this text in the place of a file, at once and with mode 0600. Raises `Invalid`; the old file stays then."""
    try:
        # A link to a file kept elsewhere stays a link.
        place = path.resolve()
        number, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
        try:
            _fill(number, text)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, UnicodeEncodeError) as failed:
        raise Invalid(f"{path} cannot be written: {_reason(failed)}.") from failed


def _fill(number: int, text: str) -> None:
    # mkstemp gives the mode 0600 from the first moment on.
    with os.fdopen(number, "w", encoding="utf-8", newline="") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(number)


def _reason(failed: Exception) -> str:
    return str(getattr(failed, "strerror", None) or "it is no UTF-8 text")
