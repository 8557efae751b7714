"""Numbers that nobody may keep: cards, security codes, bank accounts, documents. Each becomes a short, stable note.

Cards are known by their issuer's range and check digit, IBANs by theirs, some documents by their shape; the rest is
known by the words beside it, so `account number 12345678` goes whatever account it is.
"""

import re
from functools import partial

from stdnum.br import cpf

from disputes.privacy.masking import cards, ibans
from disputes.privacy.masking import patterns as shapes

CODE, BANK, DOCUMENT = "[security code]", "[bank account]", "[document number]"
CARD = "[card ending"
MAX_PASSES = 8
NAMES = {CARD: "a card number", CODE: "a security code", BANK: "a bank account", DOCUMENT: "a document number"}

_ANY = re.compile(r"\d\D{0,3}\d\D{0,3}\d")


def mask(text: str, *, ending: str = "") -> str:
    """Replace every secret number by a note; doing it twice changes nothing more.

    With the last four digits of the disputed card, a number that could be that one goes whatever its form.
    """
    text = cards.mask_ending(text, ending)
    for _ in range(MAX_PASSES):
        masked = _mask_once(text)
        if masked == text:
            break
        text = masked
    return text


def _mask_once(text: str) -> str:
    """Mask what shows; a number that stood against one that was masked shows in the next pass."""
    if not _ANY.search(text):
        return text
    text = cards.mask(ibans.mask(text, BANK))
    for note, patterns in ((CODE, shapes.CODE), (BANK, shapes.BANK), (DOCUMENT, shapes.DOCUMENT)):
        for shape in patterns:
            text = shape.sub(partial(_replace, note), text)
    return _mask_cpf(text)


def _mask_cpf(text: str) -> str:
    return shapes.CPF.sub(lambda match: DOCUMENT if cpf.is_valid(cards.digits(match[0])) else match[0], text)


def is_masked(text: str) -> bool:
    """Check whether a number was masked in this text."""
    return any(note in text for note in NAMES)


def mask_value(name: str, value: str) -> str:
    """Mask a value by what it is called, as `cvv` or `accountNumber` in an answer of an API, and by itself."""
    label = f"{re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', name)}: "
    masked = mask(label + value)
    return masked.removeprefix(label) if masked.startswith(label) else mask(value)


def mask_key(name: str, key: str) -> str:
    """Mask a value that is the key of a record: in one word it stays, unless its check digits prove it personal."""
    return mask_value(name, key) if len(key.split()) > 1 else _mask_cpf(ibans.mask(key, BANK))


def find_kind(text: str) -> str:
    """Return what secret number stands in a text, such as `a bank account`; empty when none does."""
    masked = mask(text)
    return next((name for note, name in NAMES.items() if masked.count(note) > text.count(note)), "")


def _replace(note: str, match: re.Match[str]) -> str:
    """Replace each secret of a match by the note and leave the rest."""
    masked, done = "", match.start()
    for group in ("secret", "other"):
        if group in match.re.groupindex and match[group] is not None:
            masked += match.string[done : match.start(group)] + note
            done = match.end(group)
    return masked + match.string[done : match.end()]
