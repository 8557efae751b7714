"""Which of the items that were paid for a dispute is about, told by its amount. Pure.

A bank names an amount and no item, so this is arithmetic: items are named only where nothing else fits.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from disputes import money
from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact, Item, build_fact
from disputes.model import Value
from disputes.money import Money

MAX_ROWS, MAX_QUANTITY = 20, 100
_MAX_STEPS = 50_000  # for one row of one half; more are not worth a worker's time
_SEVERAL = 2

_Picks = tuple[Item | None, ...]
_Sums = dict[int, list[_Picks]]


class DisputedPart(Value):
    """What a dispute is about: the `whole` payment, some `items` of it, or `unknown`.

    `items` are the disputed ones, each with its disputed quantity and amount, and add up to the disputed amount; there
    are none unless `way` is `items`.
    """

    way: Literal["whole", "items", "unknown"]
    items: tuple[Item, ...] = ()


UNKNOWN = DisputedPart(way="unknown")


def find(dispute: Dispute, items: Sequence[Item]) -> DisputedPart:
    """Return which items are disputed: `items` only where exactly one choice of them, by quantity, is the amount.

    `whole` where the amount covers what was captured. What was captured beyond the items is shipping or tax: `unknown`
    then, unless the amount fits one choice without it and none with it; `unknown` too where less was captured, as after
    a discount. Items that cost nothing are part of no amount. The work is bounded: more than `MAX_ROWS` different items
    are `unknown`.
    """
    if dispute.captured and dispute.amount >= dispute.captured:
        return DisputedPart(way="whole")
    priced = [item for item in items if item.amount]
    if dispute.amount <= 0 or not all(_is_countable(item, dispute.currency) for item in priced):
        return UNKNOWN
    rows = _merge(priced)
    if not 0 < len(rows) <= MAX_ROWS:
        return UNKNOWN
    return _choose(rows, dispute.amount, captured=dispute.captured or _total(rows))


def facts(dispute: Dispute, evidence: Evidence) -> Iterator[Fact]:
    """Yield that a part of the payment is disputed, and what that amount bought where the items tell."""
    if dispute.captured and 0 < dispute.amount < dispute.captured:
        yield build_fact("part_disputed", value=True, source=f"stripe:dispute/{dispute.id}:amount")
    part = find(dispute, evidence.items)
    if part.way == "items":
        rows = "; ".join(f"{item.quantity} x {item.name} ({_write_price(item)})" for item in part.items)
        yield build_fact("disputed_items", rows, part.items[0].source)


def _write_price(item: Item) -> str:
    return money.write(Money(amount=item.amount, currency=item.currency))


def is_all(part: DisputedPart, items: Sequence[Item]) -> bool:
    """Return whether a part holds every item that was paid for, as where shipping alone is not disputed."""
    return sum(item.amount for item in part.items) == sum(item.amount for item in items)


def _is_countable(item: Item, currency: str) -> bool:
    return item.currency == currency and item.amount > 0 and 0 < item.quantity <= MAX_QUANTITY


def _merge(items: Sequence[Item]) -> list[Item]:
    """Return items of one name and price in one row."""
    rows: dict[tuple[str, Fraction], Item] = {}
    for item in items:
        key = (item.name.casefold(), Fraction(item.amount, item.quantity))
        same = rows.get(key)
        rows[key] = _take(item, item.quantity + same.quantity, item.amount + same.amount) if same else item
    return list(rows.values())


def _choose(rows: Sequence[Item], amount: int, *, captured: int) -> DisputedPart:
    rest = captured - _total(rows)
    left, right = (_add_up(half, limit=amount) for half in (rows[::2], rows[1::2]))
    if rest < 0 or left is None or right is None:
        return UNKNOWN
    fits = _find_fits(left, right, amount)
    if len(fits) != 1 or any(_find_fits(left, right, other) for other in _find_rivals(rows, amount, rest)):
        return UNKNOWN
    return DisputedPart(way="items", items=fits[0])


def _find_rivals(rows: Sequence[Item], amount: int, rest: int) -> set[int]:
    """Return what the items would come to if the disputed amount held all of the rest, or its share of it."""
    share = Fraction(amount * _total(rows), _total(rows) + rest)
    return {amount - rest, floor(share), ceil(share)} - {amount} if rest else set()


def _add_up(rows: Sequence[Item], *, limit: int) -> _Sums | None:
    """Return each sum up to a limit that some of the rows come to, with two ways there at most; None for too many."""
    sums: _Sums = {0: [()]}
    for row in rows:
        picks = tuple(_picks(row))
        if len(sums) * len(picks) > _MAX_STEPS:
            return None
        sums = _add(sums, picks, limit=limit)
    return sums


def _add(sums: _Sums, picks: _Picks, *, limit: int) -> _Sums:
    grown: _Sums = {}
    for total, ways in sums.items():
        for pick in picks:
            reached = total + (pick.amount if pick else 0)
            if reached <= limit:
                kept = grown.setdefault(reached, [])
                kept += [(*way, pick) for way in ways][: _SEVERAL - len(kept)]
    return grown


def _picks(row: Item) -> Iterator[Item | None]:
    """Yield nothing of a row, and each number of its items; what does not divide evenly is rounded either way."""
    yield None
    for count in range(1, row.quantity + 1):
        low, more = divmod(row.amount * count, row.quantity)
        yield from (_take(row, count, amount) for amount in ((low, low + 1) if more else (low,)) if amount)


def _find_fits(left: _Sums, right: _Sums, amount: int) -> list[tuple[Item, ...]]:
    """Return the first two choices of items that come to an amount, in the order of the rows."""
    fits: list[tuple[Item, ...]] = []
    for total, ways in left.items():
        for way in ways:
            for other in right.get(amount - total, ()):
                fits.append(_interleave(way, other))
                if len(fits) == _SEVERAL:
                    return fits
    return fits


def _interleave(evens: _Picks, odds: _Picks) -> tuple[Item, ...]:
    picks = [pick for at in range(len(evens)) for pick in (evens[at], *odds[at : at + 1])]
    return tuple(pick for pick in picks if pick)


def _take(item: Item, quantity: int, amount: int) -> Item:
    return item.model_copy(update={"quantity": quantity, "amount": amount})


def _total(rows: Sequence[Item]) -> int:
    return sum(row.amount for row in rows)
