"""The heads of the columns in which the numbers of a text stand, where its lines are a table's."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

# A comma before a space is one of a sentence.
_SEPARATORS = tuple(map(re.compile, (r"\t", r"\|", ";", ",(?! )", " {2,}")))
# A PDF gives its columns with one space between them: heads of one word, and of two as `Order number`.
_SPACE = re.compile(r" (?!(?:numbers?|nos?\.?|nr|ids?|date|time|at)(?: |\Z))", re.IGNORECASE)
_FEWEST_COLUMNS = 3
_DIGIT = re.compile(r"\d")


class Columns:
    """The lines of a text, each with the head of its table: the line without a digit that stands above its rows."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]
        self._heads = list(_heads(self._lines))

    def find_head(self, at: int) -> tuple[str, str]:
        """Return the head of the column of what stands here, and the heads that may be meant; empty for none."""
        number = bisect_right(self._starts, at) - 1
        row, head = self._lines[number], self._heads[number].strip()
        before = row[: at - self._starts[number]].lstrip()
        separator = next((s for s in _SEPARATORS if s.search(head)), None)
        if separator is None:
            return _find_spaced(head, row.split(), before)
        heads, cells = separator.split(head), separator.split(row.strip())
        found = heads[len(separator.findall(before))].strip() if len(heads) == len(cells) else ""
        return found, found


def _find_spaced(head: str, cells: list[str], before: str) -> tuple[str, str]:
    """Find the head where one space parts the columns: each begins with a capital, as words of a sentence do not."""
    heads, place = _SPACE.split(head), len(before.split())
    fits = _FEWEST_COLUMNS <= len(heads) <= len(cells) and place < len(heads)
    fits = fits and not any(each[:1].islower() for each in heads)
    return (heads[place], head) if fits else ("", "")


def _heads(lines: list[str]) -> Iterator[str]:
    head = ""
    for line in lines:
        if not _DIGIT.search(line):
            # A rule between head and rows is neither.
            head = line if any(map(str.isalpha, line)) or not line.strip() else head
        elif not any(s.search(head.strip()) for s in _SEPARATORS) and len(line.split()) < len(_SPACE.split(head)):
            head = ""  # a line with fewer words is no row of it
        yield head
