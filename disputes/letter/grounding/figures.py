"""Figures, days, hours and names of a text that no cited fact holds, one token after the other. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import bindings, moments, names, numerals, sums, tokens
from disputes.letter.grounding.moments import WEEKDAYS, Moment
from disputes.letter.grounding.spans import Reading
from disputes.letter.grounding.tokens import Found, Token

_SECURE = frozenset(("mark", name) for name in ("3-d", "3d", "3ds"))
_SMALL = 4
_BESIDE = 120
_NOWHERE = "stands in no fact that is cited"
_SHARE = re.compile(r"\s?(?:%|per\s?cent\b)")
_BOTH = re.compile(r",?\s(?:and|or|to|from)\s|,\s")
_PARTY = re.compile(r"[\s-](?:party|parties)\b", re.IGNORECASE)


def read(text: str, cited: tuple[Fact, ...], times: Sequence[Moment]) -> Iterator[Reading]:
    """Give each token of a folded text that the cited facts, with their `times`, do not hold, and what is wrong."""
    found, known, words = list(tokens.read(text)), tokens.known(cited), tokens.words(cited)
    paired = dict(_pairs(found, text, cited, (known, times)))
    yield from {read for read in paired.values() if read.wrong}
    said: Counter[Token] = Counter()
    for at, one in enumerate(found):
        said[one.token] += 1
        if one.start in paired and (paired[one.start].wrong or one.token not in known):
            continue
        if one.token[0] == "word":
            what = _word(one, found[at + 1 : at + 2], words, times)
        elif one.token not in known and _is_worked_out(one, text, cited, times):
            continue
        else:
            what = _figure(one, known, said)
        if what:
            yield Reading(one.start, one.end, what)
    yield from _doubled(found, text)
    yield from bindings.read(found, text, cited)
    yield from _numerals(text, words, known)
    yield from sums.mistotalled(found, text, cited)
    for first, last in names.joined(found, text, cited):
        yield Reading(first.start, last.end, f"the name {text[first.start : last.end]} stands in no single fact")


def _pairs(
    found: Sequence[Found], text: str, cited: Sequence[Fact], record: tuple[Counter[Token], Sequence[Moment]]
) -> Iterator[tuple[int, Reading]]:
    """Judge each day with an hour beside it as one time; what stands nowhere by itself is left to be told so."""
    (known, times), pairs = record, list(moments.pairs(found, text))
    texts = (tokens.shown(fact) for fact in cited if pairs and form(fact.kind) == "text")
    written = {pair for shown in texts for pair in moments.written(shown)}
    for day, hour in pairs:
        start, end = min(day.start, hour.start), max(day.end, hour.end)
        holds = moments.holds(day.token, hour.token, times) or (day.token, hour.token) in written
        if holds or (day.token in known and (hour.token in known or moments.strikes(hour.token, times))):
            reading = Reading(start, end, "" if holds else f"{text[start:end].strip()} {_NOWHERE}")
            yield from ((one.start, reading) for one in (day, hour))


def _is_worked_out(found: Found, text: str, cited: tuple[Fact, ...], times: Sequence[Moment]) -> bool:
    if found.token[0] == "money":
        return sums.derived(found, text[max(0, found.start - _BESIDE) : found.end + _BESIDE], cited)
    return found.token[0] == "time" and moments.strikes(found.token, times)


def _figure(found: Found, known: Counter[Token], said: Counter[Token]) -> str:
    """Say what is wrong with a figure. A day or a small number said twice must be on record twice: it may be a slip."""
    kind, *value = found.token
    if kind == "url" or found.token in _SECURE:
        return ""
    if found.token not in known:
        return f"{found.text} {_NOWHERE}"
    slips = kind == "date" or (kind == "mark" and value[0].isdigit() and len(value[0]) < _SMALL)
    if slips and said[found.token] > known[found.token]:
        return f"{found.text} is said more often than the cited facts hold it"
    return ""


def _doubled(found: Sequence[Found], text: str) -> Iterator[Reading]:
    """Give each long figure that is told beside itself as if it were two; short ones are counted."""
    for one, other in pairwise(token for token in found if token.token[0] != "word"):
        is_long = one.token[0] == "mark" and len(one.token[1]) >= _SMALL
        if is_long and one.token == other.token and _BOTH.fullmatch(text[one.end : other.start][:8]):
            yield Reading(other.start, other.end, f"{other.text} is told as if it were two")


def _word(found: Found, behind: Sequence[Found], words: set[str], times: Sequence[Moment]) -> str:
    """Say what is wrong with a word: a name that no fact holds, or a day of the week that it was not."""
    if found.text.casefold() in WEEKDAYS and found.text.casefold() not in words:
        day = next((one.token for one in behind if one.token[0] == "date"), None)
        return "" if moments.falls(found.text, day, times) else f"{found.text} {_NOWHERE}"
    if names.blurred(found, words):
        return f"{found.text} is written in letters that pass for others"
    return f"the name {found.text} {_NOWHERE}" if names.strange(found, words) else ""


def _numerals(text: str, words: set[str], known: Counter[Token]) -> Iterator[Reading]:
    for one in numerals.read(text):
        kind = "percent" if _SHARE.match(text, one.end) else "mark"
        own = set(tokens.split(one.text)) <= words or _PARTY.match(text, one.end)
        if not own and (kind, str(one.value)) not in known:
            yield Reading(one.start, one.end, f"{one.text} {_NOWHERE}")
