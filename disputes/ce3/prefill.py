"""What Stripe filled in by itself, which must not be edited: an edit can lose the eligibility (reference 1.7)."""

from collections.abc import Sequence

from pydantic import JsonValue

from disputes import text
from disputes.ce3.payment import ADDRESS, FIELDS, LINES, Address, Payment
from disputes.privacy.masking import secrets

CE3 = "visa_compelling_evidence_3"
DISPUTED, PRIORS = "disputed_transaction", "prior_undisputed_transactions"
PAIR = 2
_TEXTS = ("product_description", *(field for field in FIELDS if field != ADDRESS))
_OWN = {DISPUTED: (*_TEXTS, "merchandise_or_services"), PRIORS: ("charge", *_TEXTS)}

Record = dict[str, JsonValue]


def merge(held: Record, ours: Record) -> Record:
    """Fill what is empty in Stripe's `enhanced_evidence` with ours and leave everything else there as it is.

    Both are whole `enhanced_evidence` objects; only Compelling Evidence 3.0 is in the answer, which is what to send: a
    fee that is acknowledged in either is not repeated. Priors that Stripe chose stay first and are never replaced, and
    ours only make them two. An address is one value: ours fills it up only where it agrees with all that is there.
    """
    disputed = _fill(transaction(held), transaction(ours))
    mine = {str(prior["charge"]): prior for prior in chosen(ours)}
    kept = [_fill(prior, mine.pop(str(prior["charge"]), {})) for prior in chosen(held)]
    added = list(mine.values())[: max(PAIR - len(kept), 0)]
    found: Record = {DISPUTED: disputed} if disputed else {}
    if kept or added:
        found[PRIORS] = [*kept, *added]
    return {CE3: found} if found else {}


def stands(sent: JsonValue, held: JsonValue) -> bool:
    """Tell whether each text that was sent stands in what Stripe holds, in its place; what is empty counts for none."""
    if isinstance(sent, dict):
        return all(stands(value, held.get(name) if isinstance(held, dict) else None) for name, value in sent.items())
    if isinstance(sent, list):
        rows = held if isinstance(held, list) else []
        return all(any(stands(one, row) for row in rows) for one in sent)
    if isinstance(sent, str):
        return not sent.strip() or (isinstance(held, str) and text.clean(sent) == text.clean(held))
    return sent is None or sent == held


def is_masked(held: JsonValue) -> bool:
    """Tell whether what we know of Stripe's record is not what stands there, since a number was masked."""
    inner = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    return secrets.masked(held) if isinstance(held, str) else any(map(is_masked, inner))


def transaction(enhanced: Record) -> Record:
    """Give what `enhanced_evidence` holds of the disputed payment: the fields of a request that are not empty."""
    return _filled(_dict(_dict(enhanced.get(CE3)).get(DISPUTED)), _OWN[DISPUTED])


def chosen(enhanced: Record) -> list[Record]:
    """Give what `enhanced_evidence` holds of each earlier payment that names its charge, once, in its order."""
    listed = _dict(enhanced.get(CE3)).get(PRIORS)
    rows = [_filled(_dict(row), _OWN[PRIORS]) for row in listed] if isinstance(listed, list) else []
    return list({str(row["charge"]): row for row in reversed(rows) if "charge" in row}.values())[::-1]


def overlay(payment: Payment, held: Record) -> Payment:
    """Give a payment as Stripe holds it, with our record where Stripe holds nothing."""
    texts = {field: str(held[field]) for field in _TEXTS if field in held}
    lines = _fill(held, {ADDRESS: _lines(payment.shipping_address)}).get(ADDRESS)
    address = {name: str(value) for name, value in _dict(lines).items()}
    return payment.model_copy(update={**texts, ADDRESS: Address(**address)})


def overlaid(priors: Sequence[Payment], held: Sequence[Record]) -> list[Payment]:
    """Give every earlier payment once, as Stripe holds it, with those that Stripe chose and we have no record of."""
    by_charge = {str(row["charge"]): row for row in held}
    known = {prior.charge: prior for prior in (*map(_stranger, by_charge), *reversed(priors))}
    return [overlay(prior, by_charge.get(charge, {})) for charge, prior in known.items()]


def _stranger(charge: str) -> Payment:
    """Make a record of a payment that Stripe chose, and so looked at, and we did not see."""
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


def _fill(held: Record, ours: Record) -> Record:
    both = {**ours, **held}
    there, mine = _dict(held.get(ADDRESS)), _dict(ours.get(ADDRESS))
    if there and all(_folded(mine.get(name)) == _folded(line) for name, line in there.items()):
        both[ADDRESS] = {**mine, **there}
    return both


def _filled(row: Record, names: tuple[str, ...]) -> Record:
    lines = {name: line for name, line in _dict(row.get(ADDRESS)).items() if name in LINES and _is_text(line)}
    texts = {name: row[name] for name in names if _is_text(row.get(name))}
    return {**texts, ADDRESS: lines} if lines else texts


def _lines(address: Address) -> Record:
    return {name: line for name in LINES if (line := str(getattr(address, name)))}


def _folded(value: JsonValue) -> str:
    return text.line(value).casefold() if isinstance(value, str) else ""


def _is_text(value: JsonValue) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _dict(value: JsonValue) -> Record:
    return value if isinstance(value, dict) else {}
