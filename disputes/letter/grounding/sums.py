"""Amounts and counts that a letter works out: totals, differences, and how many. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from disputes.evidence import Fact
from disputes.letter.grounding import numerals, tokens
from disputes.letter.grounding.spans import Reading
from disputes.letter.grounding.tokens import Found, Token
from disputes.money import Money

# What may be added up: two payments, or two refunds, never a payment and the dispute about it.
_ADDED = {"amount_paid": "payments", "other_amount": "payments"}
_ADDED |= {"refund_amount": "refunds", "other_refund_amount": "refunds"}
_MOST = 8
_TOTAL = re.compile(
    r"\b(?:totals?|totall?ing|totall?ed|sums?|together|combined|altogether|in all|amounts? to|amounting to|comes? to|"
    r"adds? up|added up|adding up|both)\b",
    re.IGNORECASE,
)
_NET = re.compile(
    r"\b(?:differences?|differs?|balance|remain\w{0,4}|less|net|short|exceed\w{0,3}|above|below|more|left|kept|retained|"
    r"outstanding|minus|deduct\w{0,4})\b",
    re.IGNORECASE,
)
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
    **dict.fromkeys(("item", "article", "product"), ("line_items",)),
}
_TOLD = frozenset({"usage_count", "prior_payments", "renewals"})
_LINKS = "an?|the|this|that|and|or|of|to|in|on|for|from|with|by|at|as|when|which|after|before|utc"
_HOW_MANY = re.compile(
    rf"(?<![\w.,:])(?P<n>\d[\d,]{{0,9}}|{numerals.WORDS}|both|several|multiple|numerous|many)\s"
    rf"(?:(?!(?:{_LINKS}|(?:day|week|month|year|hour|minute)s?)\b)[a-z-]{{1,20}}\s){{0,3}}?"
    rf"(?P<noun>{'|'.join(_COUNTED)})(?:s|es)?\b",
    re.IGNORECASE,
)
_VAGUE = {"both": 2, "several": 3, "multiple": 2, "numerous": 3, "many": 3}
_EARLIER = re.compile(r"\b(?:earlier|previous|prior|undisputed|past|preceding)\b", re.IGNORECASE)
_QUANTITY = re.compile(r"(\d+)\s?[x\u00d7]\s")


def derived(found: Found, beside: str, facts: Sequence[Fact]) -> bool:
    """Tell whether an amount is the total or the difference that the words around it call it."""
    return (bool(_TOTAL.search(beside)) and found.token in _totals(facts)) or (
        bool(_NET.search(beside)) and found.token in _differences(facts)
    )


def mistotalled(found: Sequence[Found], text: str, facts: Sequence[Fact]) -> Iterator[Reading]:
    """Give each amount that is called a total of others said before it and is not what they come to."""
    right = _totals(facts) | set(tokens.known(fact for fact in facts if fact.kind == "total_paid"))
    said: dict[str, set[Token]] = {}
    for one in found:
        if one.token[0] != "money":
            continue
        before = said.setdefault(one.token[2], set())
        called = _TOTAL.search(f"{text[max(0, one.start - 24) : one.start]} {text[one.end : one.end + 12]}")
        if called and len(before - {one.token}) > 1 and one.token not in right:
            yield Reading(one.start, one.end, f"{one.text} is not what the amounts come to")
        before.add(one.token)


def count(text: str, facts: Sequence[Fact]) -> Iterator[Reading]:
    """Give every number of things that are on record by themselves, with what is wrong with it."""
    said = " ".join(tokens.shown(fact).casefold() for fact in facts if isinstance(fact.value, str))
    for found in _HOW_MANY.finditer(text):
        word = found["n"].casefold()
        held = set(_numbers(found, facts))
        number = _VAGUE.get(word) or numerals.value(word)
        right = max(held, default=0) >= number if word in _VAGUE and word != "both" else number in held
        if held and not right and found[0].casefold() not in said:
            yield Reading(found.start(), found.end(), f"{found[0]} is not what the facts count")
        elif held and right:
            yield Reading(found.start("n"), found.end("n"))


def _totals(facts: Sequence[Fact]) -> set[Token]:
    return {token for amount in _sums(facts) for token in tokens.amounts(amount)}


def _differences(facts: Sequence[Fact]) -> set[Token]:
    amounts = [*_amounts(facts), *_sums(facts)]
    apart = (
        Money(amount=abs(one.amount - other.amount), currency=one.currency)
        for one, other in combinations(amounts, 2)
        if one.currency == other.currency
    )
    return {token for amount in apart for token in tokens.amounts(amount)}


def _sums(facts: Sequence[Fact]) -> Iterator[Money]:
    groups: dict[tuple[str, str], list[Money]] = {}
    for fact in facts:
        if isinstance(fact.value, Money):
            groups.setdefault((_ADDED.get(fact.kind, fact.kind), fact.value.currency), []).append(fact.value)
    for (_, currency), group in groups.items():
        for size in range(2, min(len(group), _MOST) + 1):
            for some in combinations(group[:_MOST], size):
                yield Money(amount=sum(amount.amount for amount in some), currency=currency)


def _amounts(facts: Iterable[Fact]) -> list[Money]:
    return [fact.value for fact in facts if isinstance(fact.value, Money)]


def _numbers(found: re.Match[str], facts: Sequence[Fact]) -> Iterator[int]:
    """Give what the cited facts count: how many of them there are, or the number one of them tells."""
    kinds = _COUNTED[found["noun"].casefold()]
    earlier = bool(_EARLIER.search(found[0]))
    for fact in facts:
        if fact.kind in kinds and fact.kind in _TOLD and isinstance(fact.value, int):
            yield fact.value
    if "order_id" in kinds or "other_amount" in kinds:
        yield from (2 for fact in facts if fact.kind == "separate_orders" and not earlier)
    single = [fact for fact in facts if fact.kind in kinds and fact.kind not in _TOLD]
    if "line_items" in kinds:
        yield from (number for fact in single for number in _items(str(fact.value)))
    elif single and not earlier:
        yield len({(fact.kind, fact.id) for fact in single})


def _items(listed: str) -> Iterator[int]:
    yield listed.count(";") + 1
    if quantities := _QUANTITY.findall(listed):
        yield sum(map(int, quantities))
