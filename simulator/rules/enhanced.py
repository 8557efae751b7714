from collections.abc import Callable

from simulator.errors import StripeError
from simulator.http.parameters import Thing
from simulator.state import Caller, Store

CE3 = "visa_compelling_evidence_3"
COMPLIANCE = ("visa_compliance", "mastercard_compliance")
PRIORS = 2
SHORTEST = {"customer_device_fingerprint": 20, "customer_device_id": 15}


def check(world: Store, dispute: Thing, sent: Thing, caller: Caller) -> None:
    """Refuse enhanced evidence the dispute is not eligible for, malformed identifiers, and priors that are no charges.

    The whole call is refused with it, so ordinary evidence of the same call is lost too, as Stripe does. A dispute with
    `_ce3_closed` is named eligible and refused all the same: eligibility can change after it was read.
    """
    enhanced = sent.get("enhanced_evidence") or {}
    eligible = dispute["enhanced_eligibility_types"]
    if CE3 in enhanced:
        if CE3 not in eligible or dispute.get("_ce3_closed"):
            charge = dispute["charge"]
            raise StripeError(f"Disputed transaction {charge} is not eligible for Visa Compelling Evidence 3.0.")
        _identified(world, enhanced[CE3], caller)
    for kind in COMPLIANCE:
        if kind in enhanced and kind not in eligible:
            raise StripeError(f"This dispute is not eligible for {kind}.", param=f"evidence[enhanced_evidence][{kind}]")


def owes_fee(dispute: Thing, evidence: Thing) -> bool:
    """Say whether this is a compliance case whose 500 USD network fee nobody has acknowledged."""
    kinds = [kind for kind in COMPLIANCE if kind in dispute["enhanced_eligibility_types"]]
    card = (dispute.get("payment_method_details") or {}).get("card") or {}
    if not kinds and card.get("case_type") != "compliance":
        return False
    given = evidence["enhanced_evidence"] or {}
    return not any((given.get(kind) or {}).get("fee_acknowledged") for kind in COMPLIANCE)


def eligibility(dispute: Thing, evidence: Thing) -> Thing:
    """Give `evidence_details.enhanced_eligibility` for this evidence."""
    given, found = evidence["enhanced_evidence"] or {}, dict(dispute["evidence_details"]["enhanced_eligibility"])
    if given.get(CE3):
        actions = [name for name, lacks in _ACTIONS.items() if lacks(given[CE3])]
        found[CE3] = {"required_actions": actions, "status": "requires_action" if actions else "qualified"}
    for kind in COMPLIANCE:
        if kind in dispute["enhanced_eligibility_types"]:
            paid = (given.get(kind) or {}).get("fee_acknowledged")
            found[kind] = {"status": "fee_acknowledged" if paid else "requires_fee_acknowledgement"}
    return found


def _identified(world: Store, ce3: Thing, caller: Caller) -> None:
    where, priors = f"evidence[enhanced_evidence][{CE3}]", ce3.get("prior_undisputed_transactions") or []
    if len(priors) > PRIORS:
        raise StripeError("Exactly two prior undisputed transactions are allowed.", param=where)
    for transaction in [ce3.get("disputed_transaction") or {}, *priors]:
        for name, least in SHORTEST.items():
            if 0 < len(transaction.get(name) or "") < least:
                raise StripeError(f"Invalid {name}: must be at least {least} characters", param=f"{where}[{name}]")
    for index, prior in enumerate(priors):
        param = f"{where}[prior_undisputed_transactions][{index}][charge]"
        try:
            world.get("charge", prior["charge"], caller, param=param)
        except StripeError as refusal:
            refusal.status = 400
            raise


def _undescribed(ce3: Thing) -> bool:
    return not (ce3["disputed_transaction"] or {}).get("product_description")


def _unsorted(ce3: Thing) -> bool:
    return not (ce3["disputed_transaction"] or {}).get("merchandise_or_services")


def _undescribed_prior(ce3: Thing) -> bool:
    return any(not prior["product_description"] for prior in ce3["prior_undisputed_transactions"])


def _few(ce3: Thing) -> bool:
    return len(ce3["prior_undisputed_transactions"]) < PRIORS


def _unlinked(ce3: Thing) -> bool:
    """Say whether the transactions lack two shared main elements, or one main and one secondary (Visa CE 3.0)."""
    group = [ce3["disputed_transaction"] or {}, *ce3["prior_undisputed_transactions"]]
    device = _shared(group, "customer_device_fingerprint") or _shared(group, "customer_device_id")
    main = int(_shared(group, "customer_purchase_ip")) + int(device)
    secondary = any(
        _shared(group, name) for name in ("shipping_address", "customer_email_address", "customer_account_id")
    )
    return main == 0 or main + int(secondary) < PRIORS


def _shared(group: list[Thing], name: str) -> bool:
    first = group[0].get(name)
    return bool(first) and all(transaction.get(name) == first for transaction in group)


_ACTIONS: dict[str, Callable[[Thing], bool]] = {
    "missing_customer_identifiers": _unlinked,
    "missing_disputed_transaction_description": _undescribed,
    "missing_merchandise_or_services": _unsorted,
    "missing_prior_undisputed_transaction_description": _undescribed_prior,
    "missing_prior_undisputed_transactions": _few,
}
