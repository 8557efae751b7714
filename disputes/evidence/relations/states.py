"""Records of a time they cannot be of, such as an account that was opened after the dispute."""

from collections.abc import Iterator

from disputes.evidence import Evidence, Fact, Relation, render
from disputes.evidence.kinds import label
from disputes.evidence.relations.rules import lies_before, relate

_BEFORE_DISPUTE = ("customer_since", "terms_accepted_at", "subscription_started_at")
_BEFORE_PAYMENT = ("prior_since",)
_AFTER_PAYMENT = ("refunded_at",)


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield each record that cannot be true, or that there is none among those that can be compared."""
    wrong = [*_find_wrong(evidence)]
    compared = [fact for kind, limit, _, _ in _limits(evidence) if limit for fact in evidence.of(kind)]
    answer = True if compared else None
    yield from wrong or (relate("possible", answer, "No record is of a time it cannot be of.", *compared),)


def _find_wrong(evidence: Evidence) -> Iterator[Relation]:
    for kind, limit, words, must_follow in _limits(evidence):
        for fact in evidence.of(kind):
            order = lies_before(limit, fact) if must_follow else lies_before(fact, limit)
            if limit and order is False:
                why = f"{label(kind)} {render(fact)} lies {words} {render(limit)}, which cannot be."
                yield relate("possible", False, why, fact, limit)


def _limits(evidence: Evidence) -> tuple[tuple[str, Fact | None, str, bool], ...]:
    """Return each kind of time with the time it is bound to, and whether it must follow that."""
    paid, disputed = evidence.sole("paid_at"), evidence.sole("dispute_opened_at")
    return (
        *((kind, disputed, "after the dispute was opened on", False) for kind in _BEFORE_DISPUTE),
        *((kind, paid, "after the payment on", False) for kind in _BEFORE_PAYMENT),
        *((kind, paid, "before the payment on", True) for kind in _AFTER_PAYMENT),
    )
