"""What the engine does for carriers: several parcels, their numbers, and a number that is another carrier's."""

from typing import Any

import pytest

from disputes.evidence import Evidence, build_fact
from tests.tools.sources.shops import a_shop, a_vendor, by_path, json_reply
from tests.tools.sources.vendor_server import ReceivedCall, Reply

PARCEL: dict[str, Any] = {
    "name": "parcel",
    "needs": ["tracking_number"],
    "path": "/{tracking_number}",
    "each": "parcels",
    "facts": {"delivered_at": "at"},
}
TWO = Evidence(
    facts=(
        build_fact("tracking_number", "1Z1", "shop", of="1Z1"),
        build_fact("carrier", "UPS", "shop", of="1Z1"),
        build_fact("tracking_number", "7702", "shop", of="7702"),
        build_fact("carrier", "FedEx", "shop", of="7702"),
    )
)


@pytest.mark.parametrize("number", ["1Z1", "1Z2"])
async def test_a_record_may_name_its_number_in_several_places(number: str) -> None:
    request = PARCEL | {"same": {"[id, pieces[]][]": "tracking_number"}}
    shipment = {"id": "1Z1", "pieces": ["1Z2", "1Z3"], "at": "2026-10-05"}
    async with a_shop(a_vendor(request), lambda _: json_reply({"parcels": [shipment]})) as shop:
        assert (await shop.ask(tracking_number=number)).of("delivered_at")
        assert not (await shop.ask(tracking_number="1Z4")).of("delivered_at")


async def test_a_carrier_is_asked_only_for_the_numbers_that_are_not_another_carriers() -> None:
    vendor = a_vendor(PARCEL | {"only": {"carrier": "ups|united parcel.*"}})
    async with a_shop(vendor, by_path()) as shop:
        await shop.ask_with(TWO)
        await shop.ask(tracking_number="7703")
        assert [call.path for call in shop.calls] == ["/1Z1", "/7703"]


@pytest.mark.parametrize(
    ("carrier", "asked"),
    [("Standard Shipping", True), ("Flat Rate", True), ("United Parcel Service", True), ("Royal Mail Tracked", False)],
)
async def test_a_shops_own_words_for_a_carrier_keep_nobody_from_being_asked(carrier: str, *, asked: bool) -> None:
    known = (build_fact("tracking_number", "77", "shop", of="77"), build_fact("carrier", carrier, "shop", of="77"))
    async with a_shop(a_vendor(PARCEL | {"only": {"carrier": "ups.*|united parcel.*"}}), by_path()) as shop:
        await shop.ask_with(Evidence(facts=known))
        assert bool(shop.calls) is asked


async def test_no_number_of_its_own_is_an_absence() -> None:
    async with a_shop(a_vendor(PARCEL | {"only": {"carrier": "dhl.*"}}), by_path()) as shop:
        (gap,) = (await shop.ask_with(TWO)).gaps
        assert shop.calls == []
    assert gap.absent
    assert "another carrier's" in gap.why


async def test_a_number_is_asked_with_its_own_carrier_alone() -> None:
    request = PARCEL | {"needs": ["carrier", "tracking_number"], "path": "/{carrier}/{tracking_number}"}
    async with a_shop(a_vendor(request), by_path()) as shop:
        await shop.ask_with(TWO)
        assert [call.path for call in shop.calls] == ["/UPS/1Z1", "/FedEx/7702"]


async def test_a_key_is_used_with_what_it_was_found_by_and_in_its_own_record() -> None:
    found = PARCEL | {"keys": {"record": "id", "copy": "copy"}}
    proof = {"name": "proof", "needs": ["tracking_number", "record", "copy"], "path": "/{record}/{copy}"}

    def answer(call: ReceivedCall) -> Reply:
        number = call.path[1:]
        return json_reply({"parcels": [{"id": f"{number}-{part}", "copy": part} for part in "ab"]})

    async with a_shop(a_vendor(found, proof), answer) as shop:
        await shop.ask_with(TWO)
        paths = [call.path for call in shop.calls]
    assert paths == ["/1Z1", "/7702", "/1Z1-a/a", "/1Z1-b/b", "/7702-a/a", "/7702-b/b"]


@pytest.mark.parametrize(("account", "sent"), [("", {"number": "1Z1"}), ("88", {"number": "1Z1", "account": "88"})])
async def test_a_name_whose_option_is_empty_is_not_sent(account: str, sent: dict[str, str]) -> None:
    request = PARCEL | {"method": "POST", "json": {"number": "{tracking_number}", "account": "{account}"}}
    options = {"token": {"about": "a token", "secret": True}, "account": {"about": "an account", "default": account}}
    async with a_shop(a_vendor(request, options=options), by_path()) as shop:
        await shop.ask(tracking_number="1Z1")
        assert [call.json for call in shop.calls] == [sent]
