"""Words of the whole, such as `every`, `full` and `always`: each needs a fact that says as much. Pure."""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Evidence, Fact
from disputes.evidence.kinds import form
from disputes.letter.grounding import numerals, tokens
from disputes.letter.grounding.findings import Finding
from disputes.money import Money

_ALL = (
    r"(?:all|every|each|the\s(?:entire|whole|full|complete))(?:\s(?:single|one))?(?:\sof)?(?:\sthe|\s"
    r"these|\sour|\shis|\sher)?(?:\s(?:ordered|disputed|purchased|separate|individual))?"
)
_GOODS = re.compile(
    (
        rf"\b{_ALL}\s(?:parcels?|packages?|shipments?|items?|goods|articles?|products?|orders?|"
        rf"deliver(?:y|ies)|contents|purchase)\b"
    ),
    re.IGNORECASE,
)
_ARRIVED = re.compile(
    r"\b(?:arriv\w{0,3}|deliver\w{0,4}|reached|received|came|handed|shipp?\w{0,5}|sent)\b", re.IGNORECASE
)
_SUM = re.compile(
    r"\b(?:full|entire|whole|complete|total)\s(?:refund|amount|sum|price|payment|purchase price|disputed amount)\b|"
    r"\brefunded\s(?:\w{1,12}\s)?(?:in full|fully|entirely|completely|wholly)\b|\b(?:fully|entirely|"
    r"completely)\srefunded\b|\bin full\b",
    re.IGNORECASE,
)
# `the whole of the disputed 119.00 USD`: the figure is checked by itself.
_WHOLE_OF = re.compile(
    r"\b(?:the\s)?(?:whole|all|full|entire|complete|total)(?:\sof)?\s(?:(?:the|that|this|these|"
    r"those)\s)?(?:disputed\s|paid\s)?"
    r"(?:amount\sof\s|sum\sof\s)?(?:[A-Z]{3}\s?|[$\u20ac\u00a3]\s?)?\d[\d.,]{0,12}(?:\s[A-Z]{3})?",
    re.IGNORECASE,
)
_REFUND = re.compile(r"\b(?:refund\w{0,4}|credited|repaid|reimburs\w{1,5}|returned)\b", re.IGNORECASE)
_STRONG = re.compile(
    r"\b(?:always|every|everything|everyone|everybody|all|only|solely|exclusively|constantly|"
    r"continually|continuously|daily|"
    r"regularly|frequently|often|entirely|completely|fully|wholly|throughout|any|anyone|anything|at once|immediately|"
    r"promptly|instantly|repeatedly|numerous|countless|extensively|perfectly|invariably|without "
    r"exception|routinely|entire|whole)\b",
    re.IGNORECASE,
)
# What such a word says nothing with: a number that is checked by itself, a moment, a way of speaking.
_HARMLESS = re.compile(
    rf"\b(?:not only|only (?:after|then|once|when|on|in|at|from|later|{numerals.WORDS}|\d+)|in all|"
    rf"above all|after all|first of all|"
    rf"all (?:of (?:the|these) )?(?:{numerals.WORDS}|\d+)|all (?:times|dates|hours|amounts|figures|"
    rf"prices|exhibits)|at all times|"
    r"all the|(?:quoted|enclosed|reproduced|attached|set out|shown|given|read) in full|all of which|"
    r"in any (?:case|event)|once and for all|every exhibit|the (?:whole|entire|full) (?:text|record|"
    r"log|history|conversation|"
    r"correspondence|exchange|address|name|list|thread|page|wording|policy|terms|trail|route)|"
    r"all of (?:this|that|these|those|it|them)|all this|all that|each time|in each|"
    r"in full(?=:)|only (?:[a-z]{3}\s|[$\u20ac\u00a3]\s?)?\d[\d.,]*|not only|if only|first and only|"
    r"only because|only this|"
    r"(?:a|the) full (?:day|month|year|week|name|text)|any other|any of|any such|any time|"
    r"promptly after|immediately (?:after|before|below|above))\b",
    re.IGNORECASE,
)
# `any` after a negation says no more than the negation, which is checked by itself.
_ANY = re.compile(r"any", re.IGNORECASE)
_NOT = re.compile(r"\b(?:no|not|never|nothing|without|nobody|neither|nor|none)\b|n't\b", re.IGNORECASE)
_NOT_WHOLE = frozenset("parcel_missing delivery_failed not_shipped not_delivered_last used_never".split())
_TWINS = (("order_id", "other_order_id"), ("tracking_number", "other_tracking_number"))
_SENTENCE = re.compile(r"(?:[^.;!?\n]|[.](?=\S)){1,900}")


