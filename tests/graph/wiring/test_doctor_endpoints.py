"""What doctor says of webhook endpoints: thin or not, whose events, in which version."""

from typing import Any

from pydantic import SecretStr

from graph.wiring import settings
from graph.wiring.doctor import endpoints
from graph.wiring.doctor.finding import DoctorFinding
from simulator.webhooks import API_VERSION
from tests.simulator.harness import simulated
from tools.stripe_api.endpoint_creation import EVENTS, EndpointCreation
from tools.stripe_api.endpoints import PINNED, ListedEndpoint, StripeEndpoints

OURS = "https://shop.example.com/webhooks/stripe"
SNAPSHOT = ListedEndpoint(id="we_1", url=OURS, events=frozenset(EVENTS), version=PINNED)


def said(*listed: ListedEndpoint, live: bool = False) -> list[DoctorFinding]:
    return list(endpoints.judge(listed, live=live))


def test_one_that_is_right_is_told_with_its_payload_and_version():
    first, second = said(SNAPSHOT, live=True)
    assert first.text == f"{OURS} gets events of this account; snapshots in {PINNED}, as disputes are read."
    assert second.text == "none for connected accounts; right unless you have a platform."
    assert [each.mark for each in (first, second)] == ["ok     ", "ok     "]


def test_a_thin_one_for_connected_accounts_too_is_told_so():
    (found,) = said(SNAPSHOT.model_copy(update={"thin": True, "version": "", "connected": True}))
    assert found.text == (
        f"{OURS} gets events of this account and connected accounts; "
        f"thin payloads, which have no version; disputes are read in {PINNED}."
    )


def test_the_events_of_several_count_together():
    one = SNAPSHOT.model_copy(update={"events": frozenset(EVENTS[:4])})
    other = SNAPSHOT.model_copy(update={"id": "we_2", "events": frozenset(EVENTS[4:])})
    assert all(found.fine and not found.remark for found in said(one, other))
    assert all(found.fine for found in said(SNAPSHOT.model_copy(update={"events": frozenset("*")})))


def test_one_for_connected_accounts_alone_lacks_nothing_for_the_own():
    assert [found.mark for found in said(SNAPSHOT.model_copy(update={"own": False, "connected": True}))] == ["ok     "]


def test_one_of_another_place_is_none_of_ours():
    (found,) = said(SNAPSHOT.model_copy(update={"url": "https://shop.example.com/hooks"}))
    assert found.text.startswith("Stripe has none")


async def test_classic_and_thin_ones_are_read_from_stripe():
    thin: dict[str, Any] = {
        "id": "ed_1",
        "object": "v2.core.event_destination",
        "enabled_events": ["v1.charge.dispute.created"],
        "event_payload": "thin",
        "events_from": ["@accounts"],
        "livemode": False,
        "status": "enabled",
        "webhook_endpoint": {"url": OURS},
    }
    async with simulated(thin) as simulator:
        made = await _make(simulator.url)
        reader = StripeEndpoints("sk_test_a", api_base=simulator.url)
        classic, other = await reader.all()
        await reader.aclose()
    assert (classic.id, classic.version, classic.thin, classic.own) == (made, API_VERSION, False, True)
    assert (other.thin, other.own, other.connected, other.version) == (True, False, True, "")
    assert other.hears("charge.dispute.created")


async def test_what_init_makes_satisfies_doctor():
    async with simulated() as simulator:
        await _make(simulator.url)
        chosen = settings.Settings(STRIPE_SECRET_KEY=SecretStr("sk_test_a"), STRIPE_API_BASE=simulator.url)
        assert {found.mark for found in await endpoints.look(chosen, patience=5)} == {"ok     "}


async def _make(url: str) -> str:
    creation = EndpointCreation("sk_test_a", api_base=url)
    try:
        return (await creation.create(OURS)).id
    finally:
        await creation.aclose()
