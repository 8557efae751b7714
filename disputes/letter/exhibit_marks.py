"""Exhibits as a letter names them, in brackets: `It was delivered (Exhibit A).` Pure."""

import re
from collections.abc import Collection

_MARK = re.compile(r" \((Exhibit [A-Z])\)")


def write(mark: str) -> str:
    """Return an exhibit's mark as it stands behind words of a letter; nothing for no mark."""
    return f" ({mark})" if mark else ""


def find(text: str) -> list[str]:
    """Return the marks that a text names in brackets."""
    return _MARK.findall(text)


def strip(text: str, marks: Collection[str] | None = None) -> str:
    """Return a text without these marks in brackets; without any for None."""
    return _MARK.sub(lambda match: "" if marks is None or match[1] in marks else match[0], text)
