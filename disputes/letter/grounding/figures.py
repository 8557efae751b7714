"""Figures, days, hours and names of a text that no cited fact holds, token by token. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import bindings, days, moments, names, numerals, sums, tallies, tokens
from disputes.letter.grounding.findings import Finding
from disputes.letter.grounding.moments import WEEKDAYS, Moment
from disputes.letter.grounding.tokens import TextToken, Token

_THREE_D_SECURE = frozenset(("mark", name) for name in ("3-d", "3d", "3ds"))
_LONG_FIGURE = 4
_SMALL = 6  # digits of a number that may be a sum
_LOOK_AROUND = 120
_NOWHERE = "stands in no fact that is cited"
_BOTH = re.compile(r"\bboth\b(?![^.;:!?]{1,80}\sand\s)", re.IGNORECASE)
# `Parcel two` is a name of it.
_NUMBERED = re.compile(r"\b(?:parcel|payment|order|package|box|charge)\s$", re.IGNORECASE)
_COUNTED = frozenset("two three four five six seven eight nine ten".split())
_PERCENT = re.compile(r"\s?(?:%|per\s?cent\b)")
_BETWEEN = re.compile(r",?\s(?:and|or|to|from)\s|,\s")
_PARTY = re.compile(r"[\s-](?:party|parties)\b", re.IGNORECASE)


def read(text: str, cited: tuple[Fact, ...], times: Sequence[Moment], beside: Sequence[Fact] = ()) -> Iterator[Finding]:
    """Yield each token of a folded text that the cited facts, with their `times`, do not hold.

    `beside` are facts whose words a text may use without citing them, such as the carriers of cited parcels.
    """
    text_tokens, record = days.read_ordinals(list(tokens.read(text)), text, times), tokens.tokenize_facts(cited)
    words = tokens.collect_words((*cited, *beside))
    paired = dict(_check_pairs(text_tokens, text, cited, (record, times)))
    yield from {finding for finding in paired.values() if finding.problem}
    count: Counter[Token] = Counter()
    for at, token in enumerate(text_tokens):
        count[token.value] += 1
        if token.start in paired and (paired[token.start].problem or token.value not in record):
            continue
        if token.value[0] == "word":
            problem = _check_word(token, text_tokens[at + 1 : at + 2], words, times)
        elif token.value not in record and _is_derived(token, text, cited, times):
            continue
        else:
            problem = _check_figure(token, record, count)
        if problem:
            yield Finding(token.start, token.end, problem)
    yield from _find_doubled(text_tokens, text)
    yield from bindings.read(text_tokens, text, cited)
    yield from _check_numerals(text, words, record, cited)
    yield from sums.find_wrong_totals(text_tokens, text, cited)
    for first, last in names.find_joined(text_tokens, text, cited):
        yield Finding(first.start, last.end, f"the name {text[first.start : last.end]} stands in no single fact")


def _check_pairs(
    text_tokens: Sequence[TextToken],
    text: str,
    cited: Sequence[Fact],
    record: tuple[Counter[Token], Sequence[Moment]],
) -> Iterator[tuple[int, Finding]]:
    """Yield each day with an hour beside it, checked as one time, by the start of both.

    A day or an hour that no fact holds by itself is left out, to be reported by itself.
    """
    (fact_tokens, times), pairs = record, list(moments.find_pairs(text_tokens, text))
    texts = (tokens.render_folded(fact) for fact in cited if pairs and form(fact.kind) == "text")
    quoted = {pair for value in texts for pair in moments.read_pairs(value)}
    for day, hour in pairs:
        start, end = min(day.start, hour.start), max(day.end, hour.end)
        true = moments.include_time(day.value, hour.value, times) or (day.value, hour.value) in quoted
        hour_known = hour.value in fact_tokens or moments.include_hour(hour.value, times)
        if true or (day.value in fact_tokens and hour_known):
            finding = Finding(start, end, "" if true else f"{text[start:end].strip()} {_NOWHERE}")
            yield from ((token.start, finding) for token in (day, hour))


def _is_derived(token: TextToken, text: str, cited: tuple[Fact, ...], times: Sequence[Moment]) -> bool:
    if token.value[0] == "money":
        return sums.is_derived(token, text[max(0, token.start - _LOOK_AROUND) : token.end + _LOOK_AROUND], cited)
    if token.value[0] == "date":
        return days.is_local(token, text, times)
    if token.value[0] == "mark" and token.text.isdecimal() and len(token.text) <= _SMALL:
        near = text[max(0, token.start - _LOOK_AROUND) : token.end + _LOOK_AROUND]
        return int(token.text) in tallies.add_up(cited, near)
    if token.value[0] != "time":
        return False
    return moments.include_hour(token.value, times) or days.is_local_hour(token, text, times)


def _check_figure(token: TextToken, record: Counter[Token], count: Counter[Token]) -> str:
    """Return the problem of a figure. A day or a short number that is written twice must be in the facts twice."""
    kind, *value = token.value
    if kind == "url" or token.value in _THREE_D_SECURE:
        return ""
    if token.value not in record:
        return f"{token.text} {_NOWHERE}"
    counted = kind == "date" or (kind == "mark" and value[0].isdigit() and len(value[0]) < _LONG_FIGURE)
    if counted and count[token.value] > record[token.value]:
        return f"{token.text} is said more often than the cited facts hold it"
    return ""


def _find_doubled(text_tokens: Sequence[TextToken], text: str) -> Iterator[Finding]:
    """Yield each long figure that is written beside itself as if it were two; short ones are counted."""
    for token, other in pairwise(token for token in text_tokens if token.value[0] != "word"):
        is_long = token.value[0] == "mark" and len(token.value[1]) >= _LONG_FIGURE
        if is_long and token.value == other.value and _BETWEEN.fullmatch(text[token.end : other.start][:8]):
            yield Finding(other.start, other.end, f"{other.text} is written as if it were two")


def _check_word(token: TextToken, behind: Sequence[TextToken], words: set[str], times: Sequence[Moment]) -> str:
    """Return the problem of a word: a name that no fact holds, or a day of the week that no time was on."""
    day = next((token.value for token in behind if token.value[0] == "date"), None)
    is_weekday = token.text.casefold() in WEEKDAYS or (
        day and token.text[0].isupper() and moments.read_weekday(token.text)
    )
    if is_weekday and token.text.casefold() not in words:
        return "" if moments.include_weekday(token.text, day, times) else f"{token.text} {_NOWHERE}"
    if names.is_lookalike(token, words):
        return f"{token.text} is written in letters that pass for others"
    return f"the name {token.text} {_NOWHERE}" if names.is_unknown(token, words) else ""


def _check_numerals(text: str, words: set[str], record: Counter[Token], cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield the numbers in words that no fact holds; where no fact counts such things, a person may know."""
    counted = tallies.count(cited)
    for match in _BOTH.finditer(text) if 2 not in counted else ():  # noqa: PLR2004 - both are two
        yield Finding(*match.span(), f"{match[0]} are two, and no fact counts them", undecidable=True)
    for numeral in numerals.read(text):
        kind = "percent" if _PERCENT.match(text, numeral.end) else "mark"
        quoted = set(tokens.split_words(numeral.text)) <= words or _PARTY.match(text, numeral.end) is not None
        before = text[max(0, numeral.start - _LONG_FIGURE * 3) : numeral.start]
        quoted = quoted or (numeral.text.casefold() in _COUNTED and _NUMBERED.search(before) is not None)
        follows = numeral.text.casefold().endswith("th") and ("mark", str(numeral.value - 1)) in record
        near = text[max(0, numeral.start - _LOOK_AROUND) : numeral.end + _LOOK_AROUND]
        known = numeral.value in counted or numeral.value in tallies.add_up(cited, near)
        if tallies.is_miscounted(numeral.value, text[numeral.end : numeral.end + _LOOK_AROUND], cited):
            yield Finding(numeral.start, numeral.end, f"{numeral.text} is not what the order lists")
        elif not quoted and not follows and not known and (kind, str(numeral.value)) not in record:
            yield Finding(numeral.start, numeral.end, f"{numeral.text} {_NOWHERE}", undecidable=kind == "mark")
