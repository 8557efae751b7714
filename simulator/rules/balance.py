"""Balance transactions of chargebacks, won disputes and refunds."""

from simulator.http.parameters import JsonObject
from simulator.state import Store

DISPUTE_FEE = 1_500


def withdrawal_transaction(store: Store, dispute: JsonObject) -> JsonObject:
    """Store and return the balance transaction of a new chargeback: the amount and the dispute fee, in minor units."""
    fees = [_fee(dispute["currency"])]
    return _store(store, dispute, _transaction(store, dispute, amount=-dispute["amount"], fees=fees))


def reversal_transaction(store: Store, dispute: JsonObject, amount: int | None = None) -> JsonObject:
    """Store and return the balance transaction that returns a withdrawal, or what is left of it; the fee is kept.

    `amount` returns so much of it, in minor units of the withdrawal's currency.
    """
    withdrawals = [txn for txn in dispute["balance_transactions"] if txn.get("amount", 0) < 0]
    reverses = withdrawals[-1] if withdrawals else {"amount": -dispute["amount"], "currency": dispute["currency"]}
    returned = sum(max(txn.get("amount", 0), 0) for txn in dispute["balance_transactions"])
    back = -reverses["amount"] - returned if amount is None else amount
    transaction = _transaction(store, {**dispute, "currency": reverses["currency"]}, amount=back, fees=[])
    return _store(store, dispute, transaction)


def refund_transaction(store: Store, charge: JsonObject, refund: JsonObject) -> JsonObject:
    """Store and return the balance transaction of a refund."""
    transaction = _transaction(
        store, {**charge, "id": refund["id"], "charge": charge["id"]}, amount=-refund["amount"], fees=[]
    )
    return _store(
        store, charge, {**transaction, "type": "refund", "reporting_category": "refund", "description": "REFUND"}
    )


def _transaction(store: Store, owner: JsonObject, *, amount: int, fees: list[JsonObject]) -> JsonObject:
    seconds, fee = store.seconds(), sum(part["amount"] for part in fees)
    reverses = amount > 0
    return {
        "id": store.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": seconds,
        "balance_type": "payments",
        "created": seconds,
        "currency": owner["currency"],
        "description": f"Chargeback {'reversal' if reverses else 'withdrawal'} for {owner['charge']}",
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees,
        "net": amount - fee,
        "reporting_category": "dispute_reversal" if reverses else "dispute",
        "source": owner["id"],
        "status": "available",
        "type": "adjustment",
    }


def _fee(currency: str) -> JsonObject:
    details = {"application": None, "description": "Dispute fee", "type": "stripe_fee"}
    return {"amount": DISPUTE_FEE, "currency": currency, **details}


def _store(store: Store, owner: JsonObject, transaction: JsonObject) -> JsonObject:
    mode = owner.get("livemode", False)
    owned = {"_account": owner["_account"]} if owner.get("_account") else {}
    store.put({**transaction, "_livemode": mode, **owned})
    return transaction
