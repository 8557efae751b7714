from simulator import lifecycle, money
from simulator.refusal import Refusal, malformed
from simulator.shapes import Choice, Flag, Hash, Labels, Many, Text, Thing, Whole
from simulator.stage import Stage
from simulator.state import Caller

CREATE = Hash(
    {
        "amount": Whole(),
        "charge": Text(),
        "currency": Text(),
        "customer": Text(),
        "expand": Many(Text()),
        "instructions_email": Text(),
        "metadata": Labels(),
        "origin": Choice(("customer_balance",)),
        "payment_intent": Text(),
        "reason": Choice(("duplicate", "fraudulent", "requested_by_customer")),
        "refund_application_fee": Flag(),
        "reverse_transfer": Flag(),
    }
)


def create(stage: Stage, params: Thing, caller: Caller) -> Thing:
    """Refund a charge, in minor units, whole unless `amount` is given.

    Refuses what was charged back (400 `charge_disputed`); a full refund during an inquiry resolves the inquiry.
    """
    charge = _charge(stage, params, caller)
    disputes = stage.world.every("dispute", caller, charge=charge["id"])
    if any(_charged_back(dispute) for dispute in disputes):
        text = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Refusal(text, code="charge_disputed")
    amount = _amount(charge, params)
    refund = _refund(stage, charge, params, amount)
    returned = charge.get("amount_refunded", 0) + amount
    repaid = {**charge, "amount_refunded": returned, "refunded": returned >= charge["amount"]}
    stage.save(refund, refund, "refund.created", caller=caller)
    stage.save(charge, repaid, "charge.refunded", caller=caller)
    _resolve(stage, repaid, disputes, caller)
    return refund


def _charge(stage: Stage, params: Thing, caller: Caller) -> Thing:
    if "charge" in params:
        return stage.world.get("charge", params["charge"], caller, param="charge")
    if "payment_intent" not in params:
        raise malformed("One of the following params should be provided: payment_intent or charge.", "charge")
    intent = stage.world.get("payment_intent", params["payment_intent"], caller, param="payment_intent")
    return stage.world.get("charge", str(intent.get("latest_charge")), caller, param="payment_intent")


def _charged_back(dispute: Thing) -> bool:
    status = dispute["status"]
    return not status.startswith("warning_") and status not in ("won", "prevented")


def _amount(charge: Thing, params: Thing) -> int:
    left = charge["amount"] - charge.get("amount_refunded", 0)
    amount = int(params.get("amount", left))
    if left <= 0:
        text = f"Charge {charge['id']} has already been refunded."
        raise Refusal(text, code="charge_already_refunded")
    if not 0 < amount <= left:
        text = f"Refund amount ({amount}) must be above 0 and at most the unrefunded amount on charge ({left})."
        raise Refusal(text, param="amount")
    return amount


def _refund(stage: Stage, charge: Thing, params: Thing, amount: int) -> Thing:
    owned = {"_account": charge["_account"]} if charge.get("_account") else {}
    refund: Thing = {
        "id": stage.world.mint("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": stage.world.seconds(),
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": params.get("metadata", {}),
        "payment_intent": charge.get("payment_intent"),
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
        "_livemode": charge.get("livemode", False),
        **owned,
    }
    return stage.world.put({**refund, "balance_transaction": money.repay(stage.world, charge, refund)["id"]})


def _resolve(stage: Stage, charge: Thing, disputes: list[Thing], caller: Caller) -> None:
    for dispute in disputes if charge["refunded"] else []:
        if dispute["status"] in ("warning_needs_response", "warning_under_review"):
            lifecycle.finish(stage, {**dispute, "is_charge_refundable": False}, "warning_closed", caller)
