"""Which earlier payments Visa's Compelling Evidence 3.0 lets in, and which two of them show most (reference 4.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import combinations

from disputes.ce3.payment import ELEMENTS, MAIN, Payment, marks, written

NEAREST, FARTHEST = 120, 364
"""How many days before the disputed payment an earlier one may lie, both included, counted in UTC calendar dates."""

NEEDED = 2
_NEVER = datetime.min.replace(tzinfo=UTC)

Rank = tuple[bool, int, int, int, datetime, datetime, tuple[str, ...]]


@dataclass(frozen=True)
class Pair:
    """Two earlier payments, the newer first, the fields all three payments share, and how many could be compared."""

    priors: tuple[Payment, Payment]
    fields: frozenset[str]
    usable: int

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """What matches, main elements first; a device counts once, whichever of its two fields match."""
        return tuple(name for name, fields in ELEMENTS.items() if self.fields.intersection(fields))

    @cached_property
    def mains(self) -> int:
        """How many of them are main elements."""
        return len(MAIN.intersection(self.elements))

    @property
    def qualifies(self) -> bool:
        """Tell whether two elements match and one of them is a main one (reference 4.7)."""
        return self.mains > 0 and len(self.elements) >= NEEDED


def window(paid_at: datetime) -> tuple[datetime, datetime]:
    """Give the first moment of the window before a payment, and the first moment after it, aware UTC."""
    midnight = paid_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=FARTHEST), midnight - timedelta(days=NEAREST - 1)


def newest(priors: Sequence[Payment]) -> list[Payment]:
    """Put payments in order, the newest first and those without a date last."""
    return sorted(priors, key=lambda prior: (prior.paid_at or _NEVER, prior.charge), reverse=True)


def unfit(disputed: Payment, prior: Payment) -> tuple[str, str]:
    """Give the datum that keeps an earlier payment out and the end of a sentence; two empty texts when it is fit.

    Fit is a Stripe charge that was paid, with the same card and in the window, that nobody disputed, reported as fraud
    or got back, with a description of what was bought.
    """
    reasons = (
        ("charge", "is not a card charge of Stripe's", not prior.charge.startswith("ch_")),
        ("charge", "is the disputed one", prior.charge == disputed.charge),
        ("paid", "was not paid", not prior.paid),
        ("amount", "only checked the card and moved no money", prior.amount <= 0),
        ("disputed", "was disputed itself", prior.disputed),
        ("fraud_reported", "was reported as fraud", prior.fraud_reported),
        ("refunded", "was given back", prior.refunded),
        ("card", "has no card on record that could be compared", not (prior.card and disputed.card)),
        ("card", "was made with another card", prior.card != disputed.card),
        ("paid_at", _outside(disputed, prior), bool(_outside(disputed, prior))),
        ("product_description", "does not say what was bought", not written(prior, "product_description")),
    )
    return next(((datum, why) for datum, why, wrong in reasons if wrong), ("", ""))


def best(disputed: Payment, priors: Sequence[Payment], *, kept: frozenset[str] = frozenset()) -> Pair | None:
    """Give the pair of fit payments that shows most, None when there are not two; `kept` charges must be in it.

    No charge may come twice. A pair that qualifies comes first, then the one with more matching elements, then with
    more main ones. Among equals the newest wins, judged by its older payment: an issuer that counts a year back from
    the dispute instead of from the payment still takes it. At last the charge ids decide, so the order of `priors`
    never does. Takes time in the square of the number of priors: Stripe's page of 100 makes 4,950 pairs.
    """
    own, held = marks(disputed), {prior.charge: marks(prior) for prior in priors}
    same = {charge: {f for f, mark in found.items() if own.get(f) == mark} for charge, found in held.items()}
    pairs = [
        Pair((one, two), frozenset(same[one.charge] & same[two.charge]), len(held[one.charge]) + len(held[two.charge]))
        for one, two in combinations(newest(priors), NEEDED)
        if kept <= {one.charge, two.charge}
    ]
    return max(pairs, key=_rank, default=None)


def _rank(pair: Pair) -> Rank:
    newer, older = pair.priors
    ids = (older.charge, newer.charge)
    # What can be compared only tells which of the pairs that fail was nearest.
    usable = 0 if pair.qualifies else pair.usable
    when = (older.paid_at or _NEVER, newer.paid_at or _NEVER)
    return pair.qualifies, len(pair.elements), pair.mains, usable, *when, ids


def _outside(disputed: Payment, prior: Payment) -> str:
    if not (disputed.paid_at and prior.paid_at):
        return "has no date on record"
    days = (disputed.paid_at.astimezone(UTC).date() - prior.paid_at.astimezone(UTC).date()).days
    if NEAREST <= days <= FARTHEST:
        return ""
    if days < 0:
        return "was made after the disputed one"
    return f"is {days} days older than the disputed one, where {NEAREST} to {FARTHEST} count"
