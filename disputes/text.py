"""Text from outside, made safe to keep: data, never instructions.

Card numbers are masked before anything is stored, logged, prompted or rendered. A number of 13 to 19 digits that passes
the Luhn check and begins as cards begin is masked whatever it is: now and then that is a tracking number, and losing
one is better than keeping a card. A UPS number says what it is, by its `1Z` and a check digit of its own, and is kept.
"""

import re
import unicodedata
from collections.abc import Iterator

_KEPT_CONTROLS = {"\n", "\t"}
_GAP = r"[\s.\-\u2010-\u2015_/]{1,2}"
# A Stripe id names a record even when all of it is digits.
_NO_ID = "".join(f"(?<!{name}_)" for name in "ch cus dp du evt file in pi py re sub txn".split())
_RUN = re.compile(rf"(?<!\d){_NO_ID}\d+(?:{_GAP}\d+)*")
_GROUP = re.compile(r"\d+")
# ISO/IEC 7812: 3 travel, 4 and 5 banking, 6 trade and banking; 2 is Mastercard's and Mir's second range.
_FIRST = frozenset("23456")
_LENGTHS = range(13, 20)
_MARKS = 30  # the stream-safe text of Unicode's annex 15


def clean(text: str, *, limit: int = 20_000) -> str:
    """Drop surrogates, controls and invisible marks, mask card numbers, cut to `limit` characters.

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
    """Replace every card number by its last four digits, however its digits are grouped."""
    return _RUN.sub(lambda run: run[0] if _is_parcel(text, run) else _masked(run[0]), text)


def _is_parcel(text: str, run: re.Match[str]) -> bool:
    """Tell whether these are the 16 digits of a UPS tracking number, `1Z` before them and its check digit right."""
    if text[max(0, run.start() - 2) : run.start()].upper() != "1Z" or not re.fullmatch(r"[0-9]{16}", run[0]):
        return False
    *body, check = map(int, run[0])
    return (sum(body[0::2]) + 2 * sum(body[1::2]) + check) % 10 == 0


def _thinned(text: str) -> str:
    """Drop every mark that stands on a letter after its first `_MARKS`."""
    kept, marks = [], 0
    for c in text:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= _MARKS:
            kept.append(c)
    return "".join(kept)


def _masked(run: str) -> str:
    """Mask each card among the groups of a run: an expiry or an amount may stand beside it."""
    kept, done = "", 0
    for start, end in _cards(run):
        kept += f"{run[done:start]}[card ending {_digits(run[start:end])[-4:]}]"
        done = end
    return kept + run[done:]


def _cards(run: str) -> Iterator[tuple[int, int]]:
    groups = [(found.start(), found.end()) for found in _GROUP.finditer(run)]
    past = 0
    for number, (start, _) in enumerate(groups):
        ends = (end for end in _ends(groups[number : number + _LENGTHS.stop]) if _is_card(_digits(run[start:end])))
        if start >= past and (end := next(ends, None)) is not None:
            yield start, end
            past = end


def _ends(groups: list[tuple[int, int]]) -> Iterator[int]:
    """Give where these groups have as many digits as a card; groups past that are never looked at."""
    digits = 0
    for start, end in groups:
        digits += end - start
        if digits >= _LENGTHS.stop:
            return
        if digits >= _LENGTHS.start:
            yield end


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdecimal())


def _is_card(digits: str) -> bool:
    if len(digits) not in _LENGTHS or digits[0] not in _FIRST:
        return False
    doubled = [sum(divmod(2 * int(d), 10)) for d in digits[-2::-2]]
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0
