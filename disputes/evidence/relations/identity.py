"""Whether the payment's identity is that of earlier payments which nobody disputed (Visa Core Rules 10.4, CE 3.0)."""

from collections.abc import Iterator
from datetime import timedelta

from disputes.ce3.payment import DEVICE, ELEMENTS, EMAIL, IP, Payment, comparable_fields
from disputes.evidence import Evidence, Fact, Relation
from disputes.evidence.relations.rules import relate

MIN_AGE = timedelta(days=30)
"""How long before the disputed payment one lies that nobody disputed: in less, nobody may have looked."""

ENOUGH = 2
"""How many elements have to be equal, or compared and all different, before anything is said."""

WORDS = {IP: "IP address", DEVICE: "device", EMAIL: "e-mail address", "shipping_address": "shipping address"}
WORDS |= {"customer_account_id": "account"}


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield whether the identity equals an earlier undisputed payment's; nothing without such a payment."""
    history = evidence.history
    if history is None:
        return
    clean = [prior for prior in history.priors if _is_clean(prior, history.disputed)]
    if not clean:
        return
    compared = [compare(history.disputed, prior) for prior in clean]
    best = max(compared, key=lambda same: sum(same.values()))
    facts = _facts(evidence)
    if sum(best.values()) >= ENOUGH:
        words = _name(best)
        yield relate("same_identity", True, f"The {words} equal those of an earlier undisputed payment.", *facts)
    elif all(len(same) >= ENOUGH and not any(same.values()) for same in compared):
        words = " and ".join(WORDS[name] for name in best)
        yield relate("same_identity", False, f"The {words} differ from every earlier payment.", *facts)
    else:
        yield relate("same_identity", None, "Too little can be compared with earlier payments.", *facts)


def find_links(evidence: Evidence) -> str:
    """Return what an earlier undisputed payment has in common with this one, in words; empty for nothing."""
    history = evidence.history
    clean = [prior for prior in history.priors if _is_clean(prior, history.disputed)] if history else []
    compared = [compare(history.disputed, prior) for prior in clean] if history else []
    # Of several that are linked as much the words decide, and not which was found first.
    return _name(max(compared, key=lambda same: (sum(same.values()), _name(same)))) if compared else ""


def _name(same: dict[str, bool]) -> str:
    return " and ".join(WORDS[name] for name, is_same in same.items() if is_same)


def compare(one: Payment, other: Payment) -> dict[str, bool]:
    """Return for each element that both payments have whether it is equal; a device is one element with two fields."""
    ours, theirs = comparable_fields(one), comparable_fields(other)
    both = {name: [f for f in fields if f in ours and f in theirs] for name, fields in ELEMENTS.items()}
    return {name: any(ours[f] == theirs[f] for f in fields) for name, fields in both.items() if fields}


def _is_clean(prior: Payment, disputed: Payment) -> bool:
    earlier = bool(prior.paid_at and disputed.paid_at and prior.paid_at <= disputed.paid_at - MIN_AGE)
    return prior.paid and earlier and not (prior.disputed or prior.refunded or prior.fraud_reported)


def _facts(evidence: Evidence) -> list[Fact]:
    kinds = ("prior_payments", "prior_since", "customer_ip", "device_id", "customer_email", "account_id")
    return [fact for kind in kinds if (fact := evidence.sole(kind))]
