"""International bank account numbers (ISO 13616), known by their country's length and their remainder of 97."""

import re
import unicodedata

_LENGTHS = {
    length: codes.split()
    for length, codes in {
        15: "NO",
        16: "BE",
        18: "DK FK FI FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        33: "RU",
    }.items()
}
_LENGTH = {code: length for length, codes in _LENGTHS.items() for code in codes}
_FEWEST_DIGITS = 8
_GAP = r"[\s.\u2010-\u2015_/-]{0,2}"
_WIDE = r"\uff21-\uff3a\uff41-\uff5a"
_LETTER, _ALNUM = f"[A-Za-z{_WIDE}]", rf"[A-Za-z\d{_WIDE}]"
_START = re.compile(rf"(?<![^\W_])(?:(?i:iban){_GAP})?(?P<number>{_LETTER}{_GAP}{_LETTER}{_GAP}\d{_GAP}\d)")
_REST = re.compile(rf"{_GAP}({_ALNUM})")


def mask(text: str, note: str) -> str:
    """Put the note for every IBAN, however its letters and digits are grouped."""
    kept, done = "", 0
    for found in _START.finditer(text):
        start = found.start("number")
        end = _end(text, start) if start >= done else None
        if end is not None:
            kept, done = kept + text[done:start] + note, end
    return kept + text[done:]


def _end(text: str, start: int) -> int | None:
    """Give where the IBAN that begins here ends, or None when none does."""
    number, at = "", start
    while found := _REST.match(text, at):
        number, at = number + _plain(found[1]), found.end()
        if len(number) == _LENGTH.get(number[:2], 0):
            return at if _proves(number) and not re.match(r"[A-Za-z\d]", text[at : at + 1]) else None
        if len(number) >= len("GB") and number[:2] not in _LENGTH:
            return None
    return None


def _plain(letter: str) -> str:
    return str(unicodedata.digit(letter)) if letter.isdecimal() else unicodedata.normalize("NFKC", letter).upper()


def _proves(number: str) -> bool:
    if sum(map(str.isdigit, number[4:])) < _FEWEST_DIGITS:
        return False
    return int("".join(str(int(letter, 36)) for letter in number[4:] + number[:4])) % 97 == 1
