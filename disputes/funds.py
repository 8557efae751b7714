"""The money around a dispute, from Stripe's objects: captured, refunded, shown to the customer, withdrawn, returned.

A payment of which less was captured than authorised shows the rest as `amount_refunded` and as a refund object of the
type `reversal`: nothing went back, since nothing was taken (reference 9).
"""

from fractions import Fraction

from pydantic import JsonValue

from disputes.json_fields import (
    MAX_AMOUNT,
    JsonObject,
    read_amount,
    read_hash,
    read_number,
    read_rows,
    read_text,
)
from disputes.money import Money


def find_captured(charge: JsonObject) -> int | None:
    """Return how much of a payment was captured, in minor units of its currency; None where Stripe does not say."""
    if charge.get("captured") is False and not read_number(charge, "amount_captured"):
        return 0
    captured = read_amount(charge, "amount_captured")
    # An old charge may hold no `amount_captured`, or a 0 beside `captured`: it was captured whole.
    return captured or (read_amount(charge, "amount") if charge.get("captured") is True else captured)


def find_refunded(charge: JsonObject) -> int | None:
    """Return how much of a payment went back, without what was only released; None where Stripe does not say."""
    refunded = read_amount(charge, "amount_refunded")
    return None if refunded is None else max(refunded - find_released(charge), 0)


def find_released(charge: JsonObject) -> int:
    """Return the part of `amount_refunded` that was authorised and never captured, in minor units.

    Where all refunds are listed they say it. Else it is the whole rest, once that much went "back": an authorisation
    that may still be captured is not released, and its refunds are refunds.
    """
    refunds = read_rows(charge, "refunds")
    listed = [row for row in refunds if is_release(row, charge)]
    if refunds and read_hash(charge, "refunds").get("has_more") is False:
        return sum(read_number(row, "amount") for row in listed)
    return _uncaptured(charge) if 0 < _uncaptured(charge) <= read_number(charge, "amount_refunded") else 0


def is_release(refund: JsonObject, charge: JsonObject) -> bool:
    """Check whether a refund object only released what was authorised and never captured.

    Stripe calls it a `reversal`. One that does not say what it is counts as a release when it is the exact rest and
    moved no balance. A reversal of a payment that was captured whole is a refund that came before the settlement.
    """
    rest = _uncaptured(charge)
    details = read_hash(refund, "destination_details")
    kind = read_text(read_hash(details, read_text(details, "type") or "card"), "type")
    if kind == "reversal":
        return 0 < read_number(refund, "amount") <= rest
    unmoved = not refund.get("balance_transaction")
    return kind is None and not refund.get("reason") and unmoved and 0 < rest == read_number(refund, "amount")


def find_presentment(charge: JsonObject, intent: JsonObject | None = None) -> Money | None:
    """Return what the customer saw and paid in another currency than the payment's; None where it is the same.

    None as well where less or more was captured than asked for: the amount that was shown is then not what was paid.
    """
    details = read_hash(charge, "presentment_details") or read_hash(intent or {}, "presentment_details")
    amount, currency = read_number(details, "presentment_amount"), read_text(details, "presentment_currency")
    same = currency is None or currency.lower() == (read_text(charge, "currency") or "").lower()
    if same or currency is None or amount <= 0 or find_captured(charge) != read_amount(charge, "amount"):
        return None
    return Money(amount=amount, currency=currency.lower())


def find_withdrawn(dispute: JsonObject) -> Money | None:
    """Return what a dispute took from the account, in the account's currency.

    That is its first withdrawal, wherever the row stands in the list. Before money moves it is the disputed share of
    what the payment brought, by its exchange rate. None where Stripe states neither.
    """
    for row in read_rows(dispute, "balance_transactions"):
        amount, currency = read_number(row, "amount"), read_text(row, "currency")
        if amount < 0 and currency and not _is_return(row):
            return Money(amount=-amount, currency=currency.lower())
    return _convert(dispute, read_hash(dispute, "charge"))


def find_reinstated(dispute: JsonObject) -> Money | None:
    """Return the sum of what came back of a withdrawal, in the account's currency; None when nothing did.

    Money may come back whatever the status says, also while a dispute is `lost` (reference 1.2). Fees are not counted.
    """
    rows = [row for row in read_rows(dispute, "balance_transactions") if _is_return(row) and read_text(row, "currency")]
    if not rows:
        return None
    withdrawn = find_withdrawn({**dispute, "charge": None})
    currency = withdrawn.currency if withdrawn else (read_text(rows[0], "currency") or "").lower()
    same = (read_number(row, "amount") for row in rows if (read_text(row, "currency") or "").lower() == currency)
    amount = sum(same)
    return Money(amount=amount, currency=currency) if 0 < amount <= MAX_AMOUNT else None


def _is_return(row: JsonObject) -> bool:
    return read_text(row, "reporting_category") == "dispute_reversal" or read_number(row, "amount") > 0


def _uncaptured(charge: JsonObject) -> int:
    captured = find_captured(charge)
    return 0 if captured is None else read_number(charge, "amount") - captured


def _convert(dispute: JsonObject, charge: JsonObject) -> Money | None:
    """Convert the disputed amount by the rate of the payment, whichever of its currencies the dispute is in."""
    paid = read_hash(charge, "balance_transaction")
    settled, currency = read_number(paid, "amount"), read_text(paid, "currency")
    whole = _find_whole(read_text(dispute, "currency"), charge)
    if not (_is_rate(paid.get("exchange_rate")) and currency and settled and whole):
        return None
    converted = round(Fraction(settled * read_number(dispute, "amount"), whole))
    return Money(amount=converted, currency=currency.lower()) if 0 < converted <= MAX_AMOUNT else None


def _find_whole(currency: str | None, charge: JsonObject) -> int:
    """Return the whole payment in a currency; 0 where Stripe does not say."""
    own = (read_text(charge, "currency") or currency or "").lower()
    if own == (currency or "").lower():
        return find_captured(charge) or read_number(charge, "amount")
    shown = find_presentment(charge)
    return shown.amount if shown and shown.currency == (currency or "").lower() else 0


def _is_rate(value: JsonValue) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
