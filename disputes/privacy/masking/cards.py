"""Card numbers, found by their length, their first digit and the Luhn check, however their digits are grouped.

A number that passes is masked whatever it is: now and then that is a tracking number, and losing one is better than
keeping a card. A UPS number says what it is, by its `1Z` and a check digit of its own, and is kept.
"""

import re
import unicodedata
from collections.abc import Iterator

from stdnum import luhn

_GAP = r"[\s.\-\u2010-\u2015_/]{1,2}"
# A Stripe id names a record even when all of it is digits.
_NO_ID = "".join(f"(?<!{name}_)" for name in "ch cus dp du evt file in pi py re sub txn".split())
_RUN = re.compile(rf"(?<!\d){_NO_ID}\d+(?:{_GAP}\d+)*")
_GROUP = re.compile(r"\d+")
# ISO/IEC 7812: 3 travel, 4 and 5 banking, 6 trade and banking; 2 is Mastercard's and Mir's second range.
_FIRST = frozenset("23456")
_LENGTHS = range(13, 20)


def mask(text: str) -> str:
    """Replace every card number by its last four digits."""
    return _RUN.sub(lambda run: run[0] if _is_parcel(text, run) else _mask_run(run[0]), text)


def digits(text: str) -> str:
    """Return the decimal digits of a text, whatever their script, as ASCII."""
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdecimal())


def _is_parcel(text: str, run: re.Match[str]) -> bool:
    """Check that these are the 16 digits of a UPS tracking number, `1Z` before them and its check digit right."""
    if text[max(0, run.start() - 2) : run.start()].upper() != "1Z" or not re.fullmatch(r"[0-9]{16}", run[0]):
        return False
    *body, check = map(int, run[0])
    return (sum(body[0::2]) + 2 * sum(body[1::2]) + check) % 10 == 0


def _mask_run(run: str) -> str:
    """Mask each card among the groups of a run: an expiry or an amount may stand beside it."""
    masked, done = "", 0
    for start, end in _cards(run):
        masked += f"{run[done:start]}[card ending {digits(run[start:end])[-4:]}]"
        done = end
    return masked + run[done:]


def _cards(run: str) -> Iterator[tuple[int, int]]:
    groups = [match.span() for match in _GROUP.finditer(run)]
    past = 0
    for number, (start, _) in enumerate(groups):
        ends = (end for end in _ends(groups[number : number + _LENGTHS.stop]) if _is_card(digits(run[start:end])))
        if start >= past and (end := next(ends, None)) is not None:
            yield start, end
            past = end


def _ends(groups: list[tuple[int, int]]) -> Iterator[int]:
    """Yield where these groups have as many digits as a card; groups past that are never looked at."""
    count = 0
    for start, end in groups:
        count += end - start
        if count >= _LENGTHS.stop:
            return
        if count >= _LENGTHS.start:
            yield end


def _is_card(number: str) -> bool:
    return len(number) in _LENGTHS and number[0] in _FIRST and luhn.is_valid(number)
