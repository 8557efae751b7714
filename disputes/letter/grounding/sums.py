"""Totals, differences and products that a letter works out from facts. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from disputes import money
from disputes.evidence import Fact
from disputes.letter.grounding import numerals, tokens
from disputes.letter.grounding.findings import Finding
from disputes.letter.grounding.tokens import TextToken, Token
from disputes.money import Money

# The amounts that may be added up: two payments, or two refunds, never a payment and the dispute about it.
_ADDED = {"amount_paid": "payments", "other_amount": "payments"}
_ADDED |= {"refund_amount": "refunds", "other_refund_amount": "refunds"}
_MAX_AMOUNTS = 8
_LISTS = frozenset({"line_items", "disputed_items", "parcel_items"})
_QUANTITY = re.compile(r"(\d{1,5})\s?[x\u00d7]\s|[x\u00d7]\s?(\d{1,5})\b")
_AMOUNT = r"(?:[A-Z]{3}\s?|[$\u20ac\u00a3]\s?)?\d[\d,]{0,12}(?:\.\d{1,3})?(?:\s?(?:[A-Z]{3}\b|\u20ac))?"
_PRODUCT = re.compile(
    rf"(?<![\w.])(?P<n>\d{{1,5}}|{numerals.WORDS})\s?(?:x|\u00d7|times)\s(?P<price>{_AMOUNT})(?:\s(?:each|apiece))?"
    rf"(?:,?\s?(?:=|is|makes?|making|equals?|or|comes? to|for)\s(?P<product>{_AMOUNT}))?(?![\w]|\.\d)"
)
_TOTAL = re.compile(
    r"\b(?:totals?|totall?ing|totall?ed|sums?|together|combined|altogether|in all|amounts? to|amounting to|comes? to|"
    r"adds? up|added up|adding up|both)\b",
    re.IGNORECASE,
)
_NET = re.compile(
    r"\b(?:differences?|differs?|balance|remain\w{0,4}|less|net|short|exceed\w{0,3}|above|below|more|"
    r"left|kept|retained|"
    r"outstanding|minus|deduct\w{0,4})\b",
    re.IGNORECASE,
)


def is_derived(token: TextToken, beside: str, facts: Sequence[Fact]) -> bool:
    """Check that an amount is the total or the difference that the words around it, `beside`, call it."""
    if _is_product(token, facts):
        return True
    return (bool(_TOTAL.search(beside)) and token.value in _tokenize_totals(facts)) or (
        bool(_NET.search(beside)) and token.value in _tokenize_differences(facts)
    )


def find_wrong_totals(text_tokens: Sequence[TextToken], text: str, facts: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each amount that is called a total of the amounts before it, and is not the total of the facts."""
    kinds = {"total_paid", "amount_paid"} if any(_read_listed(facts)) else {"total_paid"}
    totals = _tokenize_totals(facts) | set(tokens.tokenize_facts(fact for fact in facts if fact.kind in kinds))
    by_currency: dict[str, set[Token]] = {}
    for amount in text_tokens:
        if amount.value[0] != "money":
            continue
        before = by_currency.setdefault(amount.value[2], set())
        called = _TOTAL.search(f"{text[max(0, amount.start - 24) : amount.start]} {text[amount.end : amount.end + 12]}")
        listed = len(before - {amount.value}) > 1 or (len(before) > 1 and amount.value in before)
        if called and listed and amount.value not in totals:
            yield Finding(amount.start, amount.end, f"{amount.text} is not what the amounts come to")
        before.add(amount.value)


def find_products(text: str, facts: Sequence[Fact]) -> Iterator[Finding]:
    """Yield every `3 x 12.00 = 36.00 USD` of a folded text, with its problem if it is wrong or its price no fact's."""
    prices = {price.normalize() for price, _ in (*_read_listed(facts), *_read_paid(facts))}
    counted = {count for _, count in _read_listed(facts)}
    for match in _PRODUCT.finditer(text):
        number, price = Decimal(numerals.parse(match["n"])), _read_figure(match["price"])
        known = price in prices and number in counted
        right = not match["product"] or number * price == _read_figure(match["product"])
        problem = f"{match[0].strip()} does not come out, or no fact that is cited has its number or price"
        yield Finding(match.start(), match.end(), "" if right and known else problem)


def _is_product(token: TextToken, facts: Sequence[Fact]) -> bool:
    """Check that an amount is the price of several of one item that the facts list."""
    return any(
        token.value[1] == str((price * count).normalize()) and token.value[2] in _read_currencies(facts)
        for price, count in _read_listed(facts)
    )


def _read_listed(facts: Sequence[Fact]) -> Iterator[tuple[Decimal, int]]:
    """Yield the price and the number of each item that the facts list with its price."""
    for fact in facts:
        if fact.kind in _LISTS:
            for part in re.split(r"[;\n]", tokens.render_folded(fact)):
                amounts = [each for each in tokens.read(part) if each.value[0] == "money"]
                number = _QUANTITY.search(part)
                yield from ((Decimal(each.value[1]), int(number[1] or number[2]) if number else 1) for each in amounts)


def _read_paid(facts: Sequence[Fact]) -> Iterator[tuple[Decimal, int]]:
    return ((money.to_major_units(amount), 1) for amount in _find_amounts(facts))


def _read_figure(written: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", written)).normalize()


def _tokenize_totals(facts: Sequence[Fact]) -> set[Token]:
    added = {token for amount in _add_up(facts) for token in tokens.tokenize_amount(amount)}
    currencies = {amount.currency for amount in _find_amounts(facts)} | _read_currencies(facts)
    items = [price * count for price, count in _read_listed(facts)][:_MAX_AMOUNTS]
    sums = {sum(some) for size in range(2, len(items) + 1) for some in combinations(items, size)}
    return added | {("money", str(Decimal(each).normalize()), unit) for each in sums for unit in (*currencies, "")}


def _read_currencies(facts: Sequence[Fact]) -> set[str]:
    return {token[2] for token in tokens.tokenize_facts(facts) if token[0] == "money"}


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
