"""Amounts and days written for the wrong event: refunded what was paid, delivered on the day of payment. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import sequence, sides, tokens
from disputes.letter.grounding.findings import Finding, blank
from disputes.letter.grounding.tokens import TextToken

_EVENTS = {
    "refunded": ("refund_amount", "other_refund_amount", "refunded_at", "other_refunded_at"),
    "delivered": ("delivered_at", "other_delivered_at", "service_date"),
    "shipped": ("shipped_at",),
    "dispatched": ("shipped_at",),
    "disputed": ("dispute_amount", "dispute_opened_at"),
}
_EVENT_BEFORE = re.compile(
    rf"\b(?P<event>{'|'.join(_EVENTS)})\s(?:(?:again|back|then|to\sthe\scustomer)\s)?"
    r"(?:(?:on|at|the\samount\sof|an\samount\sof|a\stotal\sof)\s)?$",
    re.IGNORECASE,
)
_LOOK_BACK = 48
_DATED = sequence.KINDS
_SCANS = frozenset({"usage_event", "tracking_event"})
_STEM = 5
_LONG_AGO = frozenset({"prior_since", "customer_since"})
_DEEDS = frozenset(
    "terms_accepted_at delivered_at shipped_at refunded_at canceled_at cancel_requested_at service_date".split()
)
_SINCE = re.compile(r"\b(?:customer|with\sus|account|known\sto\sus)\b[^.;,]{0,20}\bsince\s(?:the\s)?$", re.IGNORECASE)
_FIRST_USE = re.compile(r"\bfirst\s(?:use|login|log-in|download|session|access)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|since|earlier|prior|previous|before|oldest)\b", re.IGNORECASE)
_PERIOD = frozenset({"period_start", "period_end"})
_EDGES = {
    "period_end": re.compile(
        (
            r"\b(?:end(?:s|ed|ing)?|expire[sd]?|expiring|r[au]n out|r[au]ns? (?:to|until)|lasts? until|"
            r"closed|over|until|up to)\s(?:on\s)?$"
        ),
        re.IGNORECASE,
    ),
    "period_start": re.compile(
        r"\b(?:beg[aiu]n(?:s|ning)?|start(?:s|ed|ing)?|opens|opened|from|commenc\w{1,3})\s(?:on\s|from\s)?$",
        re.IGNORECASE,
    ),
}
_CLAIMED = re.compile(
    (
        r"\b(?:disput\w{0,4}|claim\w{0,3}|complain\w{0,3}|report(?:ed|s)?|chargebacks?|inquir\w{1,3}|"
        r"challenged|contested|raised|filed)\b"
    ),
    re.IGNORECASE,
)
_THAT_DAY = re.compile(r"\b(?:that|this|the\ssame)\s(?:very\s)?(?:day|date)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:()]|\.\s|\s(?:and|but|while|whereas)\s")
_STOP = re.compile(r"[;!?]|\.(?:\s|$)")
_WEEKDAY = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?,?\s(?:the\s)?$")
# A day that a length is counted from, or that bounds one, is none of the event; a length before it is blanked.
_RELATIVE = re.compile(r"\b(?:after|before|since|until|from|between)\s$|\s{6}$", re.IGNORECASE)
# `four days after the payment`, of which the length is blanked: that payment is no event of the day.
_MEASURED = re.compile(r"\s{6,}(?:the|this|that|its|his|her)\s\w{2,20}")
_CLAUSE_LENGTH = 160
_MIN_WORDS = 1  # `On` or `the`, so that the day begins its clause


def read(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each amount and day that only facts of other events have, while a fact of its own event is cited."""
    found = [
        *_check_amounts(text_tokens, text, cited),
        *sides.read(text_tokens, text, cited),
        *_check_periods(text_tokens, text, cited),
    ]
    found += _check_told(text_tokens, text, cited)
    found += _check_items(text, cited)
    found += _check_since(text_tokens, text, cited)
    starts = {finding.start for finding in found}
    yield from found
    yield from (finding for finding in _check_days(text_tokens, text, cited) if finding.start not in starts)


