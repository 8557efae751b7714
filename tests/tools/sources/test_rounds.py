"""The evidence agent over real sources and real servers."""

from agents import evidence
from disputes.evidence import Evidence
from disputes.policy import SourceLimits
from tests.builders import BOOKS, a_dispute
from tests.tools.sources.recording import NOON
from tests.tools.sources.shops import SECRET, a_vendor, json_reply, key_facts
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder, vendor_server
from tools.sources import catalog
from tools.sources.http_json.source import HttpJsonSource
from tools.sources.http_json.vendor import Vendor

SHOP = a_vendor(
    {
        "name": "order",
        "needs": ["order_id"],
        "path": "/orders/{order_id}",
        "facts": {"shipped_at": "at", "tracking_number": "no"},
    }
)
CARRIER = a_vendor(
    {"name": "parcel", "needs": ["tracking_number"], "path": "/{tracking_number}", "facts": {"delivered_at": "at"}},
    name="post",
    title="Post",
    keys=["tracking_number"],
)


def at(vendor: Vendor, url: str, *, seconds: float) -> HttpJsonSource:
    return HttpJsonSource(vendor, {"token": SECRET}, now=lambda: NOON, seconds=seconds, base=url)


async def gather_all(shop: Responder, carrier: Responder, *, limits: SourceLimits) -> Evidence:
    seconds = limits.seconds * catalog.CALL_SHARE
    async with vendor_server(shop) as first, vendor_server(carrier) as second:
        sources = [at(CARRIER, second.url, seconds=seconds), at(SHOP, first.url, seconds=seconds)]
        try:
            playbook = BOOKS.of("product_not_received")
            return await evidence.gather(a_dispute(), playbook, sources, initial=key_facts(), limits=limits, now=NOON)
        finally:
            for source in sources:
                await source.aclose()


def order(_: ReceivedCall) -> Reply:
    return json_reply({"at": "2026-10-02", "no": "1Z999"})


def parcel(call: ReceivedCall) -> Reply:
    return json_reply({"at": "2026-10-05T15:00:00Z"}) if call.path == "/1Z999" else json_reply({}, 404)


async def test_a_carrier_is_looked_up_by_the_tracking_number_of_the_shop() -> None:
    result = await gather_all(order, parcel, limits=SourceLimits())
    (parcel_,) = result.entities("parcel")
    assert parcel_.name == "parcel:1Z999"
    assert all(map(parcel_.get, ("shipped_at", "tracking_number", "delivered_at")))
    assert not [gap for gap in result.gaps if gap.source in {"shop", "post"}]


async def test_a_carrier_without_a_tracking_number_is_a_gap() -> None:
    result = await gather_all(lambda _: json_reply({}, 404), parcel, limits=SourceLimits())
    gaps = {gap.source: gap.why for gap in result.gaps}
    assert gaps["post"] == "was not asked: tracking_number is not known"
    assert gaps["shop"] == "Shop has no order for 1001."


async def test_a_source_that_never_answers_leaves_its_own_gap_and_the_facts_of_the_others() -> None:
    result = await gather_all(order, lambda _: Reply(data=None), limits=SourceLimits(seconds=1.0, budget=5.0))
    assert result.sole("tracking_number")
    assert [gap.why for gap in result.gaps if gap.source == "post"] == ["Post did not answer in 0.4 s."]
