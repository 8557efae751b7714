"""Numbers written in words: `three`, `twenty-two`, `a hundred and four`, `twice`, `third`, `iv`. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SMALL = {word: number for number, word in enumerate((*_UNITS, *_TEENS))} | _TENS
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_ORDINALS = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_ROMAN = "ii iii iv vi vii viii ix xi xii xiii xiv xv".split()
_OTHERS = (
    {"dozen": 12, "dozens": 12, "hundreds": 100, "thousands": 1_000, "millions": 1_000_000}
    | {"twice": 2, "thrice": 3, "double": 2, "doubled": 2, "triple": 3, "tripled": 3, "twofold": 2, "threefold": 3}
    | dict(zip(_ORDINALS, range(3, 13), strict=True))
    | dict(zip(_ROMAN, (2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15), strict=True))
)
_PARTS = "|".join(sorted((*_SMALL, *_SCALES), key=len, reverse=True))
WORDS = rf"(?:{_PARTS})(?:[\s-](?:and\s)?(?:{_PARTS})){{0,9}}"
"""A regular expression of a number in words, to be part of another."""

_RUN = re.compile(rf"\b(?:{WORDS}|{'|'.join(sorted(_OTHERS, key=len, reverse=True))})\b", re.IGNORECASE)
_PART = re.compile(r"[a-z]+")


class Numeral(NamedTuple):
    """A number in words, with its first and last character (the last excluded)."""

    value: int
    text: str
    start: int
    end: int


def read(text: str) -> Iterator[Numeral]:
    """Yield every number in words. `one` alone is left out, since it is a pronoun as often."""
    for run in _RUN.finditer(text):
        for value, start, end in _parse_run(run[0].casefold()):
            if value != 1:
                yield Numeral(value, run[0][start:end], run.start() + start, run.start() + end)


def parse(written: str) -> int:
    """Return the number that figures or words write, the first of several. Raises `ValueError` when there is none."""
    figure = written.replace(",", "").strip()
    if figure.isdecimal():
        return int(figure)
    if run := _RUN.match(figure):
        return next(_parse_run(run[0].casefold()))[0]
    raise ValueError(f"{written} is no number")


def _parse_run(run: str) -> Iterator[tuple[int, int, int]]:
    """Yield the numbers of a run of words: `two three` is two of them, `twenty-three` is one."""
    total = current = start = end = 0
    before = ""
    for part in _PART.finditer(run):
        word = part[0]
        if word == "and":
            continue
        if word in _OTHERS:
            yield _OTHERS[word], part.start(), part.end()
            return
        if before and not _joins(before, word, run[end : part.start()]):
            yield total + current, start, end
            total = current = 0
            before = ""
        start = start if before else part.start()
        total, current = _add_word(total, current, word)
        before, end = word, part.end()
    if before:
        yield total + current, start, end


def _joins(before: str, word: str, gap: str) -> bool:
    if before in _SCALES:
        return word in _SMALL or _SCALES[word] > _SCALES[before]
    if "and" in gap:
        return False
    return word in _SCALES or (before in _TENS and 0 < _SMALL[word] < 10)  # noqa: PLR2004 - the ones after the tens


def _add_word(total: int, current: int, word: str) -> tuple[int, int]:
    if word in _SMALL:
        return total, current + _SMALL[word]
    if word == "hundred":
        return total, max(current, 1) * 100
    return total + max(current, 1) * _SCALES[word], 0


def is_number(word: str) -> bool:
    """Check that a folded word is a number in words, or part of one."""
    return word in _SMALL or word in _SCALES or word in _OTHERS
