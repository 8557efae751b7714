"""Subscriptions of one customer in a vendor whose charges may name one of them."""

from typing import Any

from disputes.evidence import Evidence
from tests.tools.sources.recording import a_source, load_recording
from tests.tools.sources.shops import json_reply
from tests.tools.sources.vendor_server import ReceivedCall, Reply

CUSTOMER = {"id": 64001, "email": "ruth.salas@example.com"}
ACTIVE = {"id": 151001, "customer_id": 64001, "status": "active", "product_title": "Ground coffee"}
ENDED = ACTIVE | {"id": 151002, "status": "cancelled", "cancelled_at": "2022-06-01T10:00:00+00:00"}


def charge_of(*subscriptions: int) -> dict[str, Any]:
    items = [{"purchase_item_id": each, "purchase_item_type": "subscription"} for each in subscriptions]
    mine = load_recording("recharge")["known"]["charge_id"]
    return {"external_transaction_id": {"payment_processor": mine}, "line_items": items}


async def ask(*, charges: list[dict[str, Any]], subscriptions: list[dict[str, Any]]) -> Evidence:
    answers: dict[str, Any] = {
        "/customers": {"customers": [CUSTOMER]},
        "/charges": {"charges": charges},
        "/subscriptions": {"subscriptions": subscriptions},
    } | {f"/subscriptions/{each['id']}": {"subscription": each} for each in subscriptions}

    def answer(call: ReceivedCall) -> Reply:
        return json_reply(answers.get(call.path, {}))

    async with a_source("recharge", answer) as recharge:
        return await recharge.ask()


def told(evidence: Evidence) -> set[tuple[str, str]]:
    return {(fact.about, str(fact.value)) for kind in ("subscription_id", "canceled_at") for fact in evidence.of(kind)}


async def test_the_subscription_that_was_charged_is_the_only_one_told() -> None:
    evidence = await ask(charges=[charge_of(151001)], subscriptions=[ACTIVE, ENDED])
    assert told(evidence) == {("subscription", "151001")}
    assert [fact.value for fact in evidence.of("product_description")] == ["Ground coffee"]


async def test_each_of_several_subscriptions_is_told_where_none_is_known_to_be_charged() -> None:
    each = {
        ("subscription:151001", "151001"),
        ("subscription:151002", "151002"),
        ("subscription:151002", "2022-06-01T10:00:00Z"),
    }
    for charges in ([], [charge_of(151001, 151002)]):
        evidence = await ask(charges=charges, subscriptions=[ACTIVE, ENDED])
        assert told(evidence) == each
        assert evidence.of("product_description") == ()


async def test_the_only_subscription_is_told_where_none_is_known_to_be_charged() -> None:
    evidence = await ask(charges=[], subscriptions=[ENDED])
    assert told(evidence) == {("subscription", "151002"), ("subscription", "2022-06-01T10:00:00Z")}
    assert evidence.of("product_description")


async def test_subscriptions_of_somebody_else_are_left_out() -> None:
    evidence = await ask(charges=[], subscriptions=[ACTIVE, ENDED | {"customer_id": 7}])
    assert told(evidence) == set()
