from simulator.errors import StripeError, malformed
from simulator.http.parameters import (
    BooleanParameter,
    ChoiceParameter,
    HashParameter,
    IntegerParameter,
    ListParameter,
    MetadataParameter,
    TextParameter,
    Thing,
)
from simulator.rules import balance, lifecycle
from simulator.session import Session
from simulator.state import Caller

CREATE = HashParameter(
    {
        "amount": IntegerParameter(),
        "charge": TextParameter(),
        "currency": TextParameter(),
        "customer": TextParameter(),
        "expand": ListParameter(TextParameter()),
        "instructions_email": TextParameter(),
        "metadata": MetadataParameter(),
        "origin": ChoiceParameter(("customer_balance",)),
        "payment_intent": TextParameter(),
        "reason": ChoiceParameter(("duplicate", "fraudulent", "requested_by_customer")),
        "refund_application_fee": BooleanParameter(),
        "reverse_transfer": BooleanParameter(),
    }
)


def create(stage: Session, params: Thing, caller: Caller) -> Thing:
    """Refund a charge, in minor units, whole unless `amount` is given.

    Refuses what was charged back (400 `charge_disputed`); a full refund during an inquiry resolves the inquiry.
    """
    charge = _charge(stage, params, caller)
    disputes = stage.world.every("dispute", caller, charge=charge["id"])
    if any(_charged_back(dispute) for dispute in disputes):
        text = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise StripeError(text, code="charge_disputed")
    amount = _amount(charge, params)
    refund = _refund(stage, charge, params, amount)
    returned = charge.get("amount_refunded", 0) + amount
    repaid = {**charge, "amount_refunded": returned, "refunded": returned >= charge["amount"]}
    stage.save(refund, refund, "refund.created", caller=caller)
    stage.save(charge, repaid, "charge.refunded", caller=caller)
    _resolve(stage, repaid, disputes, caller)
    return refund


def _charge(stage: Session, params: Thing, caller: Caller) -> Thing:
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
        raise StripeError(text, code="charge_already_refunded")
    if not 0 < amount <= left:
        text = f"Refund amount ({amount}) must be above 0 and at most the unrefunded amount on charge ({left})."
        raise StripeError(text, param="amount")
    return amount


def _refund(stage: Session, charge: Thing, params: Thing, amount: int) -> Thing:
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
    return stage.world.put({**refund, "balance_transaction": balance.repay(stage.world, charge, refund)["id"]})


def _resolve(stage: Session, charge: Thing, disputes: list[Thing], caller: Caller) -> None:
    for dispute in disputes if charge["refunded"] else []:
        if dispute["status"] in ("warning_needs_response", "warning_under_review"):
            lifecycle.finish(stage, {**dispute, "is_charge_refundable": False}, "warning_closed", caller)
