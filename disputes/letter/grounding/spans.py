"""How long lay between two times on record, and which days a letter may call the same or the next. Pure."""

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
_MOST_HOURS = (24, 48, 72)
_BARE = frozenset({"a", "an", "the"})
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
_TELLING = (_AFTER | _BEFORE | _APART | {"ago"}) - {"of"}
_FORTY = 40
_LATER = frozenset({"later", "earlier"})
_PARTS = re.compile(r"[,;.:]|\band\b")
_CLAUSE = re.compile("[,;.:]")
# What in a sentence tells which of the times on record it speaks of.
_EVENTS = {
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
_SPEAKS = {kind: re.compile(stem, re.IGNORECASE) for kind, stem in _EVENTS.items()}


class Reading(NamedTuple):
    """A part of a text that was worked out from the facts, and what is wrong with it: nothing if it holds."""

    start: int
    end: int
    wrong: str = ""


def read(text: str, facts: Sequence[Fact], times: Sequence[Moment]) -> Iterator[Reading]:
    """Give every length of time and every `same day` of a folded text, with what the facts' `times` say against it."""
    said = " ".join(tokens.shown(f).casefold() for f in facts if form(f.kind) == "text")
    written = {_amount(found) for found in _PHRASE.finditer(said)}
    heard = _spoken(text) & {kind for kind, _ in times}
    for found in _PHRASE.finditer(text):
        if _is_length(found):
            holds = _holds(found, heard, times) or (_is_loose(found, times) and _amount(found) in written)
            yield _reading(found, holds=holds)
    for found in _SAME.finditer(text):
        if found["unit"].lower() in {"day", "date", "morning", "month", "night"}:
            yield _reading(found, holds=_is_same(found, times) or found[0].casefold() in said)


def _reading(found: re.Match[str], *, holds: bool) -> Reading:
    wrong = "" if holds else f"{found[0].strip()} does not follow from the facts that are cited"
    return Reading(found.start(), found.end(), wrong)


def _is_length(found: re.Match[str]) -> bool:
    """Tell a length of time from a price `a month` and from `the day` that something happened."""
    bare = found["n"].lower()
    bounded = (found["below"] or found["above"] or found["round"]) and bare != "the"
    return bare not in _BARE or bool(bounded) or _cue(found) in _TELLING


def _is_loose(found: re.Match[str], times: Sequence[Moment]) -> bool:
    """Tell whether a length may be a record's own words: one that says `after` is held to the times there are."""
    return _cue(found) not in _APART or len(times) < len(("one", "other"))


def _amount(found: re.Match[str]) -> tuple[int, str]:
    number = 1 if found["n"].lower() in _BARE else numerals.value(found["n"])
    return number, _sort(found) + found["unit"].lower()


def _cue(found: re.Match[str]) -> str:
    return (found["cue"] or "").lower()


def _sort(found: re.Match[str]) -> str:
    return (found["kind"] or "").strip().lower()


def _holds(found: re.Match[str], heard: frozenset[str], times: Sequence[Moment]) -> bool:
    if _cue(found) == "ago" or _sort(found) in {"business", "working"}:
        return False
    number, _ = _amount(found)
    return any(number in _fits(found, one.at, other.at) for one, other in _ends(found, heard, times))


def _ends(found: re.Match[str], heard: frozenset[str], times: Sequence[Moment]) -> Iterator[tuple[Moment, Moment]]:
    """Give the pairs of times, earlier first, that a length can be meant of."""
    cue, tail = _cue(found), _CLAUSE.split(found.string[found.end() : found.end() + _FORTY])[0]
    anchors = _spoken(tail) if cue in _AFTER | _BEFORE else frozenset()
    subject = _subject(found, heard) if cue in _LATER else frozenset()
    for one, other in permutations(times, 2):
        end = other if cue in _BEFORE else one
        if one.at > other.at or (anchors and end.kind not in anchors):
            continue
        if subject and (other if cue == "later" else one).kind not in subject:
            continue
        if anchors or len(heard) < len((one, other)) or {one.kind, other.kind} <= heard:
            yield one, other


def _subject(found: re.Match[str], heard: frozenset[str]) -> frozenset[str]:
    """Give the kinds that are said to be later or earlier: those named just before it, or else behind it."""
    before = _PARTS.split(found.string[max(0, found.start() - _FORTY) : found.start()])[-1]
    return _spoken(before) & heard or _spoken(found.string[found.end() : found.end() + 2 * _FORTY]) & heard


def _spoken(text: str) -> frozenset[str]:
    return frozenset(kind for kind, stem in _SPEAKS.items() if stem.search(text))


def _fits(found: re.Match[str], one: datetime, other: datetime) -> Iterable[int]:
    """Give the numbers that tell this length rightly; a bound must be the nearest one, or it says little."""
    unit = found["unit"].lower()
    below, whole, above = _counts(unit, one, other)
    if found["below"]:
        hours = (bound for bound in _MOST_HOURS if unit == "hour" and bound >= above)
        return {above, next(hours, above)}
    if found["above"]:
        return {below}
    return {whole, round((below + above) / 2)} if found["round"] else {whole}


def _counts(unit: str, one: datetime, other: datetime) -> tuple[int, int, int]:
    """Count a length in a unit: rounded down, as people count it (days by the calendar), and rounded up."""
    if unit in _MONTHS:
        ahead = (other.year - one.year) * 12 + other.month - one.month
        late = (other.day, other.time()) < (one.day, one.time())
        exact = (other.day, other.time()) == (one.day, one.time())
        down = (ahead - late) // _MONTHS[unit]
        return down, (ahead - (other.day < one.day)) // _MONTHS[unit], down + (not exact or ahead % _MONTHS[unit] > 0)
    passed, length = (other - one).total_seconds(), _LENGTHS[unit]
    down = int(passed // length)
    days = (other.date() - one.date()).days
    whole = days * 86_400 // length if length >= _LENGTHS["day"] else down
    return down, whole, down + (passed % length > 0)


def _is_same(found: re.Match[str], times: Sequence[Moment]) -> bool:
    month = found["unit"].lower() == "month"
    apart = int(found["which"].lower() not in {"same", "very"})
    for one, other in permutations(times, 2):
        days = (other.at.date() - one.at.date()).days
        months = (other.at.year - one.at.year) * 12 + other.at.month - one.at.month
        if (months if month else days) == apart:
            return True
    return False
