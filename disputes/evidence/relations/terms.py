"""Whether the customer accepted before paying that the sale is final (Visa Core Rules 13.7: disclosed terms)."""

import re
from collections.abc import Iterator

from disputes.evidence import Evidence, Relation, render
from disputes.evidence.relations.rules import lies_before, relate

_FINAL = re.compile(
    r"\b(?:all sales (?:are )?final|(?:this|the) sale is final|final sale|(?:is|are) (?:strictly )?non-?refundable|"
    r"no refunds (?:are|will be) (?:given|made|issued))\b",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:unless|except\w*|however|but|only if|provided that|within \d+ days)\b", re.IGNORECASE)


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield whether a final sale was accepted before the payment; nothing where the policy calls no sale final.

    A policy with an exception may give this customer a refund, so what it says is for a person to read.
    """
    policy, accepted, paid = (evidence.sole(kind) for kind in ("refund_policy", "terms_accepted_at", "paid_at"))
    if policy is None or not _FINAL.search(str(policy.value)):
        return
    shown = lies_before(accepted, paid)
    sure = bool(shown) and not _EXCEPT.search(str(policy.value))
    why = (
        f"The policy calls the sale final, and was accepted on {render(accepted)}, before the payment."
        if sure and accepted
        else "The policy calls the sale final; that the customer accepted it so before paying is not on record."
    )
    yield relate("final_sale_shown", sure or None, why, policy, accepted, paid)
