"""The builder of one buyer's Stripe objects."""

from datetime import UTC, datetime, time, timedelta

from simulator.objects import (
    StripeObject,
    a_charge,
    a_customer,
    a_dispute,
    a_payment_intent,
    a_refund,
    a_release,
    presentment_details,
)
from simulator.worlds.buyers import pick_buyer, seeded_digits, seeded_id
from simulator.worlds.claims import DisputedClaim, claim_evidence_details, payment_method_details, prefilled_evidence
from simulator.worlds.ledger import charge_row, refund_row, reinstatement_row, withdrawal_row
from simulator.worlds.orders import SoldOrder, checkout_session, epoch, order_metadata, shipping_details


class Story:
    """One buyer's payments, refunds and disputes at the shop, collected as Stripe objects in `objects`.

    The same `now` and `tag` always give the same objects; two tags never share an id.
    """

    def __init__(self, now: datetime, tag: str) -> None:
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.tag = tag
        self.buyer = pick_buyer(tag)
        self.objects: list[StripeObject] = []
        self.customer = self.add(
            a_customer(
                id=self.key("cus"),
                address=dict(self.buyer.address),
                created=epoch(self.now - timedelta(days=400)),
                email=self.buyer.email,
                name=self.buyer.name,
                phone=self.buyer.phone,
            )
        )

    def key(self, prefix: str, name: str = "") -> str:
        """Return the id of one object of this story."""
        return f"{prefix}_{seeded_id(f'{self.tag}/{prefix}/{name}')}"

    def add(self, obj: StripeObject) -> StripeObject:
        """Add an object and return it."""
        self.objects.append(obj)
        return obj

    def pay(self, order: SoldOrder) -> StripeObject:
        """Add an order's payment intent, charge, balance transaction and any checkout session; return the charge."""
        charge = self._charge(order)
        self.add(self._intent(charge))
        self.add(charge)
        self.add(charge_row(charge, order.settled or charge["amount_captured"]))
        if charge["amount_refunded"]:
            self._release(charge)
        if order.checkout:
            self.add(checkout_session(charge, self.buyer, session_id=self.key("cs_test", order.name)))
        return charge

    def _release(self, charge: StripeObject) -> StripeObject:
        return self.add(
            a_release(
                id=self.key("re", "rest" + charge["id"]),
                amount=charge["amount_refunded"],
                charge=charge["id"],
                created=charge["created"] + 3_600,
                currency=charge["currency"],
                payment_intent=charge["payment_intent"],
            )
        )

    def _charge(self, order: SoldOrder) -> StripeObject:
        paid, captured = self.now - order.ago, order.captured or order.amount
        shown = {"presentment_details": presentment_details(*order.presented)} if order.presented else {}
        return shown | a_charge(
            id=self.key("ch", order.name),
            amount=order.amount,
            amount_captured=captured,
            amount_refunded=order.amount - captured,
            balance_transaction=self.key("txn", order.name),
            billing_details={
                "address": dict(self.buyer.address),
                "email": self.buyer.email,
                "name": self.buyer.name,
                "phone": self.buyer.phone,
                "tax_id": None,
            },
            created=epoch(paid),
            currency=order.currency,
            customer=self.customer["id"],
            description=order.product,
            metadata=order_metadata(order, self.buyer, paid=paid),
            outcome=order.outcome,
            payment_intent=self.key("pi", order.name),
            payment_method_details=self._method(order),
            receipt_email=self.buyer.email,
            receipt_url=f"https://receipts.example.com/{self.key('ch', order.name)}",
            shipping=shipping_details(order, self.buyer),
        )

    def _method(self, order: SoldOrder) -> StripeObject:
        if order.method["type"] != "card":
            return dict(order.method)
        return {"type": "card", "card": order.method["card"] | {"fingerprint": self.buyer.fingerprint}}

    def _intent(self, charge: StripeObject) -> StripeObject:
        return a_payment_intent(
            id=charge["payment_intent"],
            amount=charge["amount"],
            amount_received=charge["amount_captured"],
            created=charge["created"] - 2,
            currency=charge["currency"],
            customer=charge["customer"],
            description=charge["description"],
            latest_charge=charge["id"],
            metadata=dict(charge["metadata"]),
            payment_method_types=[charge["payment_method_details"]["type"]],
            receipt_email=charge["receipt_email"],
            shipping=charge["shipping"] and dict(charge["shipping"]),
        )

    def refund(self, charge: StripeObject, amount: int, *, ago: timedelta, **changes: object) -> StripeObject:
        """Refund `amount` US cents of a charge in US dollars; return the refund. One that failed moves no money."""
        moves = changes.get("status", "succeeded") not in ("failed", "canceled")
        charge["amount_refunded"] += amount * moves
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        earlier = sum(obj["object"] == "refund" and obj["charge"] == charge["id"] for obj in self.objects)
        refund = a_refund(
            id=self.key("re", charge["id"] + f"/{earlier}" * bool(earlier)),
            amount=amount,
            balance_transaction=self.key("txn", "refund" + charge["id"] + f"/{earlier}" * bool(earlier)),
            charge=charge["id"],
            created=epoch(self.now - ago),
            currency=charge["currency"],
            payment_intent=charge["payment_intent"],
            **changes,
        )
        card = refund["destination_details"]["card"]
        if "reference" in card:
            card["reference"] = "7" + seeded_digits(refund["id"], 22)
        self.add(refund_row(refund))
        return self.add(refund)

    def dispute(
        self, charge: StripeObject, claim: DisputedClaim, *, details: StripeObject | None = None, **changes: object
    ) -> StripeObject:
        """Add and return a dispute of a charge; `details` and `changes` override its evidence details and fields."""
        opened = self.now - claim.ago
        charge["disputed"] = True
        dispute = a_dispute(
            id=self.key("du", charge["id"]),
            amount=charge["amount"],
            charge=charge["id"],
            created=epoch(opened),
            currency=charge["currency"],
            evidence=prefilled_evidence(charge),
            evidence_details=claim_evidence_details(claim, due_by=deadline(opened)),
            is_charge_refundable=claim.inquiry or claim.status == "won",
            payment_intent=charge["payment_intent"],
            payment_method_details=payment_method_details(claim, charge),
            reason=claim.reason,
            status=claim.status,
        )
        dispute["evidence_details"] |= details or {}
        dispute |= changes
        self._settle(dispute, charge, claim)
        return self.add(dispute)

    def _settle(self, dispute: StripeObject, charge: StripeObject, claim: DisputedClaim) -> None:
        rows = []
        if claim.moves_money:
            row = next(row for row in self.objects if row["id"] == charge["balance_transaction"])
            rows.append(withdrawal_row(dispute, charge, row))
        if claim.status == "won":
            rows.append(reinstatement_row(rows[0], dispute, at=epoch(self.now - timedelta(days=3))))
        dispute["balance_transactions"] = rows
        self.objects.extend(dict(row) for row in rows)
        if dispute["payment_method_details"] is None:
            del dispute["payment_method_details"]


def deadline(opened: datetime) -> int:
    """Return the end of the UTC day eight days after a dispute was opened, in epoch seconds (seen in test mode)."""
    day = (opened + timedelta(days=8)).date()
    return epoch(datetime.combine(day, time(23, 59, 59), UTC))
