"""Whether the refunds of the payment arrived and cover the claim."""

from collections.abc import Iterator

from disputes.evidence import Evidence, Fact, Relation
from disputes.evidence.relations.rules import relate
from disputes.money import Money

_NAME = "refund_covers_claim"


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield whether refunds that arrived cover the claim; nothing where no refund is on record."""
    covers, refunds = evidence.sole("refund_covers_claim"), evidence.of("refund_amount")
    failed, pending = evidence.of("refund_failed"), evidence.of("refund_under_way")
    if covers and not failed:
        yield relate(_NAME, True, "The refunds before the dispute cover the claim.", covers, *refunds)
    elif failed:
        yield relate(_NAME, False, "A refund failed, so its money did not go back.", *failed)
    elif pending:
        yield relate(_NAME, False, "A refund is under way and has not arrived.", *pending)
    elif refunds and not _are_comparable(refunds, evidence.sole("dispute_amount")):
        yield relate(_NAME, None, "The refunds are in another currency than the claim.", *refunds)
    elif refunds:
        yield relate(_NAME, False, "The refunds before the dispute are less than the claim.", *refunds)


def _are_comparable(refunds: tuple[Fact, ...], claim: Fact | None) -> bool:
    amounts = [fact.value for fact in (*refunds, claim) if fact and isinstance(fact.value, Money)]
    return len({amount.currency for amount in amounts}) <= 1