def read(text: str, cited: Sequence[Fact], evidence: Evidence) -> Iterator[Finding]:
    """Yield every word of the whole in a folded text that no cited fact backs."""
    said = " ".join(tokens.render_folded(fact).casefold() for fact in cited if form(fact.kind) == "text")
    for sentence in _SENTENCE.finditer(text):
        harmless = [*_HARMLESS.finditer(text, *sentence.span())]
        goods = [*_GOODS.finditer(text, *sentence.span())]
        if not _is_contradicted(True, "refund", cited, evidence):  # noqa: FBT003
            harmless += _WHOLE_OF.finditer(text, *sentence.span())
        sums = [each for each in _SUM.finditer(text, *sentence.span()) if not _is_inside(each, harmless)]
        strong = _STRONG.finditer(text, *sentence.span())
        others = [each for each in strong if not _is_inside(each, (*harmless, *goods, *sums))]
        others = [
            each
            for each in others
            if not (_ANY.match(each[0]) and _NOT.search(sentence[0][: each.start() - sentence.start()]))
        ]
        wrong = [each for each in goods if not _is_true_of_goods(each, sentence[0], said, cited, evidence)]
        wrong += [each for each in sums if not _is_true_of_sum(each, sentence[0], said, cited, evidence)]
        wrong += [each for each in others if not (_is_backed(each[0], said) or _counts(each[0], sentence[0], cited))]
        for match in wrong:
            known = match in goods + sums and _is_contradicted(match in sums, sentence[0], cited, evidence)
            yield Finding(*match.span(), f"no fact that is cited says {match[0]!r}", undecidable=not known)


def _is_contradicted(of_sum: bool, sentence: str, cited: Sequence[Fact], evidence: Evidence) -> bool:  # noqa: FBT001
    """Check that a fact says that it is not the whole: a refund that falls short, a parcel that did not come."""
    if of_sum:
        refunds = _amounts(cited, "refund_amount", "refund_total", "other_refund_amount")
        return bool(_REFUND.search(sentence)) and _falls_short(refunds, evidence)
    return any(fact.kind in _NOT_WHOLE for fact in evidence.facts)


def _is_inside(match: re.Match[str], others: Sequence[re.Match[str]]) -> bool:
    return any(each.start() < match.end() and match.start() < each.end() for each in others)


def _is_true_of_goods(
    match: re.Match[str], sentence: str, said: str, cited: Sequence[Fact], evidence: Evidence
) -> bool:
    kinds = {fact.kind for fact in cited}
    if "order" in match[0].casefold() and all(kinds >= set(twins) for twins in _TWINS):
        return True
    return _arrived_whole(cited, evidence) if _ARRIVED.search(sentence) else _is_backed(match[0], said)


def _is_true_of_sum(match: re.Match[str], sentence: str, said: str, cited: Sequence[Fact], evidence: Evidence) -> bool:
    """Check that an amount called whole is; a refund in full of what is disputed covers the claim."""
    covered = "disput" in sentence.casefold() and any(fact.kind == "refund_covers_claim" for fact in cited)
    whole = _is_whole(cited, evidence) if _REFUND.search(sentence) else _has_amount(cited)
    return whole or covered or match[0].casefold() in said


def _is_backed(words: str, said: str) -> bool:
    first = words.casefold().split()[0]
    return re.search(rf"\b{re.escape(first)}\b", said) is not None


def _counts(word: str, sentence: str, cited: Sequence[Fact]) -> bool:
    """Check that `all` and `every` are of checks, payments or months that the facts themselves are about."""
    kinds = {fact.kind for fact in cited}
    by_noun = {
        "check": {"avs_match", "cvc_match"},
        "month": {"subscription_interval"},
        "renewal": {"renewals"},
    }
    found = next((need for noun, need in by_noun.items() if noun in sentence.casefold()), None)
    return word.casefold() in {"all", "every", "any"} and found is not None and found <= kinds


def _arrived_whole(cited: Sequence[Fact], evidence: Evidence) -> bool:
    """Check that the arrival of all is a cited fact, or that each of several parcels on record is cited."""
    if any(fact.kind == "every_parcel_arrived" for fact in cited):
        return True
    parcels = {fact.about for fact in evidence.facts if fact.kind in {"tracking_number", "shipped_at", "delivered_at"}}
    arrived = {fact.about for fact in cited if fact.kind == "delivered_at"}
    return len(parcels) > 1 and parcels <= arrived


def _is_whole(cited: Sequence[Fact], evidence: Evidence) -> bool:
    """Check that a refund covers the claim and is no less than what was paid."""
    refunds = _amounts(cited, "refund_amount", "refund_total", "other_refund_amount")
    whole = _amounts(evidence.facts, "amount_paid", "dispute_amount", "other_amount")
    covers = any(fact.kind in {"refund_covers_claim", "other_refund_covers_claim"} for fact in cited)
    return not _falls_short(refunds, evidence) and (covers or bool(refunds & whole))


def _has_amount(cited: Sequence[Fact]) -> bool:
    return any(isinstance(fact.value, Money) or fact.kind == "line_items" for fact in cited)


def _falls_short(refunds: set[Money], evidence: Evidence) -> bool:
    """Check that what was refunded is less than what was paid."""
    paid = _amounts(evidence.facts, "amount_paid")
    return any(own.currency == other.currency and own.amount < other.amount for own in refunds for other in paid)


def _amounts(facts: Sequence[Fact], *kinds: str) -> set[Money]:
    return {fact.value for fact in facts if fact.kind in kinds and isinstance(fact.value, Money)}
