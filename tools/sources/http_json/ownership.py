"""Whose record it is: a number alone may be another customer's, since shops and plugins count by themselves.

A record is ours when it names our payment, by Stripe's id or by the shop's own reference, or else when it names no
payment and our customer's e-mail. Among all orders of one customer only its payment tells.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from disputes.evidence import Evidence
from tools.sources import keys
from tools.sources.http_json.answer import search_all
from tools.sources.http_json.request import Owner

Verdict = Literal["ours", "others", "unsure"]
CHARGES = ("charge_id", "payment_intent_id")
REFERENCES = ("payment_reference",)
EMAILS = ("customer_email", "receipt_email")
_STRIPE_ID = re.compile(r"(?:ch|py|pi)_[A-Za-z0-9]+")
_NO_PAYMENT = re.compile(r"(?:re|pyr|txn|seti|src|pm|cs|in|sub|cus)_[A-Za-z0-9]")  # another object of Stripe's


@dataclass(frozen=True)
class OwnPayment:
    """What is known of the disputed payment and its customer before a vendor is asked."""

    charges: frozenset[str]
    references: frozenset[str]
    emails: frozenset[str]

    def judge(self, owner: Owner, record: JsonValue) -> Verdict:
        """Return whose record it is; `unsure` where it says nothing that could be compared.

        Where nothing is known of the payment, a number is all there is, and the record counts as ours.
        """
        charges, references = set(_charges(owner, record)), set(_texts(owner.reference, record))
        emails = {email.casefold() for email in _texts(owner.email, record)}
        if charges & self.charges:
            return "ours"
        # Shops count their references by themselves as well, so one of our payment may be one of another's.
        if references & self.references and not self._is_other(charges):
            return "ours"
        if owner.required or (charges and self.charges) or (references and self.references):
            return "others"
        if emails and self.emails:
            return "ours" if emails & self.emails else "others"
        return "unsure" if self.charges or self.references or self.emails else "ours"

    def _is_other(self, charges: set[str]) -> bool:
        """Check whether a record names payments of a form in which ours is known, and not ours."""
        return any(charge[:3] == own[:3] for charge in charges for own in self.charges)


def read_own(known: Evidence) -> OwnPayment:
    """Return what the evidence knows of the payment and its customer."""
    emails = (email.strip().casefold() for email in _known(known, EMAILS))
    return OwnPayment(frozenset(_known(known, CHARGES)), frozenset(_known(known, REFERENCES)), frozenset(emails))


def _known(known: Evidence, kinds: tuple[str, ...]) -> Iterator[str]:
    return (value for kind in kinds for value in keys.values_of(known, kind))


def _charges(owner: Owner, record: JsonValue) -> Iterator[str]:
    """Yield the payments that a record names; one that is not of Stripe was paid otherwise, and is named as it is.

    A refund that was written over the payment, as Magento does, says nothing.
    """
    for written in _texts(owner.charge, record):
        if not _NO_PAYMENT.match(written):
            yield from _STRIPE_ID.findall(written) or [written]


def _texts(path: str | None, record: JsonValue) -> Iterator[str]:
    for value in search_all(path, record) if path else ():
        if isinstance(value, (str, int)) and not isinstance(value, bool) and (written := str(value).strip()):
            yield written
