"""Which exhibits a letter names. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_MARK = r"(?-i:[A-Z]{1,3}|[b-z]|a(?=[,.;:)]|$))|\d{1,3}"
_NAMED = re.compile(
    rf"\bexhibits?\s(?:no\.?\s)?(?P<marks>(?:{_MARK})\b(?:(?:,?\s(?:and|or|to|through)\s|,\s|\s?[-\u2013&]\s?)"
    rf"(?:exhibits?\s)?(?:{_MARK})\b){{0,30}})",
    re.IGNORECASE,
)
_EACH = re.compile(rf"\b(?:{_MARK})\b", re.IGNORECASE)
_JOIN = re.compile(r"^\s?(?:to|through|[-\u2013])\s?$", re.IGNORECASE)
_WORDS = frozenset("and or to exhibit exhibits through".split())


class Mention(NamedTuple):
    """One exhibit that is named, as its sheet is marked, and where."""

    mark: str
    start: int
    end: int


def read(text: str) -> Iterator[Mention]:
    """Give each exhibit a folded text names: `Exhibit A`, `Exhibits A, B and D`, and all of `Exhibits A to C`."""
    for found in _NAMED.finditer(text):
        before, end = "", found.start("marks")
        for part in _EACH.finditer(text, *found.span("marks")):
            if part[0].lower() in _WORDS:
                continue
            mark = part[0].upper()
            for each in (*_within(before, mark, text[end : part.start()]), mark):
                yield Mention(f"Exhibit {each}", part.start(), part.end())
            before, end = mark, part.end()


def is_mark(mark: str) -> bool:
    """Tell whether a sheet may be marked so."""
    return re.fullmatch("Exhibit [A-Z]", mark) is not None


def blank(text: str) -> str:
    """Give the text with spaces for the exhibits it names."""
    return _NAMED.sub(lambda found: " " * len(found[0]), text)


def _within(before: str, mark: str, gap: str) -> Iterator[str]:
    """Give the marks that a range leaves unsaid."""
    if len(before) == len(mark) == 1 and _JOIN.match(gap):
        yield from map(chr, range(ord(before) + 1, ord(mark)))
