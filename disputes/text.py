"""Cleaning of text from outside: no control characters, no card, bank or document numbers, a bounded length."""

import unicodedata

from disputes.privacy.masking import cards, secrets

MAX_NAMED = 100
"""Characters of the longest value that is masked by the name of its field too."""

_CONTROLS = {"\n", "\t"}
_MAX_MARKS = 30  # the stream-safe text of Unicode's annex 15


def clean(text: str, *, limit: int = 20_000, name: str = "") -> str:
    """Return text without surrogates, controls and invisible marks, secret numbers masked, cut to `limit` characters.

    A short one under the `name` of a field is masked by that too. Cleaning it again changes nothing.
    """
    return _mask(_show(text), name)[:limit].strip()


def line(text: str, *, limit: int = 300, name: str = "") -> str:
    """Return text cleaned and folded to one line of at most `limit` characters."""
    cleaned = clean(text, limit=limit * 4, name=name)
    folded = " ".join(cleaned.split())
    # What stood in two lines may be one number in one.
    return (folded if folded == cleaned else _mask(folded, name))[:limit].strip()


def key(text: str, name: str, *, limit: int = 300) -> str:
    """Return the key of a record on one line, as `line` does, but whole: a number in one word is not masked."""
    return secrets.mask_key(name, " ".join(_show(text).split()))[:limit].strip()


def mask(text: str) -> str:
    """Replace every card, security code, bank account and document number; see `disputes.privacy.masking.secrets`."""
    return secrets.mask(text)


def mask_card(text: str, ending: str) -> str:
    """Replace every number that could be the card with these last four digits, in a text that was cleaned before."""
    return cards.mask_ending(text, ending)


def _mask(text: str, name: str) -> str:
    return secrets.mask_value(name, text) if name and len(text) <= MAX_NAMED else secrets.mask(text)


def _show(text: str) -> str:
    """Return text with one sort of line ends, and without what cannot be stored or seen."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(c for c in lines if c in _CONTROLS or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    # Normalising sorts a run of marks in quadratic time, and may lengthen it.
    return _drop_excess_marks(unicodedata.normalize("NFC", _drop_excess_marks(shown)))


def _drop_excess_marks(text: str) -> str:
    """Drop the combining marks of each letter after its first `_MAX_MARKS`."""
    characters, marks = [], 0
    for c in text:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= _MAX_MARKS:
            characters.append(c)
    return "".join(characters)
