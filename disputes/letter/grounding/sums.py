"""Totals, differences and counts that a letter works out from facts. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from disputes.evidence import Fact
from disputes.letter.grounding import numerals, tokens
from disputes.letter.grounding.spans import Finding
from disputes.letter.grounding.tokens import TextToken, Token
from disputes.money import Money

# The amounts that may be added up: two payments, or two refunds, never a payment and the dispute about it.
_ADDED = {"amount_paid": "payments", "other_amount": "payments"}
_ADDED |= {"refund_amount": "refunds", "other_refund_amount": "refunds"}
_MAX_AMOUNTS = 8
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
_COUNT_KINDS = frozenset({"usage_count", "prior_payments", "renewals"})
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


def is_derived(token: TextToken, beside: str, facts: Sequence[Fact]) -> bool:
    """Check that an amount is the total or the difference that the words around it, `beside`, call it."""
    return (bool(_TOTAL.search(beside)) and token.value in _tokenize_totals(facts)) or (
        bool(_NET.search(beside)) and token.value in _tokenize_differences(facts)
    )


def find_wrong_totals(text_tokens: Sequence[TextToken], text: str, facts: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each amount that is called a total of the amounts before it, and is not the total of the facts."""
    totals = _tokenize_totals(facts) | set(tokens.tokenize_facts(fact for fact in facts if fact.kind == "total_paid"))
    by_currency: dict[str, set[Token]] = {}
    for amount in text_tokens:
        if amount.value[0] != "money":
            continue
        before = by_currency.setdefault(amount.value[2], set())
        called = _TOTAL.search(f"{text[max(0, amount.start - 24) : amount.start]} {text[amount.end : amount.end + 12]}")
        if called and len(before - {amount.value}) > 1 and amount.value not in totals:
            yield Finding(amount.start, amount.end, f"{amount.text} is not what the amounts come to")
        before.add(amount.value)


def find_counts(text: str, facts: Sequence[Fact]) -> Iterator[Finding]:
    """Yield every number of things that are facts themselves, with its problem, if it has one."""
    fact_text = " ".join(tokens.render_folded(fact).casefold() for fact in facts if isinstance(fact.value, str))
    for match in _HOW_MANY.finditer(text):
        word = match["n"].casefold()
        counts = set(_count(match, facts))
        number = _VAGUE.get(word) or numerals.parse(word)
        right = max(counts, default=0) >= number if word in _VAGUE and word != "both" else number in counts
        if counts and not right and match[0].casefold() not in fact_text:
            yield Finding(match.start(), match.end(), f"{match[0]} is not what the facts count")
        elif counts and right:
            yield Finding(match.start("n"), match.end("n"))


def _tokenize_totals(facts: Sequence[Fact]) -> set[Token]:
    return {token for amount in _add_up(facts) for token in tokens.tokenize_amount(amount)}


def _tokenize_differences(facts: Sequence[Fact]) -> set[Token]:
    amounts = [*_find_amounts(facts), *_add_up(facts)]
    differences = (
        Money(amount=abs(amount.amount - other.amount), currency=amount.currency)
        for amount, other in combinations(amounts, 2)
        if amount.currency == other.currency
    )
    return {token for amount in differences for token in tokens.tokenize_amount(amount)}


def _add_up(facts: Sequence[Fact]) -> Iterator[Money]:
    groups: dict[tuple[str, str], list[Money]] = {}
    for fact in facts:
        if isinstance(fact.value, Money):
            groups.setdefault((_ADDED.get(fact.kind, fact.kind), fact.value.currency), []).append(fact.value)
    for (_, currency), group in groups.items():
        for size in range(2, min(len(group), _MAX_AMOUNTS) + 1):
            for some in combinations(group[:_MAX_AMOUNTS], size):
                yield Money(amount=sum(amount.amount for amount in some), currency=currency)


def _find_amounts(facts: Iterable[Fact]) -> list[Money]:
    return [fact.value for fact in facts if isinstance(fact.value, Money)]


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
        yield from (number for fact in single for number in _count_items(str(fact.value)))
    elif single and not earlier:
        yield len({(fact.kind, fact.id) for fact in single})


def _count_items(listed: str) -> Iterator[int]:
    yield listed.count(";") + 1
    if quantities := _QUANTITY.findall(listed):
        yield sum(map(int, quantities))
