from simulator.http.parameters import Thing
from simulator.state import Store

DISPUTE_FEE = 1_500


def withdraw(world: Store, dispute: Thing) -> Thing:
    """Give the balance transaction of a new chargeback: the amount and the dispute fee, in minor units."""
    fees = [_fee(dispute["currency"])]
    return _keep(world, dispute, _entry(world, dispute, amount=-dispute["amount"], fees=fees))


def reinstate(world: Store, dispute: Thing) -> Thing:
    """Give the balance transaction of a win: what was withdrawn comes back, the dispute fee does not."""
    taken = [txn for txn in dispute["balance_transactions"] if txn.get("amount", 0) < 0]
    back = taken[-1] if taken else {"amount": -dispute["amount"], "currency": dispute["currency"]}
    entry = _entry(world, {**dispute, "currency": back["currency"]}, amount=-back["amount"], fees=[])
    return _keep(world, dispute, entry)


def repay(world: Store, charge: Thing, refund: Thing) -> Thing:
    """Give the balance transaction of a refund."""
    entry = _entry(world, {**charge, "id": refund["id"], "charge": charge["id"]}, amount=-refund["amount"], fees=[])
    return _keep(world, charge, {**entry, "type": "refund", "reporting_category": "refund", "description": "REFUND"})


def _entry(world: Store, owner: Thing, *, amount: int, fees: list[Thing]) -> Thing:
    seconds, fee = world.seconds(), sum(part["amount"] for part in fees)
    back = amount > 0
    return {
        "id": world.mint("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": seconds,
        "balance_type": "payments",
        "created": seconds,
        "currency": owner["currency"],
        "description": f"Chargeback {'reversal' if back else 'withdrawal'} for {owner['charge']}",
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees,
        "net": amount - fee,
        "reporting_category": "dispute_reversal" if back else "dispute",
        "source": owner["id"],
        "status": "available",
        "type": "adjustment",
    }


def _fee(currency: str) -> Thing:
    what = {"application": None, "description": "Dispute fee", "type": "stripe_fee"}
    return {"amount": DISPUTE_FEE, "currency": currency, **what}


def _keep(world: Store, owner: Thing, entry: Thing) -> Thing:
    mode = owner.get("livemode", False)
    owned = {"_account": owner["_account"]} if owner.get("_account") else {}
    world.put({**entry, "_livemode": mode, **owned})
    return entry
