"""The Stripe dispute object of an invented sale."""

from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from evals.case import NOW
from evals.generation.sale import RATES, Sale, random_token

CODES: dict[str, dict[str, str]] = {
    "credit_not_processed": {"visa": "13.6", "mastercard": "4860", "amex": "C02", "discover": "8002"},
    "duplicate": {"visa": "12.6.1", "mastercard": "4834", "amex": "P08", "discover": "4534"},
    "fraudulent": {"visa": "10.4", "mastercard": "4837", "amex": "F29", "discover": "7030"},
    "general": {"visa": "12.5", "mastercard": "4831", "amex": "R03", "discover": "4752"},
    "product_not_received": {"visa": "13.1", "mastercard": "4855", "amex": "C08", "discover": "4755"},
    "product_unacceptable": {"visa": "13.3", "mastercard": "4853", "amex": "C31"},
    "subscription_canceled": {"visa": "13.2", "mastercard": "4841", "amex": "C28", "discover": "4541"},
    "unrecognized": {"mastercard": "4863", "amex": "127"},
    "noncompliant": {"visa": "C028"},
}


@dataclass(frozen=True)
class DisputeState:
    """The state of a dispute: `hours` are left until its due date.

    `has_worth` is False where Stripe gives no worth in the account's currency.
    """

    status: str = "needs_response"
    hours: float = 216
    method: str = "card"
    compliance: bool = False
    has_worth: bool = True


def build_dispute(sale: Sale, state: DisputeState) -> dict[str, JsonValue]:
    """Build Stripe's dispute object; the dispute was opened at least nine days before it is due."""
    due = NOW + timedelta(hours=state.hours)
    opened = min(NOW - timedelta(hours=3), due - timedelta(days=9))
    inquiry = state.status.startswith("warning_")
    network = sale.network if state.method == "card" else ""
    details: dict[str, JsonValue] = {
        "brand": network,
        "network": network,
        "network_reason_code": CODES.get(sale.reason, {}).get(network),
        "case_type": "compliance" if state.compliance else "inquiry" if inquiry else "chargeback",
    }
    worth = sale.worth if state.has_worth else 0
    return {
        "id": f"du_1{random_token(sale.rng_for('dispute'), 20)}",
        "object": "dispute",
        "livemode": False,
        "status": state.status,
        "reason": sale.reason,
        "amount": sale.money.amount,
        "currency": sale.money.currency,
        "created": int(opened.timestamp()),
        "charge": _charge(sale, worth) if inquiry and state.has_worth else sale.charge,
        "payment_method_details": {"type": state.method, state.method: details if network else {}},
        "evidence": {},
        "evidence_details": {"due_by": int(due.timestamp()), "submission_count": 0, "has_evidence": False},
        "balance_transactions": [] if inquiry or not state.has_worth else [{"amount": -worth, "currency": "usd"}],
        "enhanced_eligibility_types": ["visa_compliance"] if state.compliance else [],
    }


def _charge(sale: Sale, worth: int) -> JsonValue:
    """Build the charge of an inquiry, which has withdrawn nothing: its worth follows from the exchange rate."""
    rate = float(RATES[sale.money.currency])
    return {
        "id": sale.charge,
        "amount": sale.money.amount,
        "currency": sale.money.currency,
        "balance_transaction": {"amount": worth, "currency": "usd", "exchange_rate": rate},
    }
