"""Orders of the fictional shop, and the payment fields that follow from them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from simulator.objects import StripeObject, a_card, an_outcome
from simulator.worlds.billing import a_checkout_session, a_list, an_item
from simulator.worlds.buyers import Buyer, seeded_digits

CARRIER, SHIPPER = "UPS", "H0G20R"
SHIPPED = timedelta(days=1, hours=3)
DELIVERED = timedelta(days=4, hours=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldOrder:
    """What one payment bought; amounts in minor units, `ago` is the time since the payment.

    `settled` is the amount in the account's currency (US cents) when the buyer paid in another one. `notes` is metadata
    beyond the usual. An order that is not `documented` has little metadata. `captured` is less than `amount` when
    only a part was taken of what was authorised; `presented` is what the buyer saw, an amount and its currency.
    """

    amount: int
    name: str = "order"
    number: str | None = None
    product: str = "Walnut desk lamp"
    product_type: str = "physical"
    currency: str = "usd"
    settled: int | None = None
    captured: int | None = None
    presented: tuple[int, str] | None = None
    ago: timedelta = timedelta(days=21)
    delivered: bool = False
    documented: bool = True
    checkout: bool = True
    method: StripeObject = field(default_factory=a_card)
    outcome: StripeObject = field(default_factory=an_outcome)
    notes: dict[str, str] = field(default_factory=dict)

    def tracking(self, buyer: Buyer) -> str:
        """Return the tracking number; digits alone would sometimes be masked as a card number."""
        return f"1Z{SHIPPER}03{seeded_digits(f'{buyer.tag}:{self.name}:parcel', 8)}"


def order_metadata(order: SoldOrder, buyer: Buyer, *, paid: datetime) -> dict[str, str]:
    """Build the metadata that the shop writes on a payment; times are ISO 8601 in UTC."""
    number = order.number or f"HOG-{seeded_digits(f'{buyer.tag}:{order.name}', 6)}"
    notes = {"order_id": number, "product_type": order.product_type}
    if order.documented:
        notes |= {
            "customer_ip": buyer.ip,
            "device_id": buyer.device,
            "user_id": buyer.user,
            "terms_accepted_at": iso_utc(paid - timedelta(minutes=2)),
        }
    if order.delivered:
        notes |= {
            "shipped_at": iso_utc(paid + SHIPPED),
            "carrier": CARRIER,
            "tracking_number": order.tracking(buyer),
            "delivered_at": iso_utc(paid + DELIVERED),
            "delivery_signature": buyer.name,
        }
    return notes | order.notes


def shipping_details(order: SoldOrder, buyer: Buyer) -> StripeObject | None:
    """Build the `shipping` of the charge; None when nothing was shipped."""
    if not order.delivered:
        return None
    return {
        "address": dict(buyer.address),
        "carrier": CARRIER,
        "name": buyer.name,
        "phone": buyer.phone,
        "tracking_number": order.tracking(buyer),
    }


def checkout_session(charge: StripeObject, buyer: Buyer, *, session_id: str) -> StripeObject:
    """Build the checkout session that led to a charge, with one line item."""
    money = {"amount_subtotal": charge["amount"], "amount_total": charge["amount"]}
    line = an_item(
        id=session_id.replace("cs_test_", "li_"),
        currency=charge["currency"],
        description=charge["description"],
        **money,
    )
    shipping = {"name": buyer.name, "address": dict(buyer.address)} if charge["shipping"] else None
    return a_checkout_session(
        id=session_id,
        client_reference_id=charge["metadata"]["order_id"],
        collected_information={"business_name": None, "individual_name": None, "shipping_details": shipping},
        created=charge["created"] - 180,
        currency=charge["currency"],
        customer=charge["customer"],
        customer_details=customer_details(buyer),
        expires_at=charge["created"] + 86_220,
        line_items=a_list(f"/v1/checkout/sessions/{session_id}/line_items", [line]),
        metadata={"order_id": charge["metadata"]["order_id"]},
        payment_intent=charge["payment_intent"],
        payment_method_types=[charge["payment_method_details"]["type"]],
        **money,
    )


def customer_details(buyer: Buyer) -> StripeObject:
    """Build the `customer_details` that the buyer entered at checkout."""
    return {
        "address": dict(buyer.address),
        "business_name": None,
        "email": buyer.email,
        "individual_name": None,
        "name": buyer.name,
        "phone": buyer.phone,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def iso_utc(moment: datetime) -> str:
    """Return a time as metadata holds it: ISO 8601, UTC, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch(moment: datetime) -> int:
    """Return a time in whole epoch seconds, as Stripe counts."""
    return int(moment.timestamp())
