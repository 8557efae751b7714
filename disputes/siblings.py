"""Other disputes of the same payment, which happen: one per item, or a second claim (reference, section 9). Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from disputes import money
from disputes.dispute import OPEN, Dispute
from disputes.evidence import Fact, build_fact
from disputes.model import Value
from disputes.money import Money

_NOT_MINE = frozenset(("fraudulent", "unrecognized"))
_NOT_HERE = frozenset(("product_not_received",))
_OVER = frozenset(("won", "warning_closed", "prevented"))


class Sibling(Value):
    """Another dispute of the same payment, as last read. The amount is in minor units."""

    id: str
    reason: str
    status: str
    amount: int
    currency: str
    created: datetime

    @property
    def is_live(self) -> bool:
        """Whether its claim still stands: it is open, under review, or the money went to the customer."""
        return self.status not in _OVER

    def write(self) -> str:
        """Return it in words: `du_1 (product unacceptable, 44.00 USD, needs response)`."""
        amount = money.write(Money(amount=self.amount, currency=self.currency))
        return f"{self.id} ({self.reason.replace('_', ' ')}, {amount}, {self.status.replace('_', ' ')})"


def build(dispute: Dispute) -> Sibling:
    """Return a dispute as the sibling of another."""
    return Sibling.model_validate({name: getattr(dispute, name) for name in Sibling.model_fields})


def differ(ours: Iterable[Sibling], fresh: Iterable[Sibling]) -> bool:
    """Return whether something that a reviewer decides on changed: a claim came, went, or was decided."""

    def keys(siblings: Iterable[Sibling]) -> set[tuple[str, str, int, bool, bool]]:
        return {(s.id, s.reason, s.amount, s.status in OPEN, s.is_live) for s in siblings}

    return keys(ours) != keys(fresh)


def weigh(dispute: Dispute, siblings: tuple[Sibling, ...]) -> Iterator[str]:
    """Yield each reason why the other claims on this payment leave the case to a person, in sentences."""
    live = [sibling for sibling in siblings if sibling.is_live]
    for sibling in live:
        if why := _contradiction(dispute.reason, sibling.reason):
            yield f"Another dispute of this payment, {sibling.write()}, contradicts this claim: {why}."
    together = dispute.amount + sum(sibling.amount for sibling in live if sibling.currency == dispute.currency)
    if dispute.captured is not None and live and together > dispute.captured:
        claimed, paid = (money.write(Money(amount=a, currency=dispute.currency)) for a in (together, dispute.captured))
        yield f"The disputes of this payment come to {claimed}, more than the {paid} that was paid."
    if any(sibling.currency != dispute.currency for sibling in live):
        yield "Another dispute of this payment is in another currency."


def facts(dispute: Dispute, siblings: tuple[Sibling, ...]) -> Iterator[Fact]:
    """Yield the other claims on this payment that contradict this one: they help whoever answers it."""
    for sibling in siblings:
        if sibling.is_live and _contradiction(dispute.reason, sibling.reason):
            source = f"stripe:dispute/{sibling.id}:reason"
            yield build_fact("other_claim", sibling.reason.replace("_", " "), source, ref=sibling.id)


def describe(siblings: tuple[Sibling, ...]) -> Iterator[str]:
    """Yield a sentence for each other dispute of the payment, whatever became of it."""
    for sibling in siblings:
        yield f"The same payment is also disputed as {sibling.write()}."


def _contradiction(one: str, other: str) -> str:
    """Return in words why two claims on one payment cannot both be true; empty when they can."""
    if one == other:
        return ""
    if (one in _NOT_MINE) != (other in _NOT_MINE):
        return "one says that the customer did not buy, the other that they did"
    if (one in _NOT_HERE) != (other in _NOT_HERE) and {one, other} & {"product_unacceptable"}:
        return "one says that the goods did not come, the other that they did"
    if {one, other} <= _NOT_MINE:
        return ""
    return "the customer gives two reasons for one payment"
