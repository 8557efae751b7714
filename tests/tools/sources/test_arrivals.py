"""What a carrier calls a delivery and is none to the customer: to an agent, to a neighbour, back to the sender."""

from collections.abc import Callable

import pytest

from tests.tools.sources.recording import RecordedVendor, a_source
from tests.tools.sources.vendor_server import ReceivedCall, Reply
from tools import storage

ARRIVAL = ("delivered_at", "delivery_place", "delivery_signature")
WORDS = ["Delivered, To Agent", "Delivered to your neighbour", "Delivered to the sender"]


def changed(name: str, change: Callable[[str], str]) -> Callable[[ReceivedCall], Reply]:
    recorded = RecordedVendor(name)

    def respond(call: ReceivedCall) -> Reply:
        reply = recorded(call)
        return reply if call.path == "/login" else Reply(reply.status, change((reply.data or b"").decode()).encode())

    return respond


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize(
    ("name", "delivered"),
    [
        ("aftership", '"message": "Signed for by customer"'),
        ("dhl", '"description": "The shipment has been successfully delivered"'),
        ("easypost", '"message": "Delivered"'),
        ("fedex", '"eventDescription": "Delivered"'),
        ("shippo", '"status_details": "Your shipment has been delivered at the destination mailbox."'),
        ("ups", '"description": "DELIVERED "'),
        ("usps", '"status": "Delivered, Left with Individual"'),
    ],
)
async def test_what_went_to_somebody_else_was_not_delivered(name: str, delivered: str, words: str) -> None:
    named = delivered.partition(":")[0]
    responder = changed(name, lambda written: written.replace(delivered, f'{named}: "{words}"'))
    async with a_source(name, responder, storage=storage.in_memory()) as carrier:
        evidence = await carrier.ask()
    assert not [fact for kind in ARRIVAL for fact in evidence.of(kind)]
    assert evidence.attachments == ()


@pytest.mark.parametrize(
    ("name", "event", "back"), [("fedex", '"eventType": "OD"', '"eventType": "RS"'), ("ups", '"021"', '"035"')]
)
async def test_the_proof_of_a_delivery_back_to_the_sender_is_not_taken(name: str, event: str, back: str) -> None:
    responder = changed(name, lambda written: written.replace(event, back))
    async with a_source(name, responder, storage=storage.in_memory()) as carrier:
        evidence = await carrier.ask()
    assert evidence.of("returned")
    assert evidence.attachments == ()
