"""Words in quotation marks: they have to be, word for word, what the one that is named as their speaker wrote. Pure."""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import moments, sides, tokens
from disputes.letter.grounding.findings import Finding

_QUOTED = re.compile(r"[\"\u201c\u201d\u201e\u00ab]([^\"\u201c\u201d\u201e\u00ab\u00bb]{1,2000})[\"\u201d\u201c\u00bb]")
_COMMA = re.compile(r"[,;:]\s|\sand\s")
_DATED = re.compile(r"\s?(?:on|at|by|the same day|already on)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\s?(?:\[?\(?\.\.\.\)?\]?|\u2026|\[[^\]]{1,40}\])\s?")
_LOOK_BACK = 110
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s")
_STEM = 4
_EMPTY = frozenset(
    "that this have been were they them with from their goods parcel package order item items product purchase".split()
)
_TOLD = re.compile(
    r"\b(?:customer|cardholder|buyer|he|she|they)\s(?:then\s|also\s|later\s)?(?:confirm\w{0,3}|"
    r"admit\w{0,3}|wrote|told\sus|said|"
    r"acknowledged\w{0,2}|agreed|stated|replied|reported)\s(?:to\sus\s)?that\s(?P<what>(?:[^,.;!?\n]|\.(?=\d)){1,160})",
    re.IGNORECASE,
)
_ADMITS = ("admits_purchase", "admits_receipt", "admits_use")
_CUSTOMER = ("customer_message", "cancel_requested_at", *_ADMITS)
_OURS = ("merchant_message", "refund_policy", "cancellation_policy", "listing_snapshot")
_NAMES = frozenset(
    "customer_name customer_email receipt_email shipping_name product_description other_description "
    "line_items order_id "
    "statement_descriptor delivery_signature account_id carrier tracking_number parcel_items merchant_name".split()
)
_SAID = (
    r"(?:wrote|writes|said|says|replied|replies|answered|asked|told|stated|confirmed|added|thanked|"
    r"words|message|e-?mail)"
)
_PEOPLE = r"(?:customer|cardholder|buyer|purchaser|subscriber|client|guest|learner|he|she|they|him|her|their|his)"
# Who is named before a quotation as its speaker, and the kinds that hold what that one wrote.
_SPEAKERS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(rf"\b(?:we|us|our|merchant|shop|store|support)\b[^.;]{{0,60}}\b{_SAID}\b", re.IGNORECASE), _OURS),
    (re.compile(rf"\b{_PEOPLE}(?:'s|')?\b[^.;]{{0,60}}\b{_SAID}\b", re.IGNORECASE), _CUSTOMER),
    (re.compile(r"\b(?:policy|policies|terms|listing)\b", re.IGNORECASE), _OURS),
    (
        re.compile(r"\b(?:carrier|courier|scan|tracking (?:event|history|record))\b", re.IGNORECASE),
        ("tracking_event", "delivery_place", "delivery_signature", "carrier", "tracking_number"),
    ),
)


def read(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield every quotation of a folded text, with its problem when its speaker wrote no such words."""
    for match in _QUOTED.finditer(text):
        before = _SENTENCE_END.split(_QUOTED.sub(_blank, text[max(0, match.start() - _LOOK_BACK) : match.start()]))[-1]
        holders = [fact for fact in cited if _holds(fact, match[1])]
        if any(_is_value(fact, match[1]) for fact in holders):
            yield Finding(match.start(), match.end())
            continue
        kinds = _find_kinds(before, {fact.kind for fact in cited})
        own = [fact for fact in holders if not kinds or fact.kind in kinds]
        parcels = sides.find_parcels(match.start(), match.end(), text, cited)
        problem = _explain(match[0], before, holders, own)
        if not problem and parcels and not any(fact.about in parcels or not _is_parcel(fact) for fact in own):
            problem = f"{match[0]} is of another parcel: {own[0].id}"
        yield Finding(match.start(), match.end(), problem)


def find_paraphrases(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield what a text says that the customer wrote, in words of which the customer's own hold half or less."""
    said = {_stem(word) for fact in cited if fact.kind in _CUSTOMER for word in _words(tokens.render_folded(fact))}
    for match in _TOLD.finditer(text):
        stems = {_stem(word) for word in _words(match["what"])}
        if stems and len(stems & said) * 2 <= len(stems):
            yield Finding(*match.span("what"), "no rule can judge this, so a person has to attest it", undecidable=True)


def _is_parcel(fact: Fact) -> bool:
    return fact.about.startswith("parcel:")


def _is_value(fact: Fact, words: str) -> bool:
    """Check that the words are the whole value of a fact that nobody said, such as a name or an e-mail address."""
    return fact.kind in _NAMES and _plain(words) == _plain(tokens.render_folded(fact))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _words(text: str) -> list[str]:
    return [word for word in tokens.split_words(text) if len(word) >= _STEM and word not in _EMPTY]


def _stem(word: str) -> str:
    return "arri" if word.startswith(("receiv", "deliver")) else word[:_STEM]


def _explain(quotation: str, before: str, holders: Sequence[Fact], own: Sequence[Fact]) -> str:
    if not holders:
        return f"{quotation} is quoted, and stands word for word in no fact that is cited"
    if not own:
        return f"{quotation} is quoted as the words of somebody else: it is from {holders[0].id}"
    days = [token.value for token in tokens.read(_find_dated(before)) if token.value[0] == "date"]
    times = [[each.at for each in moments.read_moments([fact])] for fact in own]
    told = not days or any(not each or any(moments.is_day(days[-1], at) for at in each) for each in times)
    return "" if told else f"{quotation} is quoted as words of another day: it is from {own[0].id}"


def _find_dated(before: str) -> str:
    """Return what dates a quotation: the clause before it, or an `On 5 March,` that begins the sentence."""
    first, *rest = _COMMA.split(before.rstrip(" ,:"))
    return f"{first if _DATED.match(first) else ''} {rest[-1] if rest else first}"


def _find_kinds(before: str, cited: set[str]) -> tuple[str, ...]:
    """Return the kinds that hold the words of the speaker who is named last before a quotation."""
    named = [(match.end(), kinds) for pattern, kinds in _SPEAKERS for match in pattern.finditer(before)]
    last = max(named, default=(0, ()))[1]
    return last if cited & set(last) or last == _CUSTOMER else ()


def _holds(fact: Fact, words: str) -> bool:
    """Check that a fact holds the words, whole and in order; an ellipsis or brackets stand for what is left out."""
    parts = [_plain(part) for part in _ELLIPSIS.split(words)]
    wanted = r".{0,2000}".join(re.escape(part) for part in parts if part)
    value = _plain(tokens.render_folded(fact)) if form(fact.kind) != "flag" else ""
    return bool(wanted) and re.search(rf"(?<!\w){wanted}(?!\w)", value) is not None


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").split()).strip(" .,;:!?").casefold()
