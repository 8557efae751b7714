"""Text as a reader sees it: one way of writing each letter and digit, with the place in the original of each. Pure.

Full-width and other digits become plain ones, dashes that join become hyphens, what cannot be seen is dropped.
`skeleton` goes further, for looking words up: letters that look alike become one (the common ones of Unicode's
confusables, and letters that its table leaves apart and people read as Latin ones).
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_BREAKS = frozenset("\n\t\r")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u180b\u180c\u180d\ufe0f\ufe0e")
_REPLACED = {"\u2010": "-", "\u2011": "-", "\u2212": "-", "\u2044": "/", "\u2215": "/"} | dict.fromkeys(
    "\u2122\u00ae\u00a9\u2120", ""
)
_MARKS = 30  # as in disputes.text: sorting a longer run of marks takes quadratic time
# confusable-homoglyphs has no plain letter for eighteen of these, and is several times slower to name a script.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u043a\u043c\u0442\u043d\u0432\u0456\u0458\u0455\u0501"
    "\u04bb\u04cf\u0433\u051b\u051d\u03b1\u03bf\u03c1\u03bd\u03c5\u03b9\u03ba\u03c4\u03c7\u03b5\u03b7"
    "\u03b3\u03c9\u0131\u0251\u0261\u028b\ua7b5\u00f8\u0142\u0111\u0127",
    "aeopcxykmthbijsdhlrqwaopvuiktxenywiagvboldh",
)


class Folded(NamedTuple):
    """A folded text; `places` holds for each of its characters where in the original it stands."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the original a part of the folded text stands."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=256)  # a letter's facts are read once for each of its claims
def fold(text: str) -> Folded:
    """Return a text in one way of writing: NFKC, plain digits, no unseen characters, no trade marks."""
    if text.isascii() and text.isprintable():
        return Folded(text, tuple(range(len(text))))
    parts, places = [], []
    for start, cluster in _clusters(text):
        folded = _fold_cluster(cluster)
        parts.append(folded)
        places += [start] * len(folded)
    return Folded("".join(parts), tuple(places))


def find_unseen(text: str) -> Iterator[int]:
    """Yield the place of every character that a reader does not see and a program does."""
    return (at for at, c in enumerate(text) if _is_unseen(c))


def skeleton(text: str) -> str:
    """Return a folded text with look-alike letters as plain ones, in lower case, letter for letter."""
    return text.lower() if text.isascii() else "".join(map(_plain, text)).translate(_LOOKALIKES)


def scripts(word: str) -> set[str]:
    """Return the scripts of a word's letters, such as `LATIN`, `CYRILLIC`, `CJK`."""
    return {"LATIN" if c.isascii() else unicodedata.name(c, "?").split()[0].split("-")[0] for c in word if c.isalpha()}


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Yield each letter with the marks that stand on it, and where it begins."""
    start, cluster = 0, ""
    for at, c in enumerate(text):
        if cluster and unicodedata.combining(c):
            cluster = cluster + c if len(cluster) <= _MARKS else cluster
            continue
        if cluster:
            yield start, cluster
        start, cluster = at, c
    if cluster:
        yield start, cluster


def _fold_cluster(cluster: str) -> str:
    if cluster.isascii() and cluster.isprintable():
        return cluster
    seen = "".join(_REPLACED.get(c, c) for c in cluster if not _is_unseen(c))
    return "".join(_digit(_REPLACED.get(c, c)) for c in unicodedata.normalize("NFKC", seen))


def _digit(c: str) -> str:
    return str(unicodedata.decimal(c)) if c.isdecimal() else c


def _is_unseen(c: str) -> bool:
    return c in _FILLERS or (c not in _BREAKS and unicodedata.category(c) in _UNSEEN)


def _plain(c: str) -> str:
    bare = unicodedata.normalize("NFD", c)[0]
    return low if len(low := bare.lower()) == 1 else c
