"""PrestaShop's webservice over orders in memory."""

from collections.abc import Sequence
from typing import Any

from tests.shops.order import ShopOrder
from tests.tools.sources.shops import json_reply
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder

_SINGULAR = {"addresses": "address", "customers": "customer", "carriers": "carrier"}


def answer(orders: Sequence[ShopOrder]) -> Responder:
    """Answer every filter with what equals it, and with an empty list where nothing does."""

    def respond(call: ReceivedCall) -> Reply:
        kind, _, key = call.path.strip("/").partition("/")
        rows = [row for order in orders for row in _rows(order, kind)]
        if key:
            row = next((row for row in rows if str(row["id"]) == key), None)
            return (
                json_reply({kind.removesuffix("es") if kind == "addresses" else kind.removesuffix("s"): row})
                if row
                else Reply(404)
            )
        wanted = {
            name[7:-1]: str(value).strip("[]") for name, value in call.query.items() if name.startswith("filter[")
        }
        found = [row for row in rows if all(str(row.get(name)) == value for name, value in wanted.items())]
        return json_reply({kind: found} if found else [])

    return respond


def _rows(order: ShopOrder, kind: str) -> list[dict[str, Any]]:
    first, _, last = order.buyer.partition(" ")
    rows: dict[str, dict[str, Any]] = {
        "orders": {
            "id": order.key,
            "reference": order.number,
            "id_cart": str(order.key),
            "id_customer": "0",
            "id_address_invoice": str(order.key),
            "associations": {"order_rows": [{"product_name": f"Lamp of {order.buyer}", "product_quantity": "1"}]},
        },
        "order_payments": {"id": order.key, "order_reference": order.number, "transaction_id": order.charge},
        "addresses": {"id": str(order.key), "firstname": first, "lastname": last, "address1": ""},
        "order_carriers": {"id": order.key, "id_order": str(order.key), "tracking_number": order.parcel},
    }
    return [rows[kind]] if kind in rows else []
