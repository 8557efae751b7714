"""Compliance cases, which cost 500 USD to contest, refunded on a win only (reference 1.7).

That fee is acknowledged only when a person's verdict says so (docs.stripe.com/disputes/api/visa-compliance).
"""

from typing import Literal

from pydantic import JsonValue

from disputes.case import Verdict
from disputes.dispute import Dispute

Scheme = Literal["visa_compliance", "mastercard_compliance"]
SCHEMES: dict[str, Scheme] = {"visa": "visa_compliance", "mastercard": "mastercard_compliance"}
FILING_DECISIONS = frozenset(("approve", "edit"))


def find_scheme(dispute: Dispute) -> Scheme | None:
    """Return the scheme under which Stripe takes this case's fee, None where there is none.

    Stripe's eligibility decides, and the network only where Stripe names no scheme or both.
    """
    if dispute.stage != "compliance":
        return None
    eligible = [name for name in SCHEMES.values() if name in dispute.eligible]
    return eligible[0] if len(eligible) == 1 else SCHEMES.get(dispute.network or "")


def build_fee_evidence(dispute: Dispute, verdict: Verdict | None) -> dict[str, JsonValue]:
    """Build `enhanced_evidence` that acknowledges the fee when a verdict to file says so, else an empty one."""
    scheme = find_scheme(dispute)
    acknowledged = verdict is not None and verdict.decision in FILING_DECISIONS and verdict.fee_acknowledged is True
    return {scheme: {"fee_acknowledged": True}} if scheme and acknowledged else {}
