"""Words that a letter to a bank does not hold: promises, threats, legal advice, opinions, insults. The list is data."""

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
_BETWEEN = re.compile(r"[^\w']+")
_SPACED = re.compile(r"(?<!\w)[a-z](?:[\s._*-][a-z](?!\w)){3,}")


class Group(Strict):
    """Words of one sort; `says` names what they are."""

    says: str
    words: tuple[str, ...]


class Word(NamedTuple):
    """A word that a letter does not say, what it is, and where it stands."""

    text: str
    says: str
    start: int
    end: int


@cache
def load(path: Path = _LIST) -> dict[str, Group]:
    """Read the list. Raises `Invalid` with what is wrong with it."""
    return toml_file.load(path, dict[str, Group], f"The list of words {path.name}")


def read(text: str, own: str) -> Iterator[Word]:
    """Give every such word of a folded text, but for the words that `own`, the cited facts' text, holds as well."""
    plain, theirs = _plain(text), f" {_BETWEEN.sub(' ', _plain(own))} "
    for says, pattern in _patterns():
        for found in pattern.finditer(plain):
            if f" {_BETWEEN.sub(' ', found[0])} " not in theirs:
                yield Word(text[found.start() : found.end()], says, found.start(), found.end())
    for found in _SPACED.finditer(plain):
        if found[0] not in theirs:
            yield Word(text[found.start() : found.end()], "a word in pieces", found.start(), found.end())


def _plain(text: str) -> str:
    return folding.skeleton(text).replace("\u2019", "'")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((group.says, re.compile(rf"\b(?:{'|'.join(_each(group))})\b")) for group in load().values())


def _each(group: Group) -> Iterator[str]:
    for word in sorted(group.words, key=len, reverse=True):
        yield re.escape(word).replace(r"\*", _ENDING).replace(r"\ ", r"[\s-]{1,3}")
