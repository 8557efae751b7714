"""Refunds of charges, and what they mean for a disputed charge."""

from simulator.errors import StripeError, invalid_parameter
from simulator.http.parameters import (
    BooleanParameter,
    ChoiceParameter,
    HashParameter,
    IntegerParameter,
    JsonObject,
    ListParameter,
    MetadataParameter,
    TextParameter,
)
from simulator.rules import balance, lifecycle
from simulator.session import Session
from simulator.state import Caller

CREATE_PARAMETERS = HashParameter(
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


def create(session: Session, params: JsonObject, caller: Caller) -> JsonObject:
    """Refund a charge by `amount` minor units, or in full without `amount`; return the refund.

    Raises a 400 `charge_disputed` for a charged-back charge; a full refund during an inquiry resolves the inquiry.
    """
    charge = _charge(session, params, caller)
    disputes = session.store.list_objects("dispute", caller, charge=charge["id"])
    if any(_is_charged_back(dispute) for dispute in disputes):
        text = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise StripeError(text, code="charge_disputed")
    amount = _amount(charge, params)
    refund = _refund(session, charge, params, amount)
    refunded = charge.get("amount_refunded", 0) + amount
    repaid = {**charge, "amount_refunded": refunded, "refunded": refunded >= charge["amount"]}
    session.save(refund, refund, "refund.created", caller=caller)
    session.save(charge, repaid, "charge.refunded", caller=caller)
    _resolve(session, repaid, disputes, caller)
    return refund


def _charge(session: Session, params: JsonObject, caller: Caller) -> JsonObject:
    if "charge" in params:
        return session.store.get("charge", params["charge"], caller, param="charge")
    if "payment_intent" not in params:
        raise invalid_parameter("One of the following params should be provided: payment_intent or charge.", "charge")
    intent = session.store.get("payment_intent", params["payment_intent"], caller, param="payment_intent")
    return session.store.get("charge", str(intent.get("latest_charge")), caller, param="payment_intent")


def _is_charged_back(dispute: JsonObject) -> bool:
    status = dispute["status"]
    return not status.startswith("warning_") and status not in ("won", "prevented")


def _amount(charge: JsonObject, params: JsonObject) -> int:
    left = charge["amount"] - charge.get("amount_refunded", 0)
    amount = int(params.get("amount", left))
    if left <= 0:
        text = f"Charge {charge['id']} has already been refunded."
        raise StripeError(text, code="charge_already_refunded")
    if not 0 < amount <= left:
        text = f"Refund amount ({amount}) must be above 0 and at most the unrefunded amount on charge ({left})."
        raise StripeError(text, param="amount")
    return amount


def _refund(session: Session, charge: JsonObject, params: JsonObject, amount: int) -> JsonObject:
    owned = {"_account": charge["_account"]} if charge.get("_account") else {}
    refund: JsonObject = {
        "id": session.store.new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": session.store.seconds(),
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
    return session.store.put(
        {**refund, "balance_transaction": balance.refund_transaction(session.store, charge, refund)["id"]}
    )


def _resolve(session: Session, charge: JsonObject, disputes: list[JsonObject], caller: Caller) -> None:
    for dispute in disputes if charge["refunded"] else []:
        if dispute["status"] in ("warning_needs_response", "warning_under_review"):
            lifecycle.finish(session, {**dispute, "is_charge_refundable": False}, "warning_closed", caller)
