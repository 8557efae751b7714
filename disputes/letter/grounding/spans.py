"""Lengths of time between two facts, and days that a letter calls the same or the next. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import permutations
from typing import NamedTuple

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import numerals, tokens
from disputes.letter.grounding.moments import Moment

_LENGTHS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "night": 86_400, "week": 604_800}
_LENGTHS |= {"fortnight": 1_209_600}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_UNITS = "|".join((*_LENGTHS, *_MONTHS))
_BELOW = r"within|inside|in\sless\sthan|in\sunder|less\sthan|fewer\sthan|under|at\smost|up\sto|nearly|almost"
_ABOVE = r"more\sthan|longer\sthan|over|at\sleast|no\sless\sthan|not\sless\sthan|no\sfewer\sthan"
_ROUND = "about|around|approximately|roughly|some"
_HOUR_BOUNDS = (24, 48, 72)
_ARTICLES = frozenset({"a", "an", "the"})
_PHRASE = re.compile(
    rf"""\b(?:(?P<below>{_BELOW})\s|(?P<above>{_ABOVE})\s|(?P<round>{_ROUND})\s)?
    (?:the\s(?:first|next|following)\s)?(?<![\d.,])(?P<n>\d[\d,]{{0,9}}|{numerals.WORDS}|an?|the)[\s-]
    (?P<kind>(?:full|whole|calendar|complete|further|more|business|working)\s)?(?P<unit>{_UNITS})s?\b
    (?:\s(?P<cue>later|after|before|earlier|apart|prior|previously|following|ago|from|since|of|between)\b)?""",
    re.VERBOSE | re.IGNORECASE,
)
_SAME = re.compile(
    rf"\b(?P<which>same|very|next|following|previous|preceding)\s(?:calendar\s)?(?P<unit>date|morning|{_UNITS})\b",
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
    "delivered_at": r"deliver|arriv|handed over",
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
    "other_paid_at": r"\bother",
}
_EVENTS = {kind: re.compile(stem, re.IGNORECASE) for kind, stem in _EVENT_WORDS.items()}


class Finding(NamedTuple):
    """A part of a text, by its first and last character (the last excluded), and its problem; none when it is true."""

    start: int
    end: int
    problem: str = ""


def read(text: str, facts: Sequence[Fact], times: Sequence[Moment]) -> Iterator[Finding]:
    """Yield every length of time and every `same day` of a folded text, checked against the facts' `times`."""
    fact_text = " ".join(tokens.render_folded(f).casefold() for f in facts if form(f.kind) == "text")
    written = {_read_length(match) for match in _PHRASE.finditer(fact_text)}
    events = _find_events(text) & {kind for kind, _ in times}
    for match in _PHRASE.finditer(text):
        if _is_length(match):
            quoted = _may_be_quoted(match, times) and _read_length(match) in written
            yield _build_finding(match, true=_is_true(match, events, times) or quoted)
    for match in _SAME.finditer(text):
        if match["unit"].lower() in {"day", "date", "morning", "month", "night"}:
            yield _build_finding(match, true=_is_same(match, times) or match[0].casefold() in fact_text)


def _build_finding(match: re.Match[str], *, true: bool) -> Finding:
    problem = "" if true else f"{match[0].strip()} does not follow from the facts that are cited"
    return Finding(match.start(), match.end(), problem)


def _is_length(match: re.Match[str]) -> bool:
    """Check that a phrase is a length of time, and no price `a month` or `the day` that something happened."""
    number = match["n"].lower()
    bounded = (match["below"] or match["above"] or match["round"]) and number != "the"
    return number not in _ARTICLES or bool(bounded) or _read_cue(match) in _DIRECTIONS


def _may_be_quoted(match: re.Match[str], times: Sequence[Moment]) -> bool:
    """Check whether a length may be a fact's own words; with two times, one that says `after` must follow from them."""
    return _read_cue(match) not in _APART or len(times) < 2  # noqa: PLR2004 - a length lies between two


def _read_length(match: re.Match[str]) -> tuple[int, str]:
    number = 1 if match["n"].lower() in _ARTICLES else numerals.parse(match["n"])
    return number, _read_qualifier(match) + match["unit"].lower()


def _read_cue(match: re.Match[str]) -> str:
    return (match["cue"] or "").lower()


def _read_qualifier(match: re.Match[str]) -> str:
    return (match["kind"] or "").strip().lower()


def _is_true(match: re.Match[str], events: frozenset[str], times: Sequence[Moment]) -> bool:
    if _read_cue(match) == "ago" or _read_qualifier(match) in {"business", "working"}:
        return False
    number, _ = _read_length(match)
    return any(number in _true_numbers(match, start.at, end.at) for start, end in _find_ends(match, events, times))


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
        if anchors or len(events) < len((start, end)) or {start.kind, end.kind} <= events:
            yield start, end


def _find_subject(match: re.Match[str], events: frozenset[str]) -> frozenset[str]:
    """Return the kinds that are called later or earlier: those named just before the length, or else after it."""
    before = _PARTS.split(match.string[max(0, match.start() - _LOOK_AROUND) : match.start()])[-1]
    after = match.string[match.end() : match.end() + 2 * _LOOK_AROUND]
    return _find_events(before) & events or _find_events(after) & events


def _find_events(text: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in _EVENTS.items() if pattern.search(text))


def _true_numbers(match: re.Match[str], start: datetime, end: datetime) -> Iterable[int]:
    """Return the numbers that are true of a length; a bound must be the nearest one, or it says little."""
    unit = match["unit"].lower()
    below, whole, above = _count_units(unit, start, end)
    if match["below"]:
        hours = (bound for bound in _HOUR_BOUNDS if unit == "hour" and bound >= above)
        return {above, next(hours, above)}
    if match["above"]:
        return {below}
    return {whole, round((below + above) / 2)} if match["round"] else {whole}


def _count_units(unit: str, start: datetime, end: datetime) -> tuple[int, int, int]:
    """Return a length in a unit: rounded down, as people count it (days by the calendar), and rounded up."""
    if unit in _MONTHS:
        ahead = (end.year - start.year) * 12 + end.month - start.month
        late = (end.day, end.time()) < (start.day, start.time())
        exact = (end.day, end.time()) == (start.day, start.time())
        down = (ahead - late) // _MONTHS[unit]
        return down, (ahead - (end.day < start.day)) // _MONTHS[unit], down + (not exact or ahead % _MONTHS[unit] > 0)
    passed, length = (end - start).total_seconds(), _LENGTHS[unit]
    down = int(passed // length)
    days = (end.date() - start.date()).days
    whole = days * 86_400 // length if length >= _LENGTHS["day"] else down
    return down, whole, down + (passed % length > 0)


def _is_same(match: re.Match[str], times: Sequence[Moment]) -> bool:
    by_month = match["unit"].lower() == "month"
    distance = int(match["which"].lower() not in {"same", "very"})
    for start, end in permutations(times, 2):
        days = (end.at.date() - start.at.date()).days
        months = (end.at.year - start.at.year) * 12 + end.at.month - start.at.month
        if (months if by_month else days) == distance:
            return True
    return False