def _check_amounts(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    fact_tokens = [(fact, frozenset(tokens.tokenize_facts([fact]))) for fact in cited]
    for token in text_tokens:
        if token.value[0] not in {"money", "date"}:
            continue
        event = _EVENT_BEFORE.search(text[max(0, token.start - _LOOK_BACK) : token.start])
        own = [fact for fact in cited if event and _is_of_event(fact, event["event"]) and _has_form(fact, token)]
        holders = [fact for fact, values in fact_tokens if token.value in values]
        if event and own and holders and not any(fact in own or form(fact.kind) == "text" for fact in holders):
            value = tokens.render_folded(own[0])
            problem = f"{token.text} is written for {event['event']!r}, of which {own[0].id} says {value}"
            yield Finding(token.start, token.end, problem)


def _is_of_event(fact: Fact, event: str) -> bool:
    return fact.kind in _EVENTS[event.lower()]


def _has_form(fact: Fact, token: TextToken) -> bool:
    return form(fact.kind) == ("money" if token.value[0] == "money" else "time")


def _check_periods(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each day on which a period is said to end or begin, where the cited facts have it do the contrary."""
    for token in (*text_tokens, *_find_repeated(text_tokens, text)):
        before = text[max(0, token.start - _LOOK_BACK) : token.start]
        edge = next((edge for edge, pattern in _EDGES.items() if pattern.search(before)), "")
        contrary = [fact for fact in cited if edge and fact.kind in _PERIOD and fact.kind != edge]
        own = any(fact.kind == edge for fact in cited)
        holders = [fact for fact in cited if token.value[0] == "date" and token.value in tokens.tokenize_facts([fact])]
        if own and any(fact in contrary for fact in holders) and not any(_is_edge(fact, edge) for fact in holders):
            yield Finding(token.start, token.end, f"{token.text} is told for {edge}, and is of {holders[0].id}")


def _is_edge(fact: Fact, edge: str) -> bool:
    return fact.kind == edge or (fact.kind in _DATED and fact.kind != "paid_at") or form(fact.kind) == "text"


def _find_repeated(text_tokens: Sequence[TextToken], text: str) -> Iterator[TextToken]:
    """Yield each `that day` as the day that was named last before it."""
    days = [token for token in text_tokens if token.value[0] == "date"]
    for match in _THAT_DAY.finditer(text):
        if earlier := [day for day in days if day.end <= match.start()]:
            yield TextToken(earlier[-1].value, match[0], match.start(), match.end())


def _check_days(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each day beside events of which no cited fact is of that day, or beside a parcel of another day."""
    of_days = [(fact, frozenset(tokens.tokenize_facts([fact]))) for fact in cited if fact.kind in _DATED]
    days = (token for token in text_tokens if token.value[0] == "date")
    for token in (day for day in days if not _RELATIVE.search(text[max(0, day.start - _LOOK_BACK) : day.start])):
        if any(token.value in tokens.tokenize_facts([fact]) for fact in cited if fact.kind not in _DATED):
            continue
        holders = [fact for fact, values in of_days if token.value in values]
        kinds = sequence.find_kinds(_find_clause(token, text))
        if (
            kinds
            and any(fact.kind == "dispute_opened_at" for fact in holders)
            and _CLAIMED.search(_find_around(token, text))
        ):
            continue
        if holders and kinds & {fact.kind for fact in cited} and not any(fact.kind in kinds for fact in holders):
            yield Finding(token.start, token.end, f"{token.text} is the day of {holders[0].id}, and of no such event")
        parcels = sides.find_parcels(token.start, token.end, text, cited)
        if holders and parcels and all(map(_is_parcel, holders)) and parcels.isdisjoint(f.about for f in holders):
            yield Finding(token.start, token.end, f"{token.text} is of another parcel: {holders[0].id}")


def _find_clause(token: TextToken, text: str) -> str:
    """Return what stands before a day in its clause, or on both sides of one that begins its clause."""
    *earlier, before = _CLAUSE.split(_WEEKDAY.sub("", text[max(0, token.start - _CLAUSE_LENGTH) : token.start]))
    if len(before.split()) > _MIN_WORDS:
        return before
    # `At the time of the charge, 1 June 2026, the plan was running`
    behind = _STOP.split(text[token.end : token.end + _CLAUSE_LENGTH])[0]
    return f"{' '.join(earlier)} {_MEASURED.sub(' ', behind)}"


def _find_around(token: TextToken, text: str) -> str:
    """Return the sentence around a token."""
    before = _STOP.split(text[max(0, token.start - _CLAUSE_LENGTH) : token.start])[-1]
    return before + " " + _STOP.split(text[token.end : token.end + _CLAUSE_LENGTH])[0]


def _check_since(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each day since which somebody is called a customer, where it is of one event, or the other way round."""
    for token in (token for token in text_tokens if token.value[0] == "date"):
        holders = {fact.kind for fact in cited if token.value in tokens.tokenize_facts([fact])}
        since = bool(_SINCE.search(text[max(0, token.start - _LOOK_BACK) : token.start]))
        kinds = sequence.find_kinds(_find_clause(token, text)) & {fact.kind for fact in cited} & _DEEDS
        around = _FIRST.search(_find_around(token, text))
        if holders and (
            (_FIRST_USE.search(_find_clause(token, text)) and holders == {"last_used_at"})
            or (since and holders <= {*_DEEDS, "paid_at"})
            or (kinds and holders <= _LONG_AGO and not around)
        ):
            yield Finding(token.start, token.end, f"{token.text} is the day of {min(holders)}, and told for another")


def _check_items(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each parcel's number in a clause that names the goods of another parcel only."""
    stems = {fact.about: _find_stems(tokens.render_folded(fact)) for fact in cited if fact.kind == "parcel_items"}
    for fact in (fact for fact in cited if fact.kind == "tracking_number" and fact.about in stems):
        for match in re.finditer(re.escape(str(fact.value)), text):
            before = _CLAUSE.split(text[max(0, match.start() - _CLAUSE_LENGTH) : match.start()])[-1]
            said = _find_stems(before + _CLAUSE.split(text[match.end() : match.end() + _CLAUSE_LENGTH])[0])
            others = set().union(*(own for about, own in stems.items() if about != fact.about))
            if said & (others - stems[fact.about]) and not said & (stems[fact.about] - others):
                yield Finding(*match.span(), f"{match[0]} is not the parcel of these goods")


def _check_told(text_tokens: Sequence[TextToken], text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each day of one scan or use in a clause that holds the words of another one only."""
    dated = [fact for fact in cited if fact.at and fact.kind in _SCANS]
    stems = {fact.id: _find_stems(tokens.render_folded(fact)) for fact in dated}
    common = Counter(stem for some in stems.values() for stem in some)
    undated = blank(
        text, (Finding(token.start, token.end) for token in text_tokens if token.value[0] in {"date", "time"})
    )
    for token in (token for token in text_tokens if token.value[0] in {"date", "time"}):
        holders = [fact for fact in cited if token.value in tokens.tokenize_facts([fact])]
        said = _find_stems(_find_around(token, undated))
        named = [fact for fact in dated if any(common[stem] == 1 for stem in stems[fact.id] & said)]
        if named and holders and all(fact in dated for fact in holders) and not any(fact in named for fact in holders):
            yield Finding(
                token.start, token.end, f"{token.text} is the time of {holders[0].id}, and {named[0].id} is told"
            )


def _find_stems(text: str) -> set[str]:
    words = {word[:_STEM] for word in tokens.split_words(text) if len(word) >= _STEM}
    return words | set(re.findall(r"(?<![\w.,:])\d{1,6}(?![\w:]|[.,]\d)", text))


def _is_parcel(fact: Fact) -> bool:
    return fact.about.startswith("parcel:")
