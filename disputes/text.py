"""Text from outside, made safe to keep: data, never instructions, and without the numbers nobody may keep."""

import unicodedata

from disputes.privacy.masking import secrets

_KEPT_CONTROLS = {"\n", "\t"}
_MARKS = 30  # the stream-safe text of Unicode's annex 15


def clean(text: str, *, limit: int = 20_000) -> str:
    """Drop surrogates, controls and invisible marks, mask secret numbers, cut to `limit` characters.

    Cleaning twice changes nothing more.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in lines if c in _KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    # Normalising sorts a run of marks in quadratic time, and may lengthen it.
    return mask(_thinned(unicodedata.normalize("NFC", _thinned(kept))))[:limit].strip()


def line(text: str, *, limit: int = 300) -> str:
    """Clean text and fold it to one line."""
    return " ".join(clean(text, limit=limit * 4).split())[:limit].strip()


def mask(text: str) -> str:
    """Put a short note for every card, security code, bank account and document number; see `disputes.secrets`."""
    return secrets.mask(text)


def _thinned(text: str) -> str:
    """Drop every mark that stands on a letter after its first `_MARKS`."""
    kept, marks = [], 0
    for c in text:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= _MARKS:
            kept.append(c)
    return "".join(kept)
