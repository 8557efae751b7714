"""Numbers that nobody may keep: cards, security codes, bank accounts, documents. Each becomes a short, stable note.

Cards and IBANs prove themselves by their check digits, some documents by their shape; the rest is known by the words
beside it, so `account number 12345678` goes whatever account it is.
"""

import re
from functools import partial

from disputes.privacy.masking import cards, ibans
from disputes.privacy.masking import patterns as shapes

CODE, BANK, DOCUMENT = "[security code]", "[bank account]", "[document number]"
CARD = "[card ending"
NAMES = {CARD: "a card number", CODE: "a security code", BANK: "a bank account", DOCUMENT: "a document number"}

_ANY = re.compile(r"\d\D{0,3}\d\D{0,3}\d")


def mask(text: str) -> str:
    """Put a note for every secret number; doing it twice changes nothing more."""
    if not _ANY.search(text):
        return text
    text = cards.mask(ibans.mask(text, BANK))
    for note, patterns in ((CODE, shapes.CODE), (BANK, shapes.BANK), (DOCUMENT, shapes.DOCUMENT)):
        for shape in patterns:
            text = shape.sub(partial(_noted, note), text)
    return shapes.CPF.sub(lambda found: DOCUMENT if _is_cpf(found[0]) else found[0], text)


def masked(text: str) -> bool:
    """Tell whether a number was masked in this text."""
    return any(note in text for note in NAMES)


def beside(name: str, value: str) -> str:
    """Mask a value by what it is called, as `cvv` or `accountNumber` in an answer of an API, and by itself."""
    start = f"{re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', name)}: "
    told = mask(start + value)
    return told.removeprefix(start) if told.startswith(start) else mask(value)


def found(text: str) -> str:
    """Name what secret number stands in a text, such as `a bank account`; empty when none does."""
    clean = mask(text)
    return next((name for note, name in NAMES.items() if clean.count(note) > text.count(note)), "")


def _noted(note: str, found: re.Match[str]) -> str:
    """Put the note for each secret of a match and keep the rest."""
    kept, done = "", found.start()
    for group in ("secret", "other"):
        if group in found.re.groupindex and found[group] is not None:
            kept += found.string[done : found.start(group)] + note
            done = found.end(group)
    return kept + found.string[done : found.end()]


def _is_cpf(written: str) -> bool:
    """Check Brazil's two check digits, each a sum weighted down to 2, mod 11."""
    digits = [int(digit) for digit in cards.digits(written)]
    sums = [sum(d * (size + 1 - at) for at, d in enumerate(digits[:size])) * 10 % 11 % 10 for size in (9, 10)]
    return sums == digits[9:]
