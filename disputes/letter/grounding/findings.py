"""What the parts of grounding find in a text."""

from collections.abc import Iterable
from typing import NamedTuple


class Finding(NamedTuple):
    """A part of a text, by its first and last character (the last excluded), and its problem; none when it is true.

    An `undecidable` one is not wrong: no rule can judge it.
    """

    start: int
    end: int
    problem: str = ""
    undecidable: bool = False


def blank(text: str, findings: Iterable[Finding]) -> str:
    """Return the text with spaces for the findings."""
    letters = list(text)
    for start, end, *_ in findings:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def cover(length: int, findings: Iterable[Finding]) -> bytearray:
    """Return a 1 for each of so many characters that a finding covers, and a 0 for each other."""
    covered = bytearray(length)
    for start, end, *_ in findings:
        covered[start:end] = b"\x01" * (end - start)
    return covered
