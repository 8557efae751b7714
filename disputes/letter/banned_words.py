"""Words that a letter to a bank may not hold: promises, threats, legal advice, opinions, insults. The list is data."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from disputes import toml_file
from disputes.letter.grounding import folding
from disputes.model import Strict

_LIST = Path(__file__).parent / "banned_words.toml"
_ENDING = r"[a-z]{0,12}"
_SEPARATOR = re.compile(r"[^\w']+")
_TERMS = re.compile(r"\bliability shift\b")  # what networks call it, and no word on who owes what
_SPACED_OUT = re.compile(r"(?<!\w)[a-z](?:[\s._*-][a-z](?!\w)){3,}")


class BannedGroup(Strict):
    """Banned words of one sort; `label` is what they are called in a violation."""

    label: str
    words: tuple[str, ...]


class BannedWord(NamedTuple):
    """A banned word of a text, the label of its group, and its first and last character (the last excluded)."""

    text: str
    label: str
    start: int
    end: int


@cache
def load(path: Path = _LIST) -> dict[str, BannedGroup]:
    """Read the list of banned words, by group. Raises `Invalid` with what is wrong with the file."""
    return toml_file.load(path, dict[str, BannedGroup], f"The list of words {path.name}")


def read(text: str, fact_text: str) -> Iterator[BannedWord]:
    """Yield every banned word of a folded text, but for those that `fact_text`, the cited facts' values, holds too."""
    folded = _TERMS.sub(lambda term: " " * len(term[0]), _fold(text))
    allowed = f" {_SEPARATOR.sub(' ', _fold(fact_text))} "
    for label, pattern in _compile_patterns():
        for match in pattern.finditer(folded):
            if f" {_SEPARATOR.sub(' ', match[0])} " not in allowed:
                yield BannedWord(text[match.start() : match.end()], label, match.start(), match.end())
    for match in _SPACED_OUT.finditer(folded):
        if match[0] not in allowed:
            yield BannedWord(text[match.start() : match.end()], "a word in pieces", match.start(), match.end())


def _fold(text: str) -> str:
    return folding.skeleton(text).replace("\u2019", "'")


@cache
def _compile_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    groups = load().values()
    return tuple((group.label, re.compile(rf"\b(?:{'|'.join(_write_patterns(group))})\b")) for group in groups)


def _write_patterns(group: BannedGroup) -> Iterator[str]:
    for word in sorted(group.words, key=len, reverse=True):
        yield re.escape(word).replace(r"\*", _ENDING).replace(r"\ ", r"[\s-]{1,3}")
