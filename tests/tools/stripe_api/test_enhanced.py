"""What goes to Stripe in calls of its own: a fee that is agreed to, earlier payments, an appeal."""

from collections.abc import AsyncIterator

import pytest
from pydantic import JsonValue

from disputes.case import Packet, PacketFile
from simulator.objects import a_card_claim
from tests.tools.stripe_api.scripted_stripe import Scripted, opened, scripted, seen

EARLIER: dict[str, JsonValue] = {
    "visa_compelling_evidence_3": {
        "disputed_transaction": {"merchandise_or_services": "services"},
        "prior_undisputed_transactions": [{"charge": "ch_1"}, {"charge": "ch_2"}],
    }
}


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Scripted]:
    async with scripted() as running:
        yield running


@pytest.fixture
def stripe(server: Scripted) -> Scripted:
    server.forget()
    return server


@pytest.mark.parametrize(
    ("network", "eligible", "scheme"),
    [
        ("visa", ["visa_compliance"], "visa_compliance"),
        ("mastercard", ["mastercard_compliance"], "mastercard_compliance"),
        ("mastercard", [], "mastercard_compliance"),
        ("visa", [], "visa_compliance"),
        ("visa", ["visa_compliance", "mastercard_compliance"], "visa_compliance"),
    ],
)
async def test_acknowledges_the_fee_in_the_networks_own_words(
    stripe: Scripted, network: str, eligible: list[str], scheme: str
) -> None:
    claim = a_card_claim(case_type="compliance", network=network)
    dispute = seen(payment_method_details=claim, enhanced_eligibility_types=eligible, reason="noncompliant")
    async with opened(stripe) as gateway:
        await gateway.stage(dispute, Packet(fee_acknowledged=True), key="k")
    assert stripe.asked[0].params == {
        f"evidence[enhanced_evidence][{scheme}][fee_acknowledged]": "true",
        "submit": "false",
    }


@pytest.mark.parametrize("network", ["amex", "discover"])
async def test_a_network_without_such_a_fee_is_never_told_that_one_is_paid(stripe: Scripted, network: str) -> None:
    dispute = seen(payment_method_details=a_card_claim(case_type="compliance", network=network), reason="noncompliant")
    packet = Packet(fields={"customer_name": "Ida"}, fee_acknowledged=True)
    async with opened(stripe) as gateway:
        await gateway.stage(dispute, packet, key="k")
    assert stripe.asked[0].params == {"evidence[customer_name]": "Ida", "submit": "false"}


@pytest.mark.parametrize(
    ("reason", "acknowledged"), [("noncompliant", False), ("product_not_received", True)], ids=["unsaid", "no fee"]
)
async def test_never_acknowledges_a_fee_nobody_agreed_to(stripe: Scripted, reason: str, *, acknowledged: bool) -> None:
    packet = Packet(fields={"customer_name": "Ida"}, fee_acknowledged=acknowledged)
    async with opened(stripe) as gateway:
        await gateway.stage(seen(reason=reason), packet, key="k")
    assert stripe.asked[0].params == {"evidence[customer_name]": "Ida", "submit": "false"}


async def test_earlier_payments_never_go_with_the_ordinary_evidence(stripe: Scripted) -> None:
    async with opened(stripe) as gateway:
        await gateway.stage(seen(), Packet(fields={"customer_name": "Ida"}, enhanced=EARLIER), key="k")
    assert stripe.asked[0].params == {"evidence[customer_name]": "Ida", "submit": "false"}


async def test_enhanced_evidence_goes_alone_and_is_not_submitted(stripe: Scripted) -> None:
    async with opened(stripe) as gateway:
        await gateway.enhance(seen(), EARLIER, key="du_example:enhance:1")
    (asked,) = stripe.asked
    where = "evidence[enhanced_evidence][visa_compelling_evidence_3]"
    assert asked.params == {
        f"{where}[disputed_transaction][merchandise_or_services]": "services",
        f"{where}[prior_undisputed_transactions][0][charge]": "ch_1",
        f"{where}[prior_undisputed_transactions][1][charge]": "ch_2",
        "submit": "false",
    }
    assert asked.headers["idempotency-key"] == "du_example:enhance:1"


async def test_an_appeal_goes_with_its_files_and_nothing_else(stripe: Scripted) -> None:
    said = {"uncategorized_text": "It was signed for."}
    files = tuple(PacketFile(field=f"field_{n}", name=f"{n}.pdf", file=f"file_{n}") for n in (1, 2))
    async with opened(stripe) as gateway:
        await gateway.stage(seen(status="appeal_needs_response"), Packet(fields=said, files=files), key="k")
        await gateway.stage(seen(status="appeal_needs_response"), Packet(fields=said), key="k")
    where = "evidence[appeal][card]"
    assert stripe.asked[0].params == {
        f"{where}[reason_for_filing]": "It was signed for.",
        f"{where}[supporting_files][0]": "file_1",
        f"{where}[supporting_files][1]": "file_2",
        "submit": "false",
    }
    assert stripe.asked[1].params == {f"{where}[reason_for_filing]": "It was signed for.", "submit": "false"}
