"""What the buyer's bank claims, and the dispute fields that follow from it."""

from dataclasses import dataclass
from datetime import timedelta

from simulator.objects import StripeObject, a_card_claim, evidence_details, some_evidence


@dataclass(frozen=True, slots=True)
class DisputedClaim:
    """The bank's claim: Stripe's reason, the network reason code, the case type, the dispute's status and its age."""

    reason: str
    code: str
    case_type: str = "chargeback"
    status: str = "needs_response"
    ago: timedelta = timedelta(0)

    @property
    def inquiry(self) -> bool:
        """Whether this is an inquiry: no money has moved yet."""
        return self.status.startswith("warning_")

    @property
    def answered(self) -> bool:
        """Whether evidence was submitted to the bank."""
        return self.status in {"under_review", "won", "appeal_needs_response"}

    @property
    def moves_money(self) -> bool:
        """Whether the amount was withdrawn when the case opened."""
        return not self.inquiry and self.status != "prevented"


NOT_RECEIVED = DisputedClaim("product_not_received", "13.1")


def payment_method_details(claim: DisputedClaim, charge: StripeObject) -> StripeObject | None:
    """Build the dispute's `payment_method_details`; None where Stripe has none, as for bank debits."""
    method = charge["payment_method_details"]
    if method["type"] == "klarna":
        return {"type": "klarna", "klarna": {"reason_code": claim.code}}
    if method["type"] != "card":
        return None
    return a_card_claim(
        brand=method["card"]["brand"],
        case_type=claim.case_type,
        network=method["card"]["network"],
        network_reason_code=claim.code,
    )


def prefilled_evidence(charge: StripeObject) -> StripeObject:
    """Build the evidence Stripe fills in from a charge; the billing address only when its check passed."""
    billing = charge["billing_details"]
    place = billing["address"]
    lines = [
        place["line1"],
        place["line2"],
        f"{place['city']}, {place['state']}, {place['postal_code']}, {place['country']}",
    ]
    checks = charge["payment_method_details"].get("card", {}).get("checks", {})
    address = "\n".join(line for line in lines if line) if checks.get("address_line1_check") == "pass" else None
    return some_evidence(
        billing_address=address, customer_email_address=billing["email"], customer_name=billing["name"]
    )


def claim_evidence_details(claim: DisputedClaim, *, due_by: int | None) -> StripeObject:
    """Build the dispute's evidence details for the status of the claim."""
    if not claim.answered:
        return evidence_details(due_by=due_by)
    return evidence_details(due_by=due_by, has_evidence=True, submission_count=1, submission_method="manual")
