"""Limits on evidence, uploads, and enhanced evidence."""

from typing import Any

import pytest
import stripe

from simulator.rules.limits import BYTES
from tests.simulator.harness import (
    PNG,
    SDK_WARNING,
    JsonObject,
    a_charge,
    a_dispute,
    a_file,
    a_pdf,
    an_inquiry,
    simulated,
    uploaded,
)

pytestmark = SDK_WARNING
MASTERCARD = {"type": "card", "card": {"brand": "mastercard", "network": "mastercard", "case_type": "chargeback"}}


async def staged(client: stripe.StripeClient, **evidence: Any) -> stripe.Dispute:
    params: Any = {"evidence": evidence, "submit": False}
    return await client.v1.disputes.update_async("du_1", params)


@pytest.mark.parametrize(("field", "limit"), [("customer_name", 5_000), ("uncategorized_text", 20_000)])
async def test_a_text_field_takes_its_limit_and_not_one_more(field, limit):
    async with simulated(a_dispute()) as simulator:
        assert (await staged(simulator.sdk(), **{field: "x" * limit})).evidence_details.has_evidence
        with pytest.raises(stripe.InvalidRequestError, match=f"at most {limit}") as refused:
            await staged(simulator.sdk(), **{field: "x" * (limit + 1)})
        assert refused.value.param == f"evidence[{field}]"


async def test_all_texts_together_are_limited_and_nothing_of_the_call_is_kept():
    long = ["access_activity_log", "cancellation_policy_disclosure", "cancellation_rebuttal"]
    long += ["duplicate_charge_explanation", "product_description", "refund_policy_disclosure"]
    long += ["refund_refusal_explanation"]
    async with simulated(a_dispute()) as simulator:
        client = simulator.sdk()
        await staged(client, **dict.fromkeys(long, "x" * 20_000))
        assert (await staged(client, uncategorized_text="x" * 10_000)).evidence.uncategorized_text
        with pytest.raises(stripe.InvalidRequestError, match="150000"):
            await staged(client, uncategorized_text="x" * 10_001, customer_name="")
        retrieved = await client.v1.disputes.retrieve_async("du_1")
        assert len(retrieved.evidence.uncategorized_text or "") == 10_000


async def test_text_in_a_file_field_is_refused():
    async with simulated(a_dispute()) as simulator:
        with pytest.raises(stripe.InvalidRequestError, match="No such file upload: 'see below'") as refused:
            await staged(simulator.sdk(), receipt="see below")
        assert (refused.value.http_status, refused.value.param) == (400, "evidence[receipt]")


async def test_a_file_of_another_purpose_is_refused():
    async with simulated(a_dispute()) as simulator:
        client = simulator.sdk()
        logo = await client.v1.files.create_async({"purpose": "business_logo", "file": a_file()})
        with pytest.raises(stripe.InvalidRequestError, match="purpose dispute_evidence"):
            await staged(client, receipt=logo.id)


async def test_a_file_of_another_account_is_refused():
    async with simulated(a_dispute()) as simulator:
        params: Any = {"purpose": "dispute_evidence", "file": a_file()}
        theirs = await simulator.sdk().v1.files.create_async(params, {"stripe_account": "acct_2"})
        with pytest.raises(stripe.InvalidRequestError, match="No such file upload"):
            await staged(simulator.sdk(), receipt=theirs.id)


async def test_the_same_file_in_two_fields_counts_twice():
    half = PNG + b"x" * (BYTES // 2 + 1 - len(PNG))
    async with simulated(a_dispute()) as simulator:
        client = simulator.sdk()
        file = await uploaded(client, half)
        assert (await staged(client, receipt=file)).evidence.receipt == file
        with pytest.raises(stripe.InvalidRequestError, match="combined size"):
            await staged(client, uncategorized_file=file)


async def test_too_many_pages_are_refused_even_when_only_staged():
    async with simulated(a_dispute()) as simulator:
        client = simulator.sdk()
        await staged(client, receipt=await uploaded(client, a_pdf(48)), customer_name="Ada")
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await staged(client, uncategorized_file=await uploaded(client))
        assert refused.value.code == "dispute_evidence_page_limit_exceeded"


@pytest.mark.parametrize(("pages", "fits"), [(19, True), (20, False)])
async def test_mastercard_takes_nineteen_pages(pages, fits):
    async with simulated(a_dispute(payment_method_details=MASTERCARD)) as simulator:
        file = await uploaded(simulator.sdk(), a_pdf(pages))
        if fits:
            assert (await staged(simulator.sdk(), receipt=file)).evidence.receipt == file
        else:
            with pytest.raises(stripe.InvalidRequestError, match="allows 19"):
                await staged(simulator.sdk(), receipt=file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"GIF89a", "not supported"),
        (b"%PDF-1.7 but not really", "not supported"),
        (a_pdf(50), "fewer than 50 pages"),
        (PNG + b"x" * 5_000_000, "smaller than 5 MB"),
    ],
    ids=["gif", "fake pdf", "fifty pages", "five megabytes"],
)
async def test_an_upload_stripe_would_refuse_is_refused(content, message):
    async with simulated() as simulator:
        with pytest.raises(stripe.InvalidRequestError, match=message):
            await uploaded(simulator.sdk(), content)
        assert (await simulator.sdk().v1.files.list_async()).data == []


