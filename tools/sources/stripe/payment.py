"""Facts from the disputed payment itself."""

from collections.abc import Iterator

from disputes import funds
from disputes.evidence import Fact, build_fact
from tools.sources.stripe.charge import read_captured
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject, first

_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}
_SHIFTING = frozenset(("05", "06", "02", "01"))
_FLOWS = {
    "challenge": "authenticated by challenge",
    "frictionless": "authenticated without a challenge",
}


def read(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield the facts of the disputed payment: amount, card, checks, 3-D Secure, risk (reference 6)."""
    charge = objects.charge
    yield from first("charge_id", (charge, "id"))
    yield from first("payment_intent_id", (objects.intent, "id"))
    yield from _amounts(objects)
    yield from first("paid_at", (charge, "created"))
    yield from first("statement_descriptor", (charge, "calculated_statement_descriptor"))
    yield from first("receipt_number", (charge, "receipt_number"))
    yield from first("receipt_email", (charge, "receipt_email"))
    yield from _card(charge)
    yield from _risk(charge)


def _amounts(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield what was captured, and what the customer saw of it in another currency."""
    charge, paid = objects.charge, read_captured(objects.charge)
    if paid.amount and paid.currency:
        path = "amount" if charge.raw("amount_captured") is None else "amount_captured"
        yield build_fact("amount_paid", paid, charge.source(path))
    if shown := funds.find_presentment(charge.json, objects.intent.json):
        holder = charge if charge.raw("presentment_details") else objects.intent
        yield build_fact("amount_presented", shown, holder.source("presentment_details.presentment_amount"))


def _card(charge: StripeObject) -> Iterator[Fact]:
    card = charge.child("payment_method_details.card")
    if card.text("last4"):
        brand = card.text("brand")
        name = _BRANDS.get(brand, brand.replace("_", " ").title() or "Card")
        yield build_fact("card", f"{name} ending {card.text('last4')}", card.source("last4"))
    yield from first("card_country", (card, "country"))
    if wallet := card.text("wallet.type"):
        yield build_fact("wallet", wallet.replace("_", " ").title(), card.source("wallet.type"))
    yield from _address_check(card)
    yield from _code_check(card)
    yield from _three_d_secure(card.child("three_d_secure"))


def _three_d_secure(check: StripeObject) -> Iterator[Fact]:
    """Yield what 3-D Secure came to: only a full authentication is one, but an attempt shifts liability as well.

    ECI 05 and 02 say authenticated, 06 and 01 attempted (Visa, Mastercard); with either, fraud is the issuer's loss.
    """
    result, eci = check.text("result"), check.text("electronic_commerce_indicator")
    source = check.source("result")
    if result == "authenticated":
        flow = _FLOWS.get(check.text("authentication_flow"), "authenticated")
        yield build_fact("three_d_secure", flow, source)
    elif result == "attempt_acknowledged":
        yield build_fact("three_d_secure_attempt", "attempt acknowledged by the issuer", source)
    if eci:
        yield build_fact("eci", eci, check.source("electronic_commerce_indicator"))
    if result in {"authenticated", "attempt_acknowledged"} and (not eci or eci in _SHIFTING):
        yield build_fact("liability_shift", value=True, source=source)


def _address_check(card: StripeObject) -> Iterator[Fact]:
    checks = {
        "street address": card.text("checks.address_line1_check"),
        "postal code": card.text("checks.address_postal_code_check"),
    }
    passed = [name for name, result in checks.items() if result == "pass"]
    failed = [name for name, result in checks.items() if result == "fail"]
    # A check that passed in part is two facts, and both are told: the bank sees them as well.
    if passed:
        yield build_fact("avs_match", _agree(passed, "matches", "match"), card.source("checks"))
    if failed:
        yield build_fact("avs_mismatch", _agree(failed, "does not match", "do not match"), card.source("checks"))


def _agree(names: list[str], one: str, many: str) -> str:
    return f"{' and '.join(names)} {one if len(names) == 1 else many}"


def _code_check(card: StripeObject) -> Iterator[Fact]:
    match card.text("checks.cvc_check"):
        case "pass":
            yield build_fact("cvc_match", "security code matches", card.source("checks.cvc_check"))
        case "fail":
            yield build_fact("cvc_mismatch", "security code does not match", card.source("checks.cvc_check"))


def _risk(charge: StripeObject) -> Iterator[Fact]:
    level = charge.text("outcome.risk_level")
    kind = {"normal": "risk_level", "elevated": "high_risk", "highest": "high_risk"}.get(level)
    if kind:
        yield build_fact(kind, level, charge.source("outcome.risk_level"))
