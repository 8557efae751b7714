"""Numbers of things that are facts themselves: `two orders`, `three earlier payments`. Pure."""

import re
from collections.abc import Iterator, Sequence

from disputes.evidence import Fact
from disputes.letter.grounding import numerals, tokens
from disputes.letter.grounding.findings import Finding

_MESSAGES = ("customer_message", "merchant_message")
_USES = ("usage_event",)
_COUNTED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("message", "e-mail", "email", "note"), _MESSAGES),
    **dict.fromkeys(("event", "scan"), ("tracking_event",)),
    **dict.fromkeys(
        ("use", "session", "login", "log-in", "visit", "download", "access", "time"), (*_USES, "usage_count")
    ),
    **dict.fromkeys(
        ("payment", "charge", "transaction", "purchase"), ("amount_paid", "other_amount", "prior_payments")
    ),
    "order": ("order_id", "other_order_id"),
    "refund": ("refund_amount", "other_refund_amount"),
    "renewal": ("renewals",),
    **dict.fromkeys(("parcel", "package", "shipment", "deliverie"), ("tracking_number", "delivered_at", "shipped_at")),
    "check": ("avs_match", "cvc_match", "three_d_secure", "fraud_check", "risk_level"),
    **dict.fromkeys(("item", "article", "product"), ("line_items", "product_description", "other_description")),
}
_COUNT_KINDS = frozenset({"usage_count", "prior_payments", "renewals"})
_LINKS = "an?|the|this|that|and|or|of|to|in|on|for|from|with|by|at|as|when|which|after|before|utc"
_MONTHS = "|".join((*tokens.MONTHS, *(month[:3] for month in tokens.MONTHS)))
_HOW_MANY = re.compile(
    rf"(?<![\w.,:/#-])(?P<n>\d{{1,3}}(?:,\d{{3}}){{1,2}}|\d{{1,9}}|{numerals.WORDS}|both|several|multiple|numerous|many)\s"
    rf"(?:(?!(?:{_LINKS}|{_MONTHS}|(?:day|week|month|year|hour|minute)s?)\b)[a-z-]{{1,20}}\s){{0,3}}?"
    rf"(?P<noun>{'|'.join(_COUNTED)})(?:s|es)?\b",
    re.IGNORECASE,
)
_VAGUE = {"both": 2, "several": 3, "multiple": 2, "numerous": 3, "many": 3}
_EARLIER = re.compile(r"\b(?:earlier|previous|prior|undisputed|past|preceding)\b", re.IGNORECASE)
# `not one order billed twice`: the denial is checked by itself.
_DENIED = re.compile(r"\b(?:not|never)\s(?:\w{2,8}\s)?$", re.IGNORECASE)
_LEAD = 16
_QUANTITY = re.compile(r"(\d+)\s?[x\u00d7]\s")


def find_counts(text: str, facts: Sequence[Fact]) -> Iterator[Finding]:
    """Yield every number of things that are facts themselves, with its problem, if it has one."""
    fact_text = " ".join(tokens.render_folded(fact).casefold() for fact in facts if isinstance(fact.value, str))
    for match in _HOW_MANY.finditer(text):
        word = match["n"].casefold()
        if _DENIED.search(text[max(0, match.start() - _LEAD) : match.start()]):
            continue
        counts = set(_count(match, facts))
        number = _VAGUE.get(word) or numerals.parse(word)
        right = max(counts, default=0) >= number if word in _VAGUE and word != "both" else number in counts
        if counts and not right and match[0].casefold() not in fact_text:
            known = _is_counted(match, facts)
            yield Finding(*match.span(), f"{match[0]} is not what the facts count", undecidable=not known)
        elif counts and right:
            yield Finding(match.start("n"), match.end("n"))


def _count(match: re.Match[str], facts: Sequence[Fact]) -> Iterator[int]:
    """Yield the numbers that the cited facts allow: how many of them there are, and the value of one that counts."""
    kinds = _COUNTED[match["noun"].casefold()]
    earlier = bool(_EARLIER.search(match[0]))
    for fact in facts:
        if fact.kind in kinds and fact.kind in _COUNT_KINDS and isinstance(fact.value, int):
            yield fact.value
    if "order_id" in kinds or "other_amount" in kinds:
        yield from (2 for fact in facts if fact.kind == "separate_orders" and not earlier)
    single = [fact for fact in facts if fact.kind in kinds and fact.kind not in _COUNT_KINDS]
    if "line_items" in kinds:
        yield from (number for fact in single if fact.kind == "line_items" for number in _count_items(str(fact.value)))
        yield from (2 for fact in single if fact.kind == "other_description")
    elif single and not earlier:
        by_parcel = "tracking_number" in kinds
        yield len({fact.entity if by_parcel else (fact.kind, fact.id) for fact in single})


def _is_counted(match: re.Match[str], facts: Sequence[Fact]) -> bool:
    """Check that a fact counts such things; how many are cited says less."""
    kinds = _COUNTED[match["noun"].casefold()]
    return any(fact.kind in kinds and fact.kind in {*_COUNT_KINDS, "line_items"} for fact in facts)


def _count_items(listed: str) -> Iterator[int]:
    yield listed.count(";") + 1
    if quantities := _QUANTITY.findall(listed):
        yield sum(map(int, quantities))