async def test_an_upload_is_known_by_its_content_and_can_be_read_back():
    async with simulated() as simulator:
        client = simulator.sdk()
        file = await client.v1.files.create_async(
            {"purpose": "dispute_evidence", "file": a_file(a_pdf(49), "proof.png")}
        )
        assert (file.type, file.filename, file.size) == ("pdf", "proof.png", len(a_pdf(49)))
        assert (await client.v1.files.retrieve_async(file.id)).id == file.id
        assert (await simulator.control.get(f"/_sim/files/{file.id}")).content == a_pdf(49)


def ce3(**changes: Any) -> JsonObject:
    ip, device = "203.0.113.7", "device-id-of-15-chars"
    prior = {"charge": "ch_1", "customer_purchase_ip": ip, "customer_device_id": device, "product_description": "tea"}
    disputed = {k: v for k, v in prior.items() if k != "charge"} | {"merchandise_or_services": "merchandise"}
    whole = {"disputed_transaction": disputed, "prior_undisputed_transactions": [prior, {**prior, "charge": "ch_2"}]}
    return {"visa_compelling_evidence_3": {**whole, **changes}}


async def test_compelling_evidence_on_an_ineligible_dispute_discards_all():
    async with simulated(a_dispute(), a_charge()) as simulator:
        with pytest.raises(stripe.InvalidRequestError, match="ch_1 is not eligible for Visa Compelling"):
            await staged(simulator.sdk(), customer_name="Ada", enhanced_evidence=ce3())
        assert (await simulator.sdk().v1.disputes.retrieve_async("du_1")).evidence.customer_name is None


async def test_complete_compelling_evidence_qualifies():
    eligible = a_dispute(enhanced_eligibility_types=["visa_compelling_evidence_3"])
    async with simulated(eligible, a_charge(), a_charge(id="ch_2")) as simulator:
        retrieved = await staged(simulator.sdk(), enhanced_evidence=ce3())
        status = retrieved.evidence_details.enhanced_eligibility.to_dict()["visa_compelling_evidence_3"]
        assert status == {"required_actions": [], "status": "qualified"}


async def test_thin_compelling_evidence_says_what_is_missing():
    eligible = a_dispute(enhanced_eligibility_types=["visa_compelling_evidence_3"])
    async with simulated(eligible, a_charge()) as simulator:
        thin = ce3(prior_undisputed_transactions=[{"charge": "ch_1"}], disputed_transaction={"product_description": ""})
        retrieved = await staged(simulator.sdk(), enhanced_evidence=thin)
        status = retrieved.evidence_details.enhanced_eligibility.to_dict()["visa_compelling_evidence_3"]
        assert status["status"] == "requires_action"
        assert status["required_actions"] == [
            "missing_customer_identifiers",
            "missing_disputed_transaction_description",
            "missing_merchandise_or_services",
            "missing_prior_undisputed_transaction_description",
            "missing_prior_undisputed_transactions",
        ]


async def test_a_prior_transaction_must_be_a_charge():
    eligible = a_dispute(enhanced_eligibility_types=["visa_compelling_evidence_3"])
    async with simulated(eligible) as simulator:
        with pytest.raises(stripe.InvalidRequestError, match="No such charge: 'pi_1'"):
            await staged(simulator.sdk(), enhanced_evidence=ce3(prior_undisputed_transactions=[{"charge": "pi_1"}]))


async def test_a_compliance_case_is_sent_only_with_its_fee_acknowledged():
    case = a_dispute(enhanced_eligibility_types=["visa_compliance"], reason="noncompliant")
    async with simulated(case) as simulator:
        client = simulator.sdk()
        with pytest.raises(stripe.InvalidRequestError, match="fee_acknowledged"):
            await client.v1.disputes.update_async("du_1", {"evidence": {"customer_name": "Ada"}})
        retrieved = await client.v1.disputes.retrieve_async("du_1")
        assert (retrieved.evidence.customer_name, retrieved.status) == (None, "needs_response")
        paid = await staged(client, enhanced_evidence={"visa_compliance": {"fee_acknowledged": True}})
        eligibility = paid.evidence_details.enhanced_eligibility.to_dict()
        assert eligibility == {"visa_compliance": {"status": "fee_acknowledged"}}
        assert (await client.v1.disputes.update_async("du_1", {"submit": True})).status == "under_review"


async def test_klarna_takes_no_evidence_while_it_inquires():
    async with simulated(an_inquiry(payment_method_details={"type": "klarna", "klarna": {}})) as simulator:
        with pytest.raises(stripe.InvalidRequestError, match="Klarna"):
            await staged(simulator.sdk(), customer_name="Ada")
