"""Balance transactions of charges, refunds and disputes in a scenario."""

from simulator.objects import StripeObject, a_balance_transaction

DISPUTE_FEE = 1_500
ACCOUNT_CURRENCY = "usd"


def charge_row(charge: StripeObject, settled: int) -> StripeObject:
    """Build the balance transaction of a charge; `settled` is its amount in the account's currency, minor units."""
    fee = settled * 29 // 1_000 + 30
    foreign = charge["currency"] != ACCOUNT_CURRENCY
    return a_balance_transaction(
        id=charge["balance_transaction"],
        amount=settled,
        available_on=charge["created"] + 2 * 86_400,
        created=charge["created"],
        currency=ACCOUNT_CURRENCY,
        description=charge["description"],
        exchange_rate=settled / charge["amount_captured"] if foreign else None,
        fee=fee,
        fee_details=[a_fee(fee, "Stripe processing fees")],
        net=settled - fee,
        source=charge["id"],
    )


def refund_row(refund: StripeObject) -> StripeObject:
    """Build the balance transaction of a refund in the account's currency."""
    return a_balance_transaction(
        id=refund["balance_transaction"],
        amount=-refund["amount"],
        available_on=refund["created"],
        created=refund["created"],
        description="REFUND FOR CHARGE",
        net=-refund["amount"],
        reporting_category="refund",
        source=refund["id"],
        type="refund",
    )


def withdrawal_row(dispute: StripeObject, charge: StripeObject, row: StripeObject) -> StripeObject:
    """Build the withdrawal of a new chargeback: the disputed share of the charge's row, and the dispute fee."""
    share = row["amount"] * dispute["amount"] // charge["amount_captured"]
    return a_balance_transaction(
        id=dispute["id"].replace("du_", "txn_"),
        amount=-share,
        available_on=dispute["created"],
        created=dispute["created"],
        currency=row["currency"],
        description=f"Chargeback withdrawal for {charge['id']}",
        exchange_rate=row["exchange_rate"],
        fee=DISPUTE_FEE,
        fee_details=[a_fee(DISPUTE_FEE, "Dispute fee")],
        net=-share - DISPUTE_FEE,
        reporting_category="dispute",
        source=dispute["id"],
        type="adjustment",
    )


def reinstatement_row(withdrawal: StripeObject, dispute: StripeObject, *, at: int) -> StripeObject:
    """Build the balance transaction that returns a withdrawal after a win; Stripe keeps the fee."""
    return withdrawal | {
        "id": dispute["id"].replace("du_", "txn_win"),
        "amount": -withdrawal["amount"],
        "available_on": at,
        "created": at,
        "description": f"Chargeback reversal for {dispute['charge']}",
        "fee": 0,
        "fee_details": [],
        "net": -withdrawal["amount"],
        "reporting_category": "dispute_reversal",
    }


def a_fee(amount: int, description: str) -> StripeObject:
    """Build one line of `fee_details`."""
    return {
        "amount": amount,
        "application": None,
        "currency": ACCOUNT_CURRENCY,
        "description": description,
        "type": "stripe_fee",
    }
