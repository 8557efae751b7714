"""The earlier payments that Visa's Compelling Evidence 3.0 allows, and the best two of them (reference 4.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from itertools import combinations

from disputes.ce3.payment import ELEMENTS, MAIN_ELEMENTS, Payment, comparable_fields, read_text

MIN_DAYS, MAX_DAYS = 120, 364
"""How many days before the disputed payment an earlier one may lie, both included, counted in UTC calendar dates."""

PRIORS_NEEDED = 2
_NO_DATE = datetime.min.replace(tzinfo=UTC)

Rank = tuple[bool, bool, int, int, int, datetime, datetime, tuple[str, ...]]


@dataclass(frozen=True)
class PaymentPair:
    """Two earlier payments, the newer first, the fields all three payments share, and how many could be compared."""

    priors: tuple[Payment, Payment]
    fields: frozenset[str]
    usable: int

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """The matching elements, main ones first; a device counts once, whichever of its two fields match."""
        return tuple(name for name, fields in ELEMENTS.items() if self.fields.intersection(fields))

    @cached_property
    def mains(self) -> int:
        """How many of the matching elements are main elements."""
        return len(MAIN_ELEMENTS.intersection(self.elements))

    @property
    def qualifies(self) -> bool:
        """Whether two elements match and one of them is a main one (reference 4.7)."""
        return self.mains > 0 and len(self.elements) >= PRIORS_NEEDED


def find_window(paid_at: datetime) -> tuple[datetime, datetime]:
    """Return the start of the window before a payment (included) and its end (excluded), aware UTC."""
    midnight = paid_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=MAX_DAYS), midnight - timedelta(days=MIN_DAYS - 1)


def sort_newest_first(priors: Sequence[Payment]) -> list[Payment]:
    """Return payments sorted, the newest first and those without a date last."""
    return sorted(priors, key=lambda prior: (prior.paid_at or _NO_DATE, prior.charge), reverse=True)


def find_exclusion(disputed: Payment, prior: Payment) -> tuple[str, str]:
    """Return the datum that excludes an earlier payment and the end of a sentence on why; two empty texts for none.

    A payment that counts is a Stripe charge that was paid with the same card in the window, was not disputed, reported
    as fraud or refunded, and describes what was bought.
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
        ("paid_at", _days_outside(disputed, prior), bool(_days_outside(disputed, prior))),
        ("product_description", "does not say what was bought", not read_text(prior, "product_description")),
    )
    return next(((datum, why) for datum, why, applies in reasons if applies), ("", ""))


def find_best(
    disputed: Payment, priors: Sequence[Payment], *, required: frozenset[str] = frozenset()
) -> PaymentPair | None:
    """Return the best pair of payments that count, None when there are not two; `required` charges must be in it.

    No charge may occur twice. A pair that qualifies ranks first, then one in the window by dates and by hours, then the
    one with more matching elements, then with more main ones. Among equals the newest wins, judged by its older
    payment: an issuer that counts a year back from the dispute instead of from the payment still accepts it. Finally
    the charge ids decide, so the order of `priors` never does. Time grows with the square of the number of priors:
    Stripe's page of 100 makes 4,950 pairs.
    """
    own, fields_of = comparable_fields(disputed), {prior.charge: comparable_fields(prior) for prior in priors}
    shared = {charge: {f for f, value in fields.items() if own.get(f) == value} for charge, fields in fields_of.items()}
    pairs = [
        PaymentPair(
            (newer, older),
            frozenset(shared[newer.charge] & shared[older.charge]),
            len(fields_of[newer.charge]) + len(fields_of[older.charge]),
        )
        for newer, older in combinations(sort_newest_first(priors), PRIORS_NEEDED)
        if required <= {newer.charge, older.charge}
    ]
    return max(pairs, key=partial(_rank, disputed), default=None)


def _rank(disputed: Payment, pair: PaymentPair) -> Rank:
    newer, older = pair.priors
    ids = (older.charge, newer.charge)
    # What can be compared only tells which of the pairs that fail was nearest.
    usable = 0 if pair.qualifies else pair.usable
    when = (older.paid_at or _NO_DATE, newer.paid_at or _NO_DATE)
    both_ways = all(_is_within_hours(disputed, prior) for prior in pair.priors)
    return pair.qualifies, both_ways, len(pair.elements), pair.mains, usable, *when, ids


def _is_within_hours(disputed: Payment, prior: Payment) -> bool:
    """Check that a payment also lies in the window where days are counted as 24 hours, not as dates."""
    if not (disputed.paid_at and prior.paid_at):
        return False
    return timedelta(days=MIN_DAYS) <= disputed.paid_at - prior.paid_at <= timedelta(days=MAX_DAYS)


def _days_outside(disputed: Payment, prior: Payment) -> str:
    if not (disputed.paid_at and prior.paid_at):
        return "has no date on record"
    days = (disputed.paid_at.astimezone(UTC).date() - prior.paid_at.astimezone(UTC).date()).days
    if MIN_DAYS <= days <= MAX_DAYS:
        return ""
    if days < 0:
        return "was made after the disputed one"
    return f"is {days} days older than the disputed one, where {MIN_DAYS} to {MAX_DAYS} count"
