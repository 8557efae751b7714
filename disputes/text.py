"""Cleaning of text from outside: no control characters, no card, bank or document numbers, a bounded length."""

import unicodedata

from disputes.privacy.masking import secrets

_CONTROLS = {"\n", "\t"}
_MAX_MARKS = 30  # the stream-safe text of Unicode's annex 15


def clean(text: str, *, limit: int = 20_000) -> str:
    """Return text without surrogates, controls and invisible marks, secret numbers masked, cut to `limit` characters.

    Cleaning it again changes nothing.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(c for c in lines if c in _CONTROLS or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    # Normalising sorts a run of marks in quadratic time, and may lengthen it.
    return mask(_drop_excess_marks(unicodedata.normalize("NFC", _drop_excess_marks(shown))))[:limit].strip()


def line(text: str, *, limit: int = 300) -> str:
    """Return text cleaned and folded to one line of at most `limit` characters."""
    return " ".join(clean(text, limit=limit * 4).split())[:limit].strip()


def mask(text: str) -> str:
    """Replace every card, security code, bank account and document number; see `disputes.privacy.masking.secrets`."""
    return secrets.mask(text)


def _drop_excess_marks(text: str) -> str:
    """Drop the combining marks of each letter after its first `_MAX_MARKS`."""
    characters, marks = [], 0
    for c in text:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= _MAX_MARKS:
            characters.append(c)
    return "".join(characters)
