"""Exhibits that a letter names. Pure."""

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
    """One exhibit that a text names, by its mark, with its first and last character (the last excluded)."""

    mark: str
    start: int
    end: int


def read(text: str) -> Iterator[Mention]:
    """Yield each exhibit that a folded text names: `Exhibit A`, `Exhibits A, B and D`, and all of `Exhibits A to C`."""
    for match in _NAMED.finditer(text):
        before, end = "", match.start("marks")
        for part in _EACH.finditer(text, *match.span("marks")):
            if part[0].lower() in _WORDS:
                continue
            mark = part[0].upper()
            for each in (*_fill_range(before, mark, text[end : part.start()]), mark):
                yield Mention(f"Exhibit {each}", part.start(), part.end())
            before, end = mark, part.end()


def is_mark(mark: str) -> bool:
    """Check that a mark is one that exhibits have: `Exhibit A` to `Exhibit Z`."""
    return re.fullmatch("Exhibit [A-Z]", mark) is not None


def blank(text: str) -> str:
    """Return the text with spaces for the exhibits it names."""
    return _NAMED.sub(lambda match: " " * len(match[0]), text)


def _fill_range(before: str, mark: str, gap: str) -> Iterator[str]:
    """Yield the marks between the two ends of a range."""
    if len(before) == len(mark) == 1 and _JOIN.match(gap):
        yield from map(chr, range(ord(before) + 1, ord(mark)))
