"""The CE 3.0 evidence that Stripe pre-filled, which must not be edited: that can lose eligibility (reference 1.7)."""

from collections.abc import Sequence

from pydantic import JsonValue

from disputes import text
from disputes.ce3.payment import ADDRESS, ADDRESS_LINES, FIELDS, Address, Payment
from disputes.privacy.masking import secrets

CE3 = "visa_compelling_evidence_3"
DISPUTED, PRIORS = "disputed_transaction", "prior_undisputed_transactions"
PRIORS_WANTED = 2
_TEXTS = ("product_description", *(field for field in FIELDS if field != ADDRESS))
_REQUEST_FIELDS = {DISPUTED: (*_TEXTS, "merchandise_or_services"), PRIORS: ("charge", *_TEXTS)}

JsonObject = dict[str, JsonValue]


def merge(prefilled: JsonObject, ours: JsonObject) -> JsonObject:
    """Return Stripe's `enhanced_evidence` with its empty fields filled from ours, and everything else unchanged.

    Both arguments are whole `enhanced_evidence` objects. The result is what to send and holds Compelling Evidence 3.0
    only: a fee that either acknowledges is not repeated. Priors that Stripe chose stay first and are never replaced;
    ours only make them two. An address is one value: ours completes it only where it agrees with every line there.
    """
    disputed = _fill(read_disputed(prefilled), read_disputed(ours))
    ours_by_charge = {str(prior["charge"]): prior for prior in read_priors(ours)}
    priors = [_fill(prior, ours_by_charge.pop(str(prior["charge"]), {})) for prior in read_priors(prefilled)]
    added = list(ours_by_charge.values())[: max(PRIORS_WANTED - len(priors), 0)]
    merged: JsonObject = {DISPUTED: disputed} if disputed else {}
    if priors or added:
        merged[PRIORS] = [*priors, *added]
    return {CE3: merged} if merged else {}


def is_stored(sent: JsonValue, stored: JsonValue) -> bool:
    """Return whether Stripe holds each sent text in the same place; empty texts are ignored."""
    if isinstance(sent, dict):
        return all(
            is_stored(value, stored.get(name) if isinstance(stored, dict) else None) for name, value in sent.items()
        )
    if isinstance(sent, list):
        rows = stored if isinstance(stored, list) else []
        return all(any(is_stored(item, row) for row in rows) for item in sent)
    if isinstance(sent, str):
        return not sent.strip() or (isinstance(stored, str) and text.clean(sent) == text.clean(stored))
    return sent is None or sent == stored


def is_masked(stored: JsonValue) -> bool:
    """Return whether our copy of what Stripe holds differs from it because a number was masked."""
    inner = stored.values() if isinstance(stored, dict) else stored if isinstance(stored, list) else ()
    return secrets.is_masked(stored) if isinstance(stored, str) else any(map(is_masked, inner))


def read_disputed(enhanced: JsonObject) -> JsonObject:
    """Return the disputed payment in `enhanced_evidence`: the request fields that are not empty."""
    return _non_empty(_as_object(_as_object(enhanced.get(CE3)).get(DISPUTED)), _REQUEST_FIELDS[DISPUTED])


def read_priors(enhanced: JsonObject) -> list[JsonObject]:
    """Return each earlier payment in `enhanced_evidence` that names its charge, once, in its order."""
    listed = _as_object(enhanced.get(CE3)).get(PRIORS)
    rows = [_non_empty(_as_object(row), _REQUEST_FIELDS[PRIORS]) for row in listed] if isinstance(listed, list) else []
    return list({str(row["charge"]): row for row in reversed(rows) if "charge" in row}.values())[::-1]


def overlay_payment(payment: Payment, prefilled: JsonObject) -> Payment:
    """Return a payment as Stripe holds it, with our record where Stripe holds nothing."""
    texts = {field: str(prefilled[field]) for field in _TEXTS if field in prefilled}
    lines = _fill(prefilled, {ADDRESS: _lines(payment.shipping_address)}).get(ADDRESS)
    address = {name: str(value) for name, value in _as_object(lines).items()}
    return payment.model_copy(update={**texts, ADDRESS: Address(**address)})


def overlay_priors(priors: Sequence[Payment], prefilled: Sequence[JsonObject]) -> list[Payment]:
    """Return every earlier payment once, as Stripe holds it, including those we have no record of."""
    by_charge = {str(row["charge"]): row for row in prefilled}
    payments = {prior.charge: prior for prior in (*map(_unrecorded_payment, by_charge), *reversed(priors))}
    return [overlay_payment(prior, by_charge.get(charge, {})) for charge, prior in payments.items()]


def _unrecorded_payment(charge: str) -> Payment:
    """Build a payment that Stripe chose, and so has checked, and that we have no record of."""
    return Payment(
        charge=charge,
        paid_at=None,
        card="",
        amount=0,
        paid=True,
        disputed=False,
        refunded=False,
        fraud_reported=False,
    )


def _fill(prefilled: JsonObject, ours: JsonObject) -> JsonObject:
    both = {**ours, **prefilled}
    theirs, own = _as_object(prefilled.get(ADDRESS)), _as_object(ours.get(ADDRESS))
    if theirs and all(_fold(own.get(name)) == _fold(line) for name, line in theirs.items()):
        both[ADDRESS] = {**own, **theirs}
    return both


def _non_empty(row: JsonObject, names: tuple[str, ...]) -> JsonObject:
    lines = {
        name: line for name, line in _as_object(row.get(ADDRESS)).items() if name in ADDRESS_LINES and _is_text(line)
    }
    texts = {name: row[name] for name in names if _is_text(row.get(name))}
    return {**texts, ADDRESS: lines} if lines else texts


def _lines(address: Address) -> JsonObject:
    return {name: line for name in ADDRESS_LINES if (line := str(getattr(address, name)))}


def _fold(value: JsonValue) -> str:
    return text.line(value).casefold() if isinstance(value, str) else ""


def _is_text(value: JsonValue) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _as_object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
