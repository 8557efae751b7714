"""International bank account numbers (ISO 13616), known by their country's length and their remainder of 97."""

import re
import unicodedata
from functools import cache

from stdnum import numdb
from stdnum.iso7064 import mod_97_10

_FEWEST_DIGITS = 8
_GAP = r"[\s.\u2010-\u2015_/-]{0,2}"
_WIDE = r"\uff21-\uff3a\uff41-\uff5a"
_LETTER, _ALNUM = f"[A-Za-z{_WIDE}]", rf"[A-Za-z\d{_WIDE}]"
_START = re.compile(rf"(?<![^\W_])(?:(?i:iban){_GAP})?(?P<number>{_LETTER}{_GAP}{_LETTER}{_GAP}\d{_GAP}\d)")
_REST = re.compile(rf"{_GAP}({_ALNUM})")


def mask(text: str, note: str) -> str:
    """Replace every IBAN by the note, however its letters and digits are grouped."""
    masked, done = "", 0
    for match in _START.finditer(text):
        start = match.start("number")
        end = _find_end(text, start) if start >= done else None
        if end is not None:
            masked, done = masked + text[done:start] + note, end
    return masked + text[done:]


def _find_end(text: str, start: int) -> int | None:
    """Return where the IBAN that begins here ends, or None when none does."""
    number, at = "", start
    while match := _REST.match(text, at):
        number, at = number + _plain(match[1]), match.end()
        if len(number) < len("GB"):
            continue
        length = _length(number[:2])
        if len(number) == length:
            return at if _is_valid(number) and not re.match(r"[A-Za-z\d]", text[at : at + 1]) else None
        if not length:
            return None
    return None


@cache
def _length(country: str) -> int:
    """Return how long a country's IBANs are by the registry of SWIFT, 0 where there are none."""
    structure = numdb.get("iban").info(country)[0][1].get("bban", "")
    return sum(map(int, re.findall(r"(\d+)!", structure))) + len("GB29") if structure else 0


def _plain(letter: str) -> str:
    return str(unicodedata.digit(letter)) if letter.isdecimal() else unicodedata.normalize("NFKC", letter).upper()


def _is_valid(number: str) -> bool:
    return sum(map(str.isdigit, number[4:])) >= _FEWEST_DIGITS and mod_97_10.is_valid(number[4:] + number[:4])
