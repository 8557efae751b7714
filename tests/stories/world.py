"""The Stripe objects of a story, as the simulator is given them."""

from datetime import UTC, datetime, timedelta

from evals.stories.story import OtherPayment, Refund, Story
from simulator.objects import StripeObject, a_charge, a_customer, a_dispute, a_payment_intent, a_refund
from simulator.worlds.buyers import seeded_id
from simulator.worlds.claims import (
    DisputedClaim,
    claim_evidence_details,
    payment_method_details,
    prefilled_evidence,
)
from simulator.worlds.ledger import charge_row, refund_row, withdrawal_row
from simulator.worlds.orders import epoch
from tests.stories import payments, renewal

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""The hour at which every story is played: after the last of their disputes."""
DUE = NOW + timedelta(days=9)


def build(story: Story, tag: str) -> list[StripeObject]:
    """Build all that Stripe holds of a story; no other tag shares its ids."""
    return _World(story, tag).build()


class _World:
    def __init__(self, story: Story, tag: str) -> None:
        self._story, self._tag = story, tag
        self._objects: list[StripeObject] = []

    def build(self) -> list[StripeObject]:
        self._customer()
        charge = self._pay("order", payments.disputed(self._story))
        for number, other in enumerate(self._story.other_payments):
            self._pay_other(f"other{number}", other)
        for number, refund in enumerate(self._story.refunds):
            self._refund(charge, refund, number)
        if self._story.subscription:
            self._objects += renewal.build(charge, self._story.subscription, self._key)
        self._dispute(charge)
        return self._objects

    def _key(self, prefix: str, name: str = "") -> str:
        return f"{prefix}_{seeded_id(f'{self._story.name}/{self._tag}/{prefix}/{name}')}"

    def _add(self, thing: StripeObject) -> StripeObject:
        self._objects.append(thing)
        return thing

    def _customer(self) -> None:
        who = self._story.customer
        self._add(
            a_customer(
                id=self._key("cus"),
                address=payments.address(self._story.billing_address),
                created=epoch(who.since or self._story.paid_at),
                email=who.email,
                name=who.name,
                phone=None,
            )
        )

    def _pay(self, name: str, payment: payments.Payment) -> StripeObject:
        charge = self._charge(name, payment)
        self._add(self._intent(charge))
        self._add(charge)
        self._add(charge_row(charge, charge["amount"]))
        return charge

    def _charge(self, name: str, payment: payments.Payment) -> StripeObject:
        return a_charge(
            id=self._key("ch", name),
            amount=payment.amount,
            balance_transaction=self._key("txn", name),
            billing_details=self._payer(payment.email),
            created=epoch(payment.at),
            customer=self._key("cus"),
            description=payment.description,
            metadata={key: value for key, value in payment.notes.items() if value is not None},
            payment_intent=self._key("pi", name),
            payment_method_details=payments.card(self._story, fingerprint=self._key("fp").removeprefix("fp_")),
            receipt_email=payment.email,
            receipt_url=f"https://receipts.example.com/{self._key('ch', name)}",
            shipping=payments.shipping(payment.shipping),
        )

    def _payer(self, email: str) -> StripeObject:
        address = payments.address(self._story.billing_address)
        return {"address": address, "email": email, "name": self._story.customer.name, "phone": None, "tax_id": None}

    def _intent(self, charge: StripeObject) -> StripeObject:
        return a_payment_intent(
            id=charge["payment_intent"],
            amount=charge["amount"],
            amount_received=charge["amount"],
            created=charge["created"] - 2,
            customer=charge["customer"],
            description=charge["description"],
            latest_charge=charge["id"],
            metadata=dict(charge["metadata"]),
            receipt_email=charge["receipt_email"],
            shipping=charge["shipping"] and dict(charge["shipping"]),
        )

    def _pay_other(self, name: str, other: OtherPayment) -> None:
        charge = self._pay(name, payments.other_payment(self._story, other))
        charge["disputed"] = other.disputed
        if other.refunded:
            back = Refund.model_construct(amount=other.amount, at=other.at + timedelta(days=1), status="succeeded")
            self._refund(charge, back, 0)

    def _refund(self, charge: StripeObject, refund: Refund, number: int) -> None:
        charge["amount_refunded"] += refund.amount * (refund.status != "failed")
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        name = f"{charge['id']}/{number}"
        made = a_refund(
            id=self._key("re", name),
            amount=refund.amount,
            balance_transaction=self._key("txn", f"refund/{name}"),
            charge=charge["id"],
            created=epoch(payments.moment(refund.at)),
            destination_details={"type": "card", "card": payments.reference(refund)},
            payment_intent=charge["payment_intent"],
            status=refund.status,
        )
        self._add(refund_row(made))
        self._add(made)

    def _dispute(self, charge: StripeObject) -> None:
        claim = DisputedClaim(self._story.reason, self._story.network_code)
        charge["disputed"] = True
        dispute = a_dispute(
            id=self._key("du"),
            amount=charge["amount"],
            charge=charge["id"],
            created=epoch(self._story.disputed_at),
            evidence=prefilled_evidence(charge),
            evidence_details=claim_evidence_details(claim, due_by=epoch(DUE)),
            payment_intent=charge["payment_intent"],
            payment_method_details=payment_method_details(claim, charge),
            reason=claim.reason,
        )
        row = next(thing for thing in self._objects if thing["id"] == charge["balance_transaction"])
        dispute["balance_transactions"] = [withdrawal_row(dispute, charge, row)]
        self._objects.extend(dict(row) for row in dispute["balance_transactions"])
        self._add(dispute)
