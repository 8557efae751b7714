from datetime import UTC, datetime, time, timedelta

from simulator.objects import Object, a_charge, a_customer, a_dispute, a_payment_intent, a_refund
from simulator.worlds.buyers import digest, digits, pick
from simulator.worlds.claims import DisputedClaim, describe, prefill, standing
from simulator.worlds.ledger import reinstated, returned, taken, withdrawn
from simulator.worlds.orders import SoldOrder, annotate, check_out, epoch, ship


class Story:
    """One buyer's dealings with the shop, growing into the Stripe objects they would leave behind.

    The same `now` and `tag` always grow the same objects; two tags never share an id.
    """

    def __init__(self, now: datetime, tag: str) -> None:
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.tag = tag
        self.buyer = pick(tag)
        self.objects: list[Object] = []
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
        """Give the id of one object of this story."""
        return f"{prefix}_{digest(f'{self.tag}/{prefix}/{name}')}"

    def add(self, thing: Object) -> Object:
        """Keep an object and hand it back."""
        self.objects.append(thing)
        return thing

    def pay(self, order: SoldOrder) -> Object:
        """Pay an order: its payment intent, charge, ledger row and, mostly, checkout session; gives the charge."""
        charge = self._charge(order)
        self.add(self._intent(charge))
        self.add(charge)
        self.add(taken(charge, order.settled or order.amount))
        if order.checkout:
            self.add(check_out(charge, self.buyer, session_id=self.key("cs_test", order.name)))
        return charge

    def _charge(self, order: SoldOrder) -> Object:
        paid = self.now - order.ago
        return a_charge(
            id=self.key("ch", order.name),
            amount=order.amount,
            amount_captured=order.amount,
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
            metadata=annotate(order, self.buyer, paid=paid),
            outcome=order.outcome,
            payment_intent=self.key("pi", order.name),
            payment_method_details=self._method(order),
            receipt_email=self.buyer.email,
            receipt_url=f"https://receipts.example.com/{self.key('ch', order.name)}",
            shipping=ship(order, self.buyer),
        )

    def _method(self, order: SoldOrder) -> Object:
        if order.method["type"] != "card":
            return dict(order.method)
        return {"type": "card", "card": order.method["card"] | {"fingerprint": self.buyer.fingerprint}}

    def _intent(self, charge: Object) -> Object:
        return a_payment_intent(
            id=charge["payment_intent"],
            amount=charge["amount"],
            amount_received=charge["amount"],
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

    def refund(self, charge: Object, amount: int, *, ago: timedelta, **changes: object) -> Object:
        """Give money of a US dollar charge back to the buyer."""
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        refund = a_refund(
            id=self.key("re", charge["id"]),
            amount=amount,
            balance_transaction=self.key("txn", "refund" + charge["id"]),
            charge=charge["id"],
            created=epoch(self.now - ago),
            currency=charge["currency"],
            payment_intent=charge["payment_intent"],
            **changes,
        )
        card = refund["destination_details"]["card"]
        if "reference" in card:
            card["reference"] = "7" + digits(refund["id"], 22)
        self.add(returned(refund))
        return self.add(refund)

    def dispute(
        self, charge: Object, claim: DisputedClaim, *, details: Object | None = None, **changes: object
    ) -> Object:
        """Let the buyer's bank dispute a charge; `details` and `changes` have the last word."""
        opened = self.now - claim.ago
        charge["disputed"] = True
        dispute = a_dispute(
            id=self.key("du", charge["id"]),
            amount=charge["amount"],
            charge=charge["id"],
            created=epoch(opened),
            currency=charge["currency"],
            evidence=prefill(charge),
            evidence_details=standing(claim, due_by=deadline(opened)),
            is_charge_refundable=claim.inquiry or claim.status == "won",
            payment_intent=charge["payment_intent"],
            payment_method_details=describe(claim, charge),
            reason=claim.reason,
            status=claim.status,
        )
        dispute["evidence_details"] |= details or {}
        dispute |= changes
        self._settle(dispute, charge, claim)
        return self.add(dispute)

    def _settle(self, dispute: Object, charge: Object, claim: DisputedClaim) -> None:
        rows = []
        if claim.moves_money:
            row = next(row for row in self.objects if row["id"] == charge["balance_transaction"])
            rows.append(withdrawn(dispute, charge, row))
        if claim.status == "won":
            rows.append(reinstated(rows[0], dispute, at=epoch(self.now - timedelta(days=3))))
        dispute["balance_transactions"] = rows
        self.objects.extend(dict(row) for row in rows)
        if dispute["payment_method_details"] is None:
            del dispute["payment_method_details"]


def deadline(opened: datetime) -> int:
    """Give the end of the UTC day eight days after a dispute was opened, epoch seconds (seen in test mode)."""
    day = (opened + timedelta(days=8)).date()
    return epoch(datetime.combine(day, time(23, 59, 59), UTC))
