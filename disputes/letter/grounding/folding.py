"""Text as a reader sees it: one way of writing each letter and digit, with the place each came from. Pure.

Full-width and other digits become plain ones, dashes that join become hyphens, what cannot be seen is dropped.
`skeleton` goes further, for looking words up: letters that look alike become one (the
common ones of Unicode's confusables).
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_KEPT = frozenset("\n\t\r")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u180b\u180c\u180d\ufe0f\ufe0e")
_AS = {"\u2010": "-", "\u2011": "-", "\u2212": "-", "\u2044": "/", "\u2215": "/"} | dict.fromkeys(
    "\u2122\u00ae\u00a9\u2120", ""
)
_MARKS = 30  # as in disputes.text: sorting a longer run of marks takes quadratic time
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u043a\u043c\u0442\u043d\u0432\u0456\u0458\u0455\u0501"
    "\u04bb\u04cf\u0433\u051b\u051d\u03b1\u03bf\u03c1\u03bd\u03c5\u03b9\u03ba\u03c4\u03c7\u03b5\u03b7"
    "\u03b3\u03c9\u0131\u0251\u0261\u028b\ua7b5\u00f8\u0142\u0111\u0127",
    "aeopcxykmthbijsdhlrqwaopvuiktxenywiagvboldh",
)


class Folded(NamedTuple):
    """A folded text; `places` tells for each of its characters where in the original it stands."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give where in the original a part of the folded text stands."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=256)  # a letter's facts are read once for each of its claims
def fold(text: str) -> Folded:
    """Give a text in one way of writing: NFKC, plain digits, no unseen characters, no trade marks."""
    if text.isascii() and text.isprintable():
        return Folded(text, tuple(range(len(text))))
    parts, places = [], []
    for start, cluster in _clusters(text):
        shown = _shown(cluster)
        parts.append(shown)
        places += [start] * len(shown)
    return Folded("".join(parts), tuple(places))


def unseen(text: str) -> Iterator[int]:
    """Give the place of every character that a reader does not see and a program does."""
    return (at for at, c in enumerate(text) if _is_unseen(c))


def skeleton(text: str) -> str:
    """Give a folded text with look-alike letters as plain ones, in lower case, letter for letter."""
    return text.lower() if text.isascii() else "".join(map(_plain, text)).translate(_LOOKALIKES)


def scripts(word: str) -> set[str]:
    """Name the scripts of a word's letters: `LATIN`, `CYRILLIC`, `CJK`."""
    return {"LATIN" if c.isascii() else unicodedata.name(c, "?").split()[0].split("-")[0] for c in word if c.isalpha()}


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Give each letter with the marks that stand on it."""
    begun, held = 0, ""
    for at, c in enumerate(text):
        if held and unicodedata.combining(c):
            held = held + c if len(held) <= _MARKS else held
            continue
        if held:
            yield begun, held
        begun, held = at, c
    if held:
        yield begun, held


def _shown(cluster: str) -> str:
    if cluster.isascii() and cluster.isprintable():
        return cluster
    kept = "".join(_AS.get(c, c) for c in cluster if not _is_unseen(c))
    return "".join(_digit(_AS.get(c, c)) for c in unicodedata.normalize("NFKC", kept))


def _digit(c: str) -> str:
    return str(unicodedata.decimal(c)) if c.isdecimal() else c


def _is_unseen(c: str) -> bool:
    return c in _FILLERS or (c not in _KEPT and unicodedata.category(c) in _UNSEEN)


def _plain(c: str) -> str:
    bare = unicodedata.normalize("NFD", c)[0]
    return low if len(low := bare.lower()) == 1 else c
