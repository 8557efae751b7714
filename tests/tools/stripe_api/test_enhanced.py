"""Stripe calls for an acknowledged fee, for earlier payments and for an appeal."""

from collections.abc import AsyncIterator

import pytest
from pydantic import JsonValue

from disputes.case import Packet, PacketFile
from simulator.objects import a_card_claim
from tests.tools.stripe_api.scripted_stripe import ScriptedStripe, a_stripe_dispute, open_gateway, run_scripted_stripe

EARLIER: dict[str, JsonValue] = {
    "visa_compelling_evidence_3": {
        "disputed_transaction": {"merchandise_or_services": "services"},
        "prior_undisputed_transactions": [{"charge": "ch_1"}, {"charge": "ch_2"}],
    }
}


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[ScriptedStripe]:
    async with run_scripted_stripe() as running:
        yield running


@pytest.fixture
def stripe(server: ScriptedStripe) -> ScriptedStripe:
    server.reset()
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
    stripe: ScriptedStripe, network: str, eligible: list[str], scheme: str
) -> None:
    claim = a_card_claim(case_type="compliance", network=network)
    dispute = a_stripe_dispute(payment_method_details=claim, enhanced_eligibility_types=eligible, reason="noncompliant")
    async with open_gateway(stripe) as gateway:
        await gateway.stage(dispute, Packet(fee_acknowledged=True), key="k")
    assert stripe.requests[0].params == {
        f"evidence[enhanced_evidence][{scheme}][fee_acknowledged]": "true",
        "submit": "false",
    }


@pytest.mark.parametrize("network", ["amex", "discover"])
async def test_no_fee_is_acknowledged_for_a_network_without_one(stripe: ScriptedStripe, network: str) -> None:
    dispute = a_stripe_dispute(
        payment_method_details=a_card_claim(case_type="compliance", network=network), reason="noncompliant"
    )
    packet = Packet(fields={"customer_name": "Ida"}, fee_acknowledged=True)
    async with open_gateway(stripe) as gateway:
        await gateway.stage(dispute, packet, key="k")
    assert stripe.requests[0].params == {"evidence[customer_name]": "Ida", "submit": "false"}


@pytest.mark.parametrize(
    ("reason", "acknowledged"),
    [("noncompliant", False), ("product_not_received", True)],
    ids=["not acknowledged", "no fee"],
)
async def test_never_acknowledges_a_fee_nobody_agreed_to(
    stripe: ScriptedStripe, reason: str, *, acknowledged: bool
) -> None:
    packet = Packet(fields={"customer_name": "Ida"}, fee_acknowledged=acknowledged)
    async with open_gateway(stripe) as gateway:
        await gateway.stage(a_stripe_dispute(reason=reason), packet, key="k")
    assert stripe.requests[0].params == {"evidence[customer_name]": "Ida", "submit": "false"}


async def test_earlier_payments_never_go_with_the_ordinary_evidence(stripe: ScriptedStripe) -> None:
    async with open_gateway(stripe) as gateway:
        await gateway.stage(a_stripe_dispute(), Packet(fields={"customer_name": "Ida"}, enhanced=EARLIER), key="k")
    assert stripe.requests[0].params == {"evidence[customer_name]": "Ida", "submit": "false"}


async def test_enhanced_evidence_goes_alone_and_is_not_submitted(stripe: ScriptedStripe) -> None:
    async with open_gateway(stripe) as gateway:
        await gateway.enhance(a_stripe_dispute(), EARLIER, key="du_example:enhance:1")
    (request,) = stripe.requests
    prefix = "evidence[enhanced_evidence][visa_compelling_evidence_3]"
    assert request.params == {
        f"{prefix}[disputed_transaction][merchandise_or_services]": "services",
        f"{prefix}[prior_undisputed_transactions][0][charge]": "ch_1",
        f"{prefix}[prior_undisputed_transactions][1][charge]": "ch_2",
        "submit": "false",
    }
    assert request.headers["idempotency-key"] == "du_example:enhance:1"


async def test_an_appeal_goes_with_its_files_and_nothing_else(stripe: ScriptedStripe) -> None:
    fields = {"uncategorized_text": "It was signed for."}
    files = tuple(PacketFile(field=f"field_{n}", name=f"{n}.pdf", file=f"file_{n}") for n in (1, 2))
    async with open_gateway(stripe) as gateway:
        await gateway.stage(
            a_stripe_dispute(status="appeal_needs_response"), Packet(fields=fields, files=files), key="k"
        )
        await gateway.stage(a_stripe_dispute(status="appeal_needs_response"), Packet(fields=fields), key="k")
    prefix = "evidence[appeal][card]"
    assert stripe.requests[0].params == {
        f"{prefix}[reason_for_filing]": "It was signed for.",
        f"{prefix}[supporting_files][0]": "file_1",
        f"{prefix}[supporting_files][1]": "file_2",
        "submit": "false",
    }
    assert stripe.requests[1].params == {f"{prefix}[reason_for_filing]": "It was signed for.", "submit": "false"}
