"""The Stripe source over the simulator."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disputes import policy
from disputes.dispute import Dispute, parse
from disputes.errors import LostLease, PaymentUnread
from disputes.evidence import Evidence, render
from disputes.evidence.conclusions import conclude
from disputes.evidence.kinds import KINDS
from simulator.objects import NOON, a_charge, a_customer, a_dispute, a_payment_intent
from simulator.scenarios import SCENARIOS
from simulator.worlds.billing import an_invoice, an_invoice_payment
from tests.simulator.harness import SimulatorClient, simulated
from tools import storage
from tools.sources.stripe.source import StripeSource
from tools.stripe_api.gateway import StripeGateway

METADATA = policy.load().metadata


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class SimulatedStripe:
    """A running simulator with a gateway and a source that call it."""

    simulator: SimulatorClient
    gateway: StripeGateway
    source: StripeSource

    async def calls(self) -> int:
        counts: dict[str, int] = (await self.simulator.control.get("/_sim/counts")).json()
        return counts["requests"]

    async def play(self, name: str) -> Dispute:
        objects = SCENARIOS[name].build(now(), "told")
        await self.simulator.add_objects(*objects)
        dispute = next(each for each in objects if each["object"] == "dispute")
        return await self.gateway.dispute(dispute["id"], account=dispute.get("_account"))

    async def fail(self, path: str, *, times: int = 2) -> None:
        await self.simulator.post("/faults", {"method": "GET", "path": path, "kind": "429", "times": times})


@asynccontextmanager
async def a_simulated_stripe(*objects: Any) -> AsyncIterator[SimulatedStripe]:
    async with simulated(*objects) as simulator:
        gateway = StripeGateway("sk_test_1", api_base=simulator.url)
        yield SimulatedStripe(simulator, gateway, StripeSource(gateway.lookups, metadata=METADATA, now=now))
        await gateway.aclose()


@pytest.fixture
async def stripe() -> AsyncIterator[SimulatedStripe]:
    async with a_simulated_stripe() as running:
        yield running


def rendered(evidence: Evidence) -> dict[str, str]:
    return {fact.kind: render(fact) for fact in reversed(evidence.facts)}


async def test_every_scenario_is_read_within_its_number_of_calls(stripe: SimulatedStripe) -> None:
    for name in SCENARIOS:
        before = await stripe.calls()
        evidence = await stripe.source.gather(await stripe.play(name))
        used = await stripe.calls() - before
        assert used <= (7 if evidence.sole("subscription_id") or evidence.history else 5), name
        assert {fact.kind for fact in evidence.facts} <= set(KINDS), name
        assert len({fact.id for fact in evidence.facts}) == len(evidence.facts), name
        assert all(fact.source.startswith("stripe:") for fact in evidence.facts), name


async def test_every_fact_leads_to_what_stripe_answered_without_cards_and_secrets(tmp_path: Path) -> None:
    charge = a_charge(payment_intent="pi_1", metadata={"customer_message": "My card is 4242 4242 4242 4242."})
    intent = a_payment_intent(id="pi_1", client_secret="pi_1_secret_word", latest_charge=charge["id"])
    files = storage.in_folder(tmp_path)
    async with a_simulated_stripe(
        a_dispute(charge=charge["id"], payment_intent="pi_1"), charge, intent, a_customer()
    ) as stripe:
        source = StripeSource(stripe.gateway.lookups, metadata=METADATA, now=now, storage=files)
        evidence = await source.gather(await stripe.gateway.dispute("du_example"))
    (record,) = evidence.source_answers
    assert {fact.record for fact in evidence.facts} == {record.sha256}
    assert all(fact.retrieved_at == record.at for fact in evidence.facts)
    answers = json.loads(await files.read(record.key))
    assert answers["payment"]["charge"]["id"] == charge["id"]
    assert answers["payment"]["charge"]["metadata"]["customer_message"] == "My card is [card ending 4242]."
    assert answers["payment"]["payment_intent"]["client_secret"] == "[secret]"


async def test_the_facts_of_a_delivered_parcel(stripe: SimulatedStripe) -> None:
    evidence = await stripe.source.gather(await stripe.play("not_received_delivered"))
    facts = rendered(evidence)
    assert not evidence.gaps
    assert not evidence.adverse
    assert {"delivered_at", "tracking_number", "carrier", "shipping_address", "order_id", "customer_ip"} <= set(facts)
    assert (facts["amount_paid"], facts["total_paid"], facts["card"]) == ("38.00 USD", "38.00 USD", "Visa ending 4242")
    assert facts["shipping_matches_billing"] == "yes"
    assert facts["line_items"] == "1 x Walnut desk lamp (38.00 USD)"


@pytest.mark.parametrize(("amount", "calls"), [(1_200, 1), (3_800, 0)])
async def test_a_dispute_of_a_part_asks_the_payment_for_its_items(amount: int, calls: int) -> None:
    charge = a_charge(payment_intent="pi_1", customer="cus_example")
    intent = a_payment_intent(id="pi_1", latest_charge=charge["id"])
    row = {
        "object": "payment_intent_amount_details_line_item",
        "product_name": "Mug",
        "quantity": 1,
        "unit_cost": 1_200,
    }
    listed = intent | {"_amount_details_line_items": {"data": [row | {"id": "li_1"}]}}
    dispute = a_dispute(amount=amount, charge=charge["id"], payment_intent="pi_1")
    async with a_simulated_stripe(dispute, charge, listed, a_customer()) as stripe:
        evidence = await stripe.source.gather(await stripe.gateway.dispute("du_example"))
        counts = (await stripe.simulator.control.get("/_sim/counts")).json()["by_route"]
    assert [item.name for item in evidence.items] == ["Mug"] * calls
    assert counts.get("GET /v1/payment_intents/{id}/amount_details_line_items", 0) == calls


async def test_a_connected_accounts_records_are_read_from_that_account(stripe: SimulatedStripe) -> None:
    dispute = await stripe.play("connect_delivered")
    evidence = await stripe.source.gather(dispute)
    assert dispute.account
    assert evidence.gaps == ()
    assert evidence.sole("delivered_at")
    without_account = await stripe.source.gather(dispute.model_copy(update={"account": None}))
    assert [gap.name for gap in without_account.gaps if gap.fatal] == ["charge"]


@pytest.mark.parametrize(
    ("name", "adverse"),
    [
        ("not_received_unshipped", {"not_shipped"}),
        ("refunded_already", {"refund_before_dispute", "not_shipped"}),
        ("credit_unrefunded", {"refund_requested", "reports_nonreceipt"}),
        ("fraud_high", {"high_risk"}),
        ("subscription_canceled_before", {"canceled_before_charge", "reports_cancel", "reports_duplicate"}),
        ("duplicate_two_orders", set()),
        ("fraud_mid", set()),
    ],
)
async def test_adverse_facts_of_a_scenario(stripe: SimulatedStripe, name: str, adverse: set[str]) -> None:
    evidence = await stripe.source.gather(await stripe.play(name))
    assert {fact.kind for fact in conclude(evidence).adverse} == adverse


async def test_a_duplicates_other_payment_and_its_refund_are_found(stripe: SimulatedStripe) -> None:
    facts = rendered(await stripe.source.gather(await stripe.play("duplicate_refunded")))
    assert (facts["other_amount"], facts["other_refund_amount"]) == ("45.00 USD", "45.00 USD")
    assert facts["other_refund_reference"]
    assert facts["other_charge_id"] != facts["charge_id"]


async def test_a_subscription_is_found_through_its_invoice(stripe: SimulatedStripe) -> None:
    facts = rendered(await stripe.source.gather(await stripe.play("subscription_active")))
    assert (facts["subscription_status"], facts["subscription_interval"]) == ("active", "monthly")
    assert facts["invoice_number"] == "HOLLOW01-0002"
    assert facts["product_description"].startswith("1 x Field Notes Cloud")


async def test_a_familiar_buyers_past_is_counted(stripe: SimulatedStripe) -> None:
    facts = rendered(await stripe.source.gather(await stripe.play("fraud_mid")))
    assert facts["prior_payments"] == "3"
    assert facts["prior_since"]


async def test_a_missing_payment_is_a_fatal_gap(stripe: SimulatedStripe) -> None:
    dispute = await stripe.play("charge_missing")
    evidence = await stripe.source.gather(dispute)
    (gap,) = [gap for gap in evidence.gaps if gap.fatal]
    assert gap.name == "charge"
    assert str(dispute.charge) in gap.why


@pytest.mark.parametrize(
    ("path", "name", "lost"),
    [
        ("/v1/charges", "other payments", "total_paid"),
        ("/v1/checkout/sessions", "checkout", "line_items"),
        ("/v1/invoice_payments", "invoice", "invoice_number"),
    ],
)
async def test_a_list_that_fails_is_a_gap_and_nothing_else_is_lost(
    stripe: SimulatedStripe, path: str, name: str, lost: str
) -> None:
    dispute = await stripe.play("not_received_delivered")
    await stripe.fail(path)
    evidence = await stripe.source.gather(dispute)
    (gap,) = evidence.gaps
    assert (gap.name, gap.source, gap.fatal) == (name, "stripe", False)
    assert "did not take the call" in gap.why
    assert evidence.sole(lost) is None
    assert evidence.sole("amount_paid")


async def test_a_subscription_that_fails_is_a_gap(stripe: SimulatedStripe) -> None:
    dispute = await stripe.play("subscription_active")
    await stripe.fail("/v1/subscriptions/*")
    evidence = await stripe.source.gather(dispute)
    assert [gap.name for gap in evidence.gaps] == ["subscription"]
    assert evidence.sole("invoice_number")


async def test_a_payment_that_stripe_does_not_show_for_now_is_asked_for_again(stripe: SimulatedStripe) -> None:
    dispute = await stripe.play("not_received_delivered")
    await stripe.fail("/v1/*", times=10)
    with pytest.raises(PaymentUnread):
        await stripe.source.gather(dispute)


async def test_a_payment_that_stripe_refuses_is_a_fatal_gap(stripe: SimulatedStripe) -> None:
    dispute = await stripe.play("not_received_delivered")
    evidence = await stripe.source.gather(dispute.model_copy(update={"id": "du_gone"}))
    assert evidence.facts == ()
    assert [(gap.name, gap.fatal) for gap in evidence.gaps] == [("payment", False), ("charge", True)]


async def test_a_guests_payment_needs_one_call() -> None:
    charge = a_charge(payment_intent=None, customer=None)
    async with a_simulated_stripe(charge, a_dispute()) as stripe:
        dispute = await stripe.gateway.dispute("du_example")
        before = await stripe.calls()
        evidence = await stripe.source.gather(dispute)
        assert await stripe.calls() - before == 1
    assert [gap.name for gap in evidence.gaps] == ["customer"]


async def test_an_invoice_without_a_subscription_needs_four_calls() -> None:
    objects = (
        a_customer(),
        a_charge(payment_intent="pi_example", customer="cus_example"),
        a_payment_intent(customer="cus_example", latest_charge="ch_example"),
        an_invoice(),
        an_invoice_payment(),
        a_dispute(payment_intent="pi_example"),
    )
    async with a_simulated_stripe(*objects) as stripe:
        dispute = await stripe.gateway.dispute("du_example")
        before = await stripe.calls()
        evidence = await stripe.source.gather(dispute)
        assert await stripe.calls() - before == 4
    assert evidence.sole("invoice_number")
    assert evidence.gaps == ()


async def test_a_customer_with_more_payments_than_a_page_is_not_summed_up() -> None:
    charges = [a_charge(id=f"ch_{n}", customer="cus_example", created=NOON - n * 86_400) for n in range(101)]
    objects = (a_customer(), *charges, a_dispute(charge="ch_0"))
    async with a_simulated_stripe(*objects) as stripe:
        evidence = await stripe.source.gather(await stripe.gateway.dispute("du_example"))
    assert [gap.name for gap in evidence.gaps] == ["total_paid"]
    assert evidence.sole("total_paid") is None
    assert rendered(evidence)["prior_payments"] == "70"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
CHARGE = a_charge(customer=a_customer(), shipping={"address": {}}, refunds={"data": [{}]}, metadata={"order_id": "A"})


class MalformedLookups:
    """Lookups in which Stripe sends one field in another form, and every list malformed."""

    def __init__(self, charge: object, listed: object) -> None:
        self._charge, self._listed = charge, listed

    async def dispute(self, dispute_id: str, account: str | None) -> Any:
        return a_dispute(id=dispute_id, charge=self._charge, payment_intent=a_payment_intent(id="pi_1"))

    async def _list(self, ref: str, account: str | None) -> Any:
        return {"data": [self._charge, self._listed], "has_more": self._listed}

    async def charges(self, ref: str, account: str | None) -> Any:
        return await self._list(ref, account)

    sessions = invoice_payments = subscription = invoices = amount_details = _list


@given(field=st.sampled_from(sorted(CHARGE)), value=JSON, listed=JSON)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_no_form_of_answer_breaks_the_source(field: str, value: object, listed: object) -> None:
    lookups: Any = MalformedLookups(CHARGE | {field: value}, listed)
    evidence = await StripeSource(lookups, metadata=METADATA, now=now).gather(parse(a_dispute(charge=CHARGE, amount=1)))
    assert Evidence.model_validate_json(evidence.model_dump_json()) == evidence


class LostLeaseLookups(MalformedLookups):
    """Lookups of a worker that no longer holds the lease of the dispute."""

    async def charges(self, ref: str, account: str | None) -> Any:
        raise LostLease


async def test_a_lost_lease_is_raised_and_not_a_gap() -> None:
    lookups: Any = LostLeaseLookups(CHARGE, {})
    with pytest.raises(LostLease):
        await StripeSource(lookups, metadata=METADATA, now=now).gather(parse(a_dispute()))
