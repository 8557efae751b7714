"""Card numbers, found as cards are written: an issuer's range, the Luhn check, solid or in the groups on the plastic.

A number in one piece may also be an order's or a parcel's. It is one where it proves itself by its shape, where the
words before it say so, or the head of its column does. Groups as on a card are a card whatever the words say.
"""

import re
import unicodedata
from collections.abc import Iterator

from stdnum import luhn

from disputes.privacy.masking import issuers, lookalikes
from disputes.privacy.masking.labels import Labels

# One cell of a table ends at a line, a tab, a bar, a semicolon, a comma or several spaces.
_GAP = r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000._/\u00b7\u2022\u2010-\u2015\u2212-]"


def _grouped(*sizes: str) -> re.Pattern[str]:
    first, *rest = (rf"\d{{{size}}}" for size in sizes)
    return re.compile(rf"{first}(?P<gap>{_GAP}){'(?P=gap)'.join(rest)}(?!\d)")


_START = re.compile(r"(?<!\d)\d")
_SOLID = re.compile(r"\d{12,19}(?!\d)")
# The longest first, so that no part of a long number is left.
_PRINTED = (
    _grouped("6", "13"),
    _grouped("4", "4", "4", "4", "3"),
    _grouped("4", "4", "4", "4"),
    _grouped("4", "6", "4,5"),
)
_ANY_GAP = r"[\s.\-\u2010-\u2015_/]{1,2}"
_RUN = re.compile(rf"(?<!\d)\d+(?:{_ANY_GAP}\d+)*")
_GROUP = re.compile(r"\d+")
_LENGTHS = range(13, 20)


def mask(text: str) -> str:
    """Replace every card number by its last four digits."""
    return _replace(text, _cards(text))


def mask_ending(text: str, ending: str) -> str:
    """Replace every number that could be the card with these last four digits, however its digits are grouped."""
    return _replace(text, _ending(text, ending)) if ending else text


def digits(text: str) -> str:
    """Return the decimal digits of a text, whatever their script, as ASCII."""
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdecimal())


def _replace(text: str, spans: Iterator[tuple[int, int]]) -> str:
    masked, done = "", 0
    for start, end in spans:
        masked += f"{text[done:start]}[card ending {digits(text[start:end])[-4:]}]"
        done = end
    return masked + text[done:]


def _cards(text: str) -> Iterator[tuple[int, int]]:
    labels, past = Labels(text), 0
    for match in _START.finditer(text):
        start = match.start()
        end = _find_end(text, start, labels) if start >= past else 0
        if end:
            yield start, end
            past = end


def _find_end(text: str, start: int, labels: Labels) -> int:
    """Return where the card that begins here ends, 0 when none does."""
    if solid := _SOLID.match(text, start):
        return solid.end() if _is_card(digits(solid[0])) and not _is_other(text, solid, labels) else 0
    shapes = (shape.match(text, start) for shape in _PRINTED)
    found = (shape for shape in shapes if shape and _is_card(digits(shape[0])))
    return next((shape.end() for shape in found if not lookalikes.is_parcel(text, shape)), 0)


def _is_other(text: str, solid: re.Match[str], labels: Labels) -> bool:
    if labels.is_card(*solid.span()):
        return False
    return lookalikes.is_other(text, solid) or labels.is_key(solid.start())


def _is_card(number: str) -> bool:
    return issuers.is_issued(number) and luhn.is_valid(number)


def _ending(text: str, ending: str) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        groups, past = [match.span() for match in _GROUP.finditer(text, *run.span())], 0
        for place, (start, _) in enumerate(groups):
            ends = _ends(groups[place : place + _LENGTHS.stop]) if start >= past else iter(())
            # The last of them: a shorter one may pass by chance, and would leave the rest.
            end = max((end for end in ends if _is_disputed(digits(text[start:end]), ending)), default=0)
            if end:
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


def _is_disputed(number: str, ending: str) -> bool:
    return number.endswith(ending) and number[0] in "234568" and luhn.is_valid(number)
