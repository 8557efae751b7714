"""Values of one payment or parcel that a letter gives to the other; the one named last is told of. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product

from disputes.evidence import Fact
from disputes.letter.grounding import moments, tokens
from disputes.letter.grounding.findings import Finding
from disputes.letter.grounding.tokens import TextToken

# Facts of this payment and of the other one of a duplicate claim, and what names which of them is meant.
_PAID = frozenset("amount_paid paid_at delivered_at other_amount other_paid_at other_delivered_at".split())
_NAMING = frozenset(
    "order_id product_description charge_id tracking_number other_order_id other_description other_charge_id "
    "other_tracking_number".split()
)
_VALUES = frozenset({"money", "date", "time"})
_THING = r"(?:payment|charge|order|purchase|sale|parcel|one|transaction|delivery|copy|licence|subscription)s?"
_DISPUTED = re.compile(
    rf"\b(?:(?:disputed|this) {_THING}\b|{_THING} (?:(?:that|which) is )?(?:disputed|in dispute|at issue))",
    re.IGNORECASE,
)
_OTHER = re.compile(
    rf"\b(?:the|that|our)\s(?:\w{{2,10}}\s)?other(?:\s{_THING}\b|(?=,|\s(?:was|is|were|of|on|at|came|had)\b))",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    rf"\bthe\s(?:earlier|first|former|older)(?:\s{_THING}\b|(?=,|\s(?:was|is|on|at|came|of them)\b))", re.IGNORECASE
)
_LATER = re.compile(
    rf"\bthe\s(?:later|second|latter|newer)(?:\s{_THING}\b|(?=,|\s(?:was|is|on|at|came|of them)\b))", re.IGNORECASE
)
# What stands after these is what another thing is measured by.
_MEASURE = re.compile(
    r"\b(?:after|before|than|from|following|until|since|to|as|with|and|versus|unlike)\s(?:the\s)?$", re.IGNORECASE
)
_CLAUSE = re.compile(r"[,;:()]|\.\s|\s(?:and|but|while|whereas)\s")
_STOP = re.compile(r"[;!?]|\.(?:\s|$)")
_CALLED = re.compile(r"(?:,\s|\sis\s|\swas\s|\s\(|:\s|\s)(?:(?:order|number|for|of|no\.)\s)?\"?", re.IGNORECASE)
_NAMED_AFTER = re.compile(
    r"(?:,|\sis|\swas)\sthe\s(?:disputed\s\w{2,12}|\w{2,12}\s(?:in dispute|disputed|at issue))", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_LENGTH, _LEAD = 160, 14


def read(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each amount, day and hour of one payment in a clause or sentence that names the other one only."""
    of_values = [(fact, frozenset(tokens.tokenize_facts([fact]))) for fact in cited if fact.kind in _PAID]
    if len({_is_other(fact) for fact, _ in of_values}) == 1 and not any(map(_is_other, cited)):
        return
    named = list(_find_named(text, cited))
    yield from _find_misnamed(text, named)
    for token in (token for token in text_tokens if token.value[0] in _VALUES):
        holders = {_is_other(fact) for fact, values in of_values if token.value in values}
        sides = _find_sides(token, text, named)
        if len(holders) == len(sides) == 1 and holders != sides:
            yield Finding(token.start, token.end, f"{token.text} is of the other of two payments than its clause names")


def find_parcels(start: int, end: int, text: str, cited: Sequence[Fact]) -> set[str]:
    """Return the parcels that the sentence of a part names by number, or its clause where there are several."""
    numbers = [fact for fact in cited if fact.kind == "tracking_number"]
    before, behind = text[max(0, start - _LENGTH) : start], text[end : end + _LENGTH]
    sentence = _plain(_STOP.split(before)[-1] + " | " + _STOP.split(behind)[0])
    named = {fact.about for fact in numbers if _plain(str(fact.value)) in sentence}
    clause = _plain(_CLAUSE.split(before)[-1])
    return named if len(named) == 1 else {fact.about for fact in numbers if _plain(str(fact.value)) in clause}


def _plain(text: str) -> str:
    return re.sub(r"[\s-]", "", text).casefold()


def _find_named(text: str, cited: Sequence[Fact]) -> Iterator[tuple[int, int, bool]]:
    """Yield each place that names one of the two payments, its end, and whether it is the other one."""
    values: dict[str, set[bool]] = {}
    for fact in cited:
        if fact.kind in _NAMING:
            values.setdefault(tokens.render_folded(fact).casefold(), set()).add(_is_other(fact))
    for value, sides in values.items():
        # `desktop licence` is no name of the other one, a `desktop licence, second copy`.
        if len(sides) == 1 and not any(value != other and value in other for other in values):
            (side,) = sides
            yield from ((m.start(), m.end(), side) for m in re.finditer(re.escape(value), text, re.IGNORECASE))
    words, first = {_DISPUTED: False, _OTHER: True}, _is_other_first(cited)
    words |= {_EARLIER: first, _LATER: not first} if first is not None else {}
    for pattern, is_other in words.items():
        yield from ((match.start(), match.end(), is_other) for match in pattern.finditer(text))


def _is_other_first(cited: Sequence[Fact]) -> bool | None:
    """Return whether the other payment is the earlier one; None where the cited times do not tell."""
    paid, other = (_read_first(cited, kind) for kind in ("paid_at", "other_paid_at"))
    if not (paid and other):
        paid, other = (_read_first(cited, kind) for kind in ("delivered_at", "other_delivered_at"))
    return other < paid if paid and other and paid != other else None


def _read_first(cited: Sequence[Fact], kind: str) -> datetime | None:
    return next((moments.read_own(fact) for fact in cited if fact.kind == kind), None)


def _find_misnamed(text: str, named: Sequence[tuple[int, int, bool]]) -> Iterator[Finding]:
    """Yield each number of one payment that is called the other: `the disputed order is HW-2`."""
    for (_, last, side), (at, end, other) in product(named, repeat=2):
        called = _DIGIT.search(text[last - 1 : last]) and _NAMED_AFTER.fullmatch(text[last:end])
        if side != other and called and 0 < at - last < _LEAD:
            yield Finding(at, end, f"{text[at:end]} is told of the other of two payments")
        elif (
            side != other and _DIGIT.search(text[at:end]) and 0 < at - last < _LEAD and _CALLED.fullmatch(text[last:at])
        ):
            yield Finding(at, end, f"{text[at:end]} is of the other of two payments than it is called")


def _find_sides(token: TextToken, text: str, named: Sequence[tuple[int, int, bool]]) -> set[bool]:
    """Return which payments a token is told of: those its clause names, or else the one named last before it."""
    before = _CLAUSE.split(text[max(0, token.start - _LENGTH) : token.start])[-1]
    behind = _CLAUSE.split(text[token.end : token.end + _LENGTH])[0]
    start, end = token.start - len(before), token.end + len(behind)
    own = {side for at, last, side in named if start <= at and last <= end}
    if own:
        return own
    sentence = token.start - len(_STOP.split(text[max(0, token.start - _LENGTH) : token.start])[-1])
    earlier = [
        (at, side) for at, last, side in named if sentence <= at and last <= token.start and not _is_measure(text, at)
    ]
    return {max(earlier)[1]} if earlier else set()


def _is_measure(text: str, at: int) -> bool:
    return bool(_MEASURE.search(text[max(0, at - _LEAD) : at]))


def _is_other(fact: Fact) -> bool:
    return fact.kind.startswith("other_")
