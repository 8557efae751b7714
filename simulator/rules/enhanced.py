"""Stripe's rules for enhanced evidence: Visa Compelling Evidence 3.0 and compliance cases."""

from collections.abc import Callable

from simulator.errors import StripeError
from simulator.http.parameters import JsonObject
from simulator.state import Caller, Store

CE3 = "visa_compelling_evidence_3"
COMPLIANCE = ("visa_compliance", "mastercard_compliance")
PRIORS = 2
MIN_LENGTHS = {"customer_device_fingerprint": 20, "customer_device_id": 15}


def check(store: Store, dispute: JsonObject, sent: JsonObject, caller: Caller) -> None:
    """Raise `StripeError` for an ineligible dispute, malformed identifiers, and prior transactions that are no charges.

    The whole call is refused, so ordinary evidence of the same call is not saved either, as Stripe does. A dispute with
    `_ce3_closed` is shown as eligible and refused all the same: eligibility can change after it was read.
    """
    enhanced = sent.get("enhanced_evidence") or {}
    eligible = dispute["enhanced_eligibility_types"]
    if CE3 in enhanced:
        if CE3 not in eligible or dispute.get("_ce3_closed"):
            charge = dispute["charge"]
            raise StripeError(f"Disputed transaction {charge} is not eligible for Visa Compelling Evidence 3.0.")
        _check_identifiers(store, enhanced[CE3], caller)
    for kind in COMPLIANCE:
        if kind in enhanced and kind not in eligible:
            raise StripeError(f"This dispute is not eligible for {kind}.", param=f"evidence[enhanced_evidence][{kind}]")


def needs_fee_acknowledgement(dispute: JsonObject, evidence: JsonObject) -> bool:
    """Return whether this is a compliance case whose 500 USD network fee is not acknowledged."""
    kinds = [kind for kind in COMPLIANCE if kind in dispute["enhanced_eligibility_types"]]
    card = (dispute.get("payment_method_details") or {}).get("card") or {}
    if not kinds and card.get("case_type") != "compliance":
        return False
    submitted = evidence["enhanced_evidence"] or {}
    return not any((submitted.get(kind) or {}).get("fee_acknowledged") for kind in COMPLIANCE)


def eligibility(dispute: JsonObject, evidence: JsonObject) -> JsonObject:
    """Return `evidence_details.enhanced_eligibility` for this evidence."""
    submitted, statuses = evidence["enhanced_evidence"] or {}, dict(dispute["evidence_details"]["enhanced_eligibility"])
    if submitted.get(CE3):
        actions = [name for name, lacks in _REQUIRED_ACTIONS.items() if lacks(submitted[CE3])]
        statuses[CE3] = {"required_actions": actions, "status": "requires_action" if actions else "qualified"}
    for kind in COMPLIANCE:
        if kind in dispute["enhanced_eligibility_types"]:
            paid = (submitted.get(kind) or {}).get("fee_acknowledged")
            statuses[kind] = {"status": "fee_acknowledged" if paid else "requires_fee_acknowledgement"}
    return statuses


def _check_identifiers(store: Store, ce3: JsonObject, caller: Caller) -> None:
    prefix, priors = f"evidence[enhanced_evidence][{CE3}]", ce3.get("prior_undisputed_transactions") or []
    if len(priors) > PRIORS:
        raise StripeError("Exactly two prior undisputed transactions are allowed.", param=prefix)
    for transaction in [ce3.get("disputed_transaction") or {}, *priors]:
        for name, least in MIN_LENGTHS.items():
            if 0 < len(transaction.get(name) or "") < least:
                raise StripeError(f"Invalid {name}: must be at least {least} characters", param=f"{prefix}[{name}]")
    for index, prior in enumerate(priors):
        param = f"{prefix}[prior_undisputed_transactions][{index}][charge]"
        try:
            store.get("charge", prior["charge"], caller, param=param)
        except StripeError as error:
            error.status = 400
            raise


def _lacks_description(ce3: JsonObject) -> bool:
    return not (ce3["disputed_transaction"] or {}).get("product_description")


def _lacks_category(ce3: JsonObject) -> bool:
    return not (ce3["disputed_transaction"] or {}).get("merchandise_or_services")


def _lacks_prior_description(ce3: JsonObject) -> bool:
    return any(not prior["product_description"] for prior in ce3["prior_undisputed_transactions"])


def _lacks_priors(ce3: JsonObject) -> bool:
    return len(ce3["prior_undisputed_transactions"]) < PRIORS


def _lacks_identifiers(ce3: JsonObject) -> bool:
    """Return whether the transactions lack two shared main elements, or one main and one secondary (Visa CE 3.0)."""
    group = [ce3["disputed_transaction"] or {}, *ce3["prior_undisputed_transactions"]]
    device = _shared(group, "customer_device_fingerprint") or _shared(group, "customer_device_id")
    main = int(_shared(group, "customer_purchase_ip")) + int(device)
    secondary = any(
        _shared(group, name) for name in ("shipping_address", "customer_email_address", "customer_account_id")
    )
    return main == 0 or main + int(secondary) < PRIORS


def _shared(group: list[JsonObject], name: str) -> bool:
    value = group[0].get(name)
    return bool(value) and all(transaction.get(name) == value for transaction in group)


_REQUIRED_ACTIONS: dict[str, Callable[[JsonObject], bool]] = {
    "missing_customer_identifiers": _lacks_identifiers,
    "missing_disputed_transaction_description": _lacks_description,
    "missing_merchandise_or_services": _lacks_category,
    "missing_prior_undisputed_transaction_description": _lacks_prior_description,
    "missing_prior_undisputed_transactions": _lacks_priors,
}
