"""Magento's REST API over orders in memory."""

from collections.abc import Sequence
from typing import Any

from tests.shops.order import ShopOrder
from tests.tools.sources.shops import json_reply
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder

_FILTER = "searchCriteria[filter_groups][0][filters][0]"


def answer(orders: Sequence[ShopOrder]) -> Responder:
    """Answer by id, and search for what equals one field."""

    def respond(call: ReceivedCall) -> Reply:
        parts = call.path.strip("/").split("/")
        if parts[0] == "orders" and len(parts) == 2:
            order = next((order for order in orders if str(order.key) == parts[1]), None)
            return json_reply(_write(order)) if order else json_reply({"message": "The entity does not exist."}, 404)
        field, value = call.query.get(f"{_FILTER}[field]"), str(call.query.get(f"{_FILTER}[value]"))
        rows = [row for order in orders for row in _rows(order, parts[0]) if str(row.get(str(field))) == value]
        return json_reply({"items": rows, "total_count": len(rows)})

    return respond


def _rows(order: ShopOrder, kind: str) -> list[dict[str, Any]]:
    if kind == "orders":
        return [_write(order)]
    if kind == "transactions":
        return [{"order_id": order.key, "txn_id": order.charge}] if order.charge else []
    track = {"track_number": order.parcel, "carrier_code": "ups", "title": "UPS"}
    shipped = [{"order_id": order.key, "created_at": "2026-08-04 16:20:00", "tracks": [track], "items": []}]
    return shipped if kind == "shipments" and order.parcel else []


def _write(order: ShopOrder) -> dict[str, Any]:
    first, _, last = order.buyer.partition(" ")
    return {
        "entity_id": order.key,
        "increment_id": order.number,
        "state": "complete",
        "customer_email": order.email,
        "payment": {"last_trans_id": order.charge or None},
        "billing_address": {"firstname": first, "lastname": last, "street": []},
        "items": [{"name": f"Lamp of {order.buyer}", "qty_ordered": 1}],
    }
