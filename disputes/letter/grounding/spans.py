"""Lengths of time between two facts, and days that a letter calls the same or the next. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise, permutations

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import lengths, numerals, tokens
from disputes.letter.grounding.findings import Finding, blank
from disputes.letter.grounding.lengths import UNITS, Bound, Length
from disputes.letter.grounding.moments import Moment

_JOINT = re.compile(r",?\s(?:and\s)?")
_ABBREVIATIONS = {"sec": "second", "min": "minute", "hr": "hour", "wk": "week", "yr": "year"}
_UNITS = "|".join((*UNITS, *_ABBREVIATIONS))
_ALMOST = (
    r"nearly|almost|just\sunder|a\slittle\s(?:under|less\sthan)|slightly\s(?:under|less\sthan)|close\sto|not\squite"
)
_BELOW = (
    r"within|inside|in\sless\sthan|in\sunder|(?:no\s)?(?:less|later)\sthan|fewer\sthan|under|below|at\smost|up\sto|"
    r"(?:no|not)\s(?:more|longer)\sthan"
)
_ABOVE = (
    r"(?:no|not)\s(?:less|fewer)\sthan|(?:just|well|a\slittle|slightly)\s(?:over|more\sthan)|a\sgood|more\sthan|"
    r"longer\sthan|over|at\sleast"
)
_ROUND = r"about|around|approximately|roughly|some|circa|only|just|barely|exactly|precisely|a\stotal\sof"
_EXACT = frozenset("only just exactly precisely".split())
_ARTICLES = frozenset({"a", "an", "the", "one"})
_HALF = r"and\sa\s(?:half|quarter)"
_WORDS = {"a couple of": 2, "half a": 0.5, "half an": 0.5, "half the": 0.5, "a quarter of an": 0.25}
_WORDS |= {"three quarters of an": 0.75, "a dozen": 12, "an": 1, "a": 1, "the": 1}
_SPOKEN = "|".join(name.replace(" ", r"\s") for name in sorted(_WORDS, key=len, reverse=True))
_PHRASE = re.compile(
    rf"""\b(?:(?P<almost>{_ALMOST})\s|(?P<below>{_BELOW})\s|(?P<above>{_ABOVE})\s|(?P<round>{_ROUND})\s)?
    (?:the\s(?:first|next|following)\s)?
    (?<![\d.,])(?P<n>\d[\d,]{{0,9}}(?:\.\d)?|(?:{_SPOKEN})\b|{numerals.WORDS})
    (?:\s(?P<half>{_HALF}))?(?:[\s-])
    (?P<kind>(?:full|whole|calendar|complete|further|more|business|working|short)\s)?(?P<unit>{_UNITS})s?\b\.?
    (?:\s(?P<half2>{_HALF}))?
    (?:\s(?P<cue>later|after|before|earlier|apart|prior|previously|following|ago|from|since|of|between)\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
_SAME = re.compile(
    (
        rf"\b(?P<which>same|very|next|following|previous|preceding)\s(?:(?P<kind>calendar|business|"
        rf"working)\s)?(?P<unit>date|morning|afternoon|evening|{_UNITS})\b"
    ),
    re.IGNORECASE,
)
_AFTER = frozenset("after following from since of".split())
_BEFORE = frozenset("before prior".split())
_APART = frozenset("later after before earlier apart".split())
_DIRECTIONS = (_AFTER | _BEFORE | _APART | {"ago"}) - {"of"}
_LOOK_AROUND = 40
_LATER = frozenset({"later", "earlier"})
_PARTS = re.compile(r"[,;.:]|\band\b")
_CLAUSE = re.compile("[,;.:]")
# The words of a sentence by which it is about a kind of time.
_EVENT_WORDS = {
    "paid_at": r"pa(?:id|yment|ying)|purchas|\bcharge|bought|\border",
    "delivered_at": r"deliver|arriv|reached",
    "shipped_at": r"\bship(?:ped|ment|ping)|dispatch|\bcarrier|\bsent\b",
    "last_used_at": r"\bus(?:e|ed|age)\b|access|\blog",
    "usage_event": r"\bus(?:e|ed|age)\b|access|\blog|session",
    "dispute_opened_at": r"disput|chargeback",
    "refunded_at": r"refund",
    "other_refunded_at": r"refund",
    "canceled_at": r"cancel",
    "cancel_requested_at": r"cancel",
    "terms_accepted_at": r"\bterms|accept",
    "subscription_started_at": r"subscri|start|signed up|joined",
    "service_date": r"\bservice|appointment",
    "customer_since": r"customer|account",
    "prior_since": r"\bearlier|\bfirst|\bprior|previous",
    "message_opened_at": r"\bopened",
    "customer_message": r"wrote|messag|e-?mail|\brepl|thank|contact",
    "merchant_message": r"wrote|messag|e-?mail|\brepl|answer",
    "tracking_event": r"\bscan|\bevent|deliver|depot",
    "other_paid_at": r"\bother|second|pa(?:id|yment|ying)|purchas|\bcharge|bought|\border",
}
_EVENTS = {kind: re.compile(stem, re.IGNORECASE) for kind, stem in _EVENT_WORDS.items()}


def read(text: str, facts: Sequence[Fact], times: Sequence[Moment]) -> Iterator[Finding]:
    """Yield every length of time and every `same day` of a folded text, checked against the facts' `times`."""
    fact_text = " ".join(tokens.render_folded(f).casefold() for f in facts if form(f.kind) == "text")
    written = {_read_length(match)._replace(bound="exact") for match in _PHRASE.finditer(fact_text)}
    events = _find_events(text) & {kind for kind, _ in times}
    compounds = list(_find_compounds(text, events, times))
    yield from compounds
    text = blank(text, compounds)
    for match in _PHRASE.finditer(text):
        if _is_length(match):
            quoted = _may_be_quoted(match, times) and _read_length(match)._replace(bound="exact") in written
            yield _build_finding(match, true=_is_true(match, events, times) or quoted)
    for match in _SAME.finditer(text):
        if match["unit"].lower() in {
            "day",
            "date",
            "morning",
            "afternoon",
            "evening",
            "month",
            "night",
            "week",
            "year",
        }:
            yield _build_finding(match, true=_is_same(match, times) or match[0].casefold() in fact_text)


def _find_compounds(text: str, events: frozenset[str], times: Sequence[Moment]) -> Iterator[Finding]:
    """Yield each length of two units, such as `26 hours and 15 minutes`, checked to the smaller one."""
    for first, second in pairwise(_PHRASE.finditer(text)):
        if first["cue"] or not _JOINT.fullmatch(text[first.end() : second.start()]) or first["half"] or second["half"]:
            continue
        large, small = _read_length(first), _read_length(second)
        ends = _find_ends(second, events, times)
        true = any(lengths.is_sum(large, small, start.at, end.at) for start, end in ends)
        problem = "" if true else f"{text[first.start() : second.end()]} does not follow from the facts that are cited"
        yield Finding(first.start(), second.end(), problem)


def _build_finding(match: re.Match[str], *, true: bool) -> Finding:
    problem = "" if true else f"{match[0].strip()} does not follow from the facts that are cited"
    return Finding(match.start(), match.end(), problem)


def _is_length(match: re.Match[str]) -> bool:
    """Check that a phrase is a length of time, and no price `a month` or `the day` that something happened."""
    number = match["n"].lower()
    bounded = (match["almost"] or match["below"] or match["above"] or match["round"]) and number != "the"
    return number not in _ARTICLES or bool(bounded or _has_half(match)) or _read_cue(match) in _DIRECTIONS


def _may_be_quoted(match: re.Match[str], times: Sequence[Moment]) -> bool:
    """Check whether a length may be a fact's own words; with two times, one that says `after` must follow from them."""
    return _read_cue(match) not in _APART or len(times) < 2  # noqa: PLR2004 - a length lies between two


def _read_length(match: re.Match[str]) -> Length:
    written, unit = " ".join(match["n"].lower().split()), match["unit"].lower()
    number = _WORDS.get(written) or _parse(written)
    halves = {"a half": 0.5, "a quarter": 0.25}
    half = next((share for name, share in halves.items() if name in " ".join(_has_half(match).lower().split())), 0)
    working = (match["kind"] or "").strip().lower() in {"business", "working"}
    return Length(number + half, _ABBREVIATIONS.get(unit, unit), _read_bound(match), working)


def _parse(written: str) -> float:
    return float(written.replace(",", "")) if "." in written else numerals.parse(written)


def _has_half(match: re.Match[str]) -> str:
    return match["half"] or match["half2"] or ""


def _read_bound(match: re.Match[str]) -> Bound:
    if match["round"] and match["round"].lower() not in _EXACT:
        return "about"
    named: tuple[Bound, ...] = ("almost", "below", "above")
    return next((bound for bound in named if match[bound]), "exact")


def _read_cue(match: re.Match[str]) -> str:
    return (match["cue"] or "").lower()


def _is_true(match: re.Match[str], events: frozenset[str], times: Sequence[Moment]) -> bool:
    if _read_cue(match) == "ago":
        return False
    length = _read_length(match)
    return any(lengths.is_true(length, start.at, end.at) for start, end in _find_ends(match, events, times))


def _find_ends(
    match: re.Match[str], events: frozenset[str], times: Sequence[Moment]
) -> Iterator[tuple[Moment, Moment]]:
    """Yield the pairs of times, the earlier first, that a length may lie between."""
    cue, tail = _read_cue(match), _CLAUSE.split(match.string[match.end() : match.end() + _LOOK_AROUND])[0]
    anchors = _find_events(tail) if cue in _AFTER | _BEFORE else frozenset()
    subject = _find_subject(match, events) if cue in _LATER else frozenset()
    for start, end in permutations(times, 2):
        anchor = end if cue in _BEFORE else start
        if start.at > end.at or (anchors and anchor.kind not in anchors):
            continue
        if subject and (end if cue == "later" else start).kind not in subject:
            continue
        if anchors or len(events) < len((start, end)) or {start.kind, end.kind} & events:
            yield start, end


def _find_subject(match: re.Match[str], events: frozenset[str]) -> frozenset[str]:
    """Return the kinds that are called later or earlier: those named just before the length, or else after it."""
    before = _PARTS.split(match.string[max(0, match.start() - _LOOK_AROUND) : match.start()])[-1]
    after = match.string[match.end() : match.end() + 2 * _LOOK_AROUND]
    return _find_events(before) & events or _find_events(after) & events


def _find_events(text: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in _EVENTS.items() if pattern.search(text))


def _is_same(match: re.Match[str], times: Sequence[Moment]) -> bool:
    distance = int(match["which"].lower() not in {"same", "very"})
    unit = match["unit"].lower()
    if (match["kind"] or "").lower() in {"business", "working"}:
        next_day = Length(distance, "day", "exact", working=True)
        return any(lengths.is_true(next_day, start.at, end.at) for start, end in permutations(times, 2))
    ends = permutations(times, 2)
    return any(_count_calendar(unit, end.at) - _count_calendar(unit, start.at) == distance for start, end in ends)


def _count_calendar(unit: str, at: datetime) -> int:
    """Return the number of a time's day, week, month or year, counted through."""
    by_unit = {"week": (at.toordinal() - 1) // 7, "month": at.year * 12 + at.month, "year": at.year}
    return by_unit.get(unit, at.toordinal())
