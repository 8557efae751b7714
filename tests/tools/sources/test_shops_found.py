"""The ways to a shop's order that its recording does not take, since an earlier one finds it."""

from typing import Any

import pytest

from disputes.evidence import Evidence, build_fact
from tests.builders import a_dispute
from tests.tools.sources import recording
from tests.tools.sources.recording import VENDORS, RecordedVendor, a_source
from tests.tools.sources.vendor_server import ReceivedCall, Reply
from tools.sources.http_json.answer import search

_EMAIL = {"customer_email": "somebody@example.com"}
_MAGENTO_ORDER = {"entity_id": 451, "increment_id": "000000451"}
_MEDUSA_PAYMENT = {"data": {"id": "pi_recorded"}, "payment_session_id": "payses_01RECORDED"}
_TRANSACTION = {"id": "VHJhbnNhY3Rpb25JdGVtOm5ldw", "pspReference": "pi_recorded"}
_SALEOR_ORDER = {"id": "T3JkZXI6NWYyMWM3", "number": "77", "payments": []}


def _orders(*orders: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"orders": {"edges": [{"node": order} for order in orders]}}}


@pytest.mark.parametrize(
    ("name", "known", "answer", "number"),
    [
        (
            "magento",
            {"order_id": "000000451", "customer_email": "maris.kask@example.com"},
            {"items": [_MAGENTO_ORDER | {"customer_email": "maris.kask@example.com", "payment": {}}]},
            "000000451",
        ),
        (
            "magento",
            {"order_id": "000000451", "payment_intent_id": "pi_recorded"} | _EMAIL,
            {
                "items": [
                    _MAGENTO_ORDER | {"customer_email": "x@example.com", "payment": {"last_trans_id": "pi_recorded"}}
                ]
            },
            "000000451",
        ),
        (
            "magento",
            {"payment_intent_id": "pi_recorded"},
            {"items": [{"order_id": 451, "txn_id": "pi_recorded"}]},
            "000000451",
        ),
        (
            "medusa",
            {"payment_reference": "payses_01RECORDED"},
            {"payments": [_MEDUSA_PAYMENT | {"payment_collection": {"order": {"id": "order_01RECORDED"}}}]},
            "318",
        ),
        (
            "medusa",
            {"order_id": "318", "payment_intent_id": "pi_recorded"} | _EMAIL,
            {
                "orders": [
                    {
                        "id": "order_01RECORDED",
                        "display_id": 318,
                        "email": "ines.moreau@example.com",
                        "payment_collections": [{"payments": [_MEDUSA_PAYMENT]}],
                    }
                ]
            },
            "318",
        ),
        (
            "saleor",
            {"payment_reference": _TRANSACTION["id"], "payment_intent_id": "pi_recorded"},
            {"data": {"transaction": _TRANSACTION | {"order": {"id": "T3JkZXI6NWYyMWM3"}}}},
            "77",
        ),
        (
            "saleor",
            {"payment_intent_id": "pi_recorded"},
            _orders(
                _SALEOR_ORDER | {"id": "other", "transactions": []}, _SALEOR_ORDER | {"transactions": [_TRANSACTION]}
            ),
            "77",
        ),
        (
            "saleor",
            {"order_id": "77"} | _EMAIL,
            _orders(_SALEOR_ORDER | {"userEmail": "Somebody@example.com", "transactions": []}),
            "77",
        ),
        (
            "prestashop",
            {"charge_id": "ch_recorded"},
            {"order_payments": [{"order_reference": "XKBKNABJK", "transaction_id": "ch_recorded"}]},
            "XKBKNABJK",
        ),
    ],
)
async def test_an_order_is_found_another_way(
    name: str, known: dict[str, str], answer: dict[str, Any], number: str
) -> None:
    rest, found = RecordedVendor(name), recording.always(200, answer)
    first: list[str] = []

    def responder(call: ReceivedCall) -> Reply:
        first.append(call.path)
        return found(call) if len(first) == 1 else rest(call)

    facts = tuple(build_fact(kind, value, "stripe") for kind, value in known.items())
    async with a_source(name, responder) as shop:
        evidence = await shop.source.gather(a_dispute(), Evidence(facts=facts))
    assert [fact.value for fact in evidence.of("order_id")] == [number], evidence.gaps
    assert rest.unexpected == []


@pytest.mark.parametrize("status", ["DECLINED", "CANCELED"])
def test_a_return_that_was_declined_or_cancelled_was_requested(status: str) -> None:
    order: Any = {"returns": {"nodes": [{"createdAt": "2026-08-11T08:00:00Z", "status": status}]}}
    (request,) = (request for request in VENDORS["shopify"].requests if request.name == "order")
    assert search(str(request.facts["return_requested_at"]), order) == "2026-08-11T08:00:00Z"


async def test_a_server_that_knows_no_returns_does_not_say_that_there_are_none() -> None:
    rest = RecordedVendor("medusa")

    def responder(call: ReceivedCall) -> Reply:
        return Reply(400, b"{}") if call.path == "/returns" else rest(call)

    async with a_source("medusa", responder) as shop:
        gaps = (await shop.ask()).gaps
    assert [gap.absent for gap in gaps if gap.name == "medusa returns"] == [False]


@pytest.mark.parametrize(("transaction", "found"), [("", ["XKBKNABJK"]), ("ch_of_a_stranger", [])])
async def test_a_cart_of_the_same_number_whose_payment_is_another_is_another_shops(
    transaction: str, found: list[str]
) -> None:
    rest = RecordedVendor("prestashop")
    first: dict[str, Any] = {
        "/orders": {"orders": [{"id": 512, "id_cart": "701", "reference": "XKBKNABJK"}]},
        "/order_payments": {"order_payments": [{"order_reference": "XKBKNABJK", "transaction_id": transaction}]},
    }

    def responder(call: ReceivedCall) -> Reply:
        return recording.always(200, first.pop(call.path))(call) if call.path in first else rest(call)

    async with a_source("prestashop", responder) as shop:
        known = Evidence(facts=(build_fact("payment_reference", "701", "stripe"),))
        evidence = await shop.source.gather(a_dispute(), known)
    assert [fact.value for fact in evidence.of("order_id")] == found
