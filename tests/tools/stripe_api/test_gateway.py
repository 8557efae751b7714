"""The Stripe gateway against scripted answers and the simulator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import stripe as sdk

from disputes.case import Packet, PacketFile
from disputes.errors import Refused, TooLong, TryAgain
from disputes.money import Money
from simulator.objects import a_balance_transaction, a_charge, a_dispute
from tests.simulator.harness import PNG, SimulatorClient, simulated
from tests.tools.stripe_api.scripted_stripe import ScriptedStripe, a_stripe_dispute, open_gateway, run_scripted_stripe
from tools.stripe_api.gateway import StripeGateway

PICTURE = PNG + b"\x00" * 64


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[ScriptedStripe]:
    async with run_scripted_stripe() as running:
        yield running


@pytest.fixture
def stripe(server: ScriptedStripe) -> ScriptedStripe:
    server.reset()
    return server


@asynccontextmanager
async def a_gateway(simulator: SimulatorClient, key: str = "sk_test_1") -> AsyncIterator[StripeGateway]:
    gateway = StripeGateway(key, api_base=simulator.url)
    try:
        yield gateway
    finally:
        await gateway.aclose()


async def test_reads_an_inquirys_value_at_the_rate_its_charge_was_settled_at(stripe: ScriptedStripe) -> None:
    settled = a_balance_transaction(amount=2_800, currency="usd", exchange_rate=0.00667)
    charge = a_charge(amount=4_200, currency="jpy", balance_transaction=settled)
    stripe.answer(a_dispute(amount=2_100, currency="jpy", charge=charge, status="warning_needs_response"))
    async with open_gateway(stripe) as gateway:
        dispute = await gateway.dispute("du_example")
    assert dispute.value == Money(amount=1_400, currency="usd")
    assert stripe.requests[0].params == {"expand[0]": "charge.balance_transaction", "expand[1]": "charge.refunds"}


async def test_calls_the_account_the_event_came_from(stripe: ScriptedStripe) -> None:
    async with open_gateway(stripe) as gateway:
        dispute = await gateway.dispute("du_example", account="acct_seller")
        await gateway.submit(dispute, key="k1")
    assert [request.headers["stripe-account"] for request in stripe.requests] == ["acct_seller", "acct_seller"]


async def test_staging_always_says_that_it_does_not_submit(stripe: ScriptedStripe) -> None:
    files = (PacketFile(field="receipt", name="receipt.pdf", file="file_1"),)
    packet = Packet(fields={"customer_name": "Ida Marlow", "uncategorized_text": ""}, files=files)
    async with open_gateway(stripe) as gateway:
        await gateway.stage(a_stripe_dispute(), packet, key="du_example:stage:abc")
    (request,) = stripe.requests
    assert request.path == "/v1/disputes/du_example"
    assert request.params == {
        "evidence[customer_name]": "Ida Marlow",
        "evidence[uncategorized_text]": "",
        "evidence[receipt]": "file_1",
        "submit": "false",
    }
    assert request.headers["idempotency-key"] == "du_example:stage:abc"


async def test_submitting_sends_submit_true_alone(stripe: ScriptedStripe) -> None:
    async with open_gateway(stripe) as gateway:
        await gateway.submit(a_stripe_dispute(), key="du_example:submit:1")
    (request,) = stripe.requests
    assert request.params == {"submit": "true"}
    assert request.headers["idempotency-key"] == "du_example:submit:1"


async def test_closing_sends_nothing_else(stripe: ScriptedStripe) -> None:
    stripe.answer(a_dispute(status="lost"))
    async with open_gateway(stripe) as gateway:
        closed = await gateway.close(a_stripe_dispute(), key="du_example:close:1")
    (request,) = stripe.requests
    assert (request.path, request.params, closed.status) == ("/v1/disputes/du_example/close", {}, "lost")
    assert request.headers["idempotency-key"] == "du_example:close:1"


async def test_a_known_value_survives_an_answer_without_one(stripe: ScriptedStripe) -> None:
    known = a_stripe_dispute().model_copy(update={"value": Money(amount=1_400, currency="usd")})
    async with open_gateway(stripe) as gateway:
        assert (await gateway.submit(known, key="k")).value == known.value


async def test_a_file_that_was_never_uploaded_stops_the_packet(stripe: ScriptedStripe) -> None:
    packet = Packet(files=(PacketFile(field="receipt", name="receipt.pdf"),))
    async with open_gateway(stripe) as gateway:
        with pytest.raises(Refused, match=r"receipt\.pdf"):
            await gateway.stage(a_stripe_dispute(), packet, key="k")
    assert stripe.requests == []


@pytest.mark.parametrize(
    ("status", "error", "sentence"),
    [
        (
            404,
            {"type": "invalid_request_error", "message": "No such dispute: 'du_x'", "param": "dispute"},
            "param dispute",
        ),
        (400, {"type": "invalid_request_error", "message": "Too long.", "code": "string_too_long"}, "Too long"),
        (400, {"type": "idempotency_error", "message": "Keys are for one request."}, "Keys are for one"),
        (401, {"type": "invalid_request_error", "message": "Invalid API Key provided"}, "Invalid API Key"),
        (403, {"type": "invalid_request_error", "message": "Not allowed"}, "Not allowed"),
        (402, {"type": "card_error", "message": "Declined", "code": "card_declined"}, "code card_declined"),
    ],
)
async def test_a_refusal_carries_stripes_own_message(
    stripe: ScriptedStripe, status: int, error: dict[str, str], sentence: str
) -> None:
    stripe.refuse(status, **error)
    async with open_gateway(stripe) as gateway:
        with pytest.raises(Refused, match=sentence):
            await gateway.submit(a_stripe_dispute(), key="k")


async def test_too_many_pages_raise_an_error_of_their_own(stripe: ScriptedStripe) -> None:
    error = {"type": "invalid_request_error", "code": "dispute_evidence_page_limit_exceeded", "message": "Too many."}
    stripe.refuse(400, **error)
    async with open_gateway(stripe) as gateway:
        with pytest.raises(TooLong, match="Too many"):
            await gateway.stage(a_stripe_dispute(), Packet(), key="k")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (409, "idempotency_key_in_use"),
        (429, "lock_timeout"),
        (429, "rate_limit"),
        (400, "rate_limit"),
        (500, ""),
        (503, ""),
    ],
)
async def test_a_temporary_error_is_tried_again(stripe: ScriptedStripe, status: int, code: str) -> None:
    stripe.refuse(status, type="api_error", message="Busy", code=code)
    async with open_gateway(stripe) as gateway:
        with pytest.raises(TryAgain, match=code or "Busy"):
            await gateway.submit(a_stripe_dispute(), key="k")


@pytest.mark.parametrize("body", ["<html>gateway</html>", "[]", ""])
async def test_an_answer_that_is_not_stripes_leaves_the_outcome_unknown(stripe: ScriptedStripe, body: str) -> None:
    stripe.answer(body, 502)
    async with open_gateway(stripe) as gateway:
        with pytest.raises(TryAgain):
            await gateway.submit(a_stripe_dispute(), key="k")


async def test_a_post_that_failed_is_repeated_under_its_own_key(stripe: ScriptedStripe) -> None:
    stripe.retry = True
    stripe.refuse(500, type="api_error", message="Oops")
    async with open_gateway(stripe) as gateway:
        await gateway.submit(a_stripe_dispute(), key="mine")
    assert [request.headers["idempotency-key"] for request in stripe.requests] == ["mine", "mine"]


async def test_a_timeout_is_tried_again(stripe: ScriptedStripe) -> None:
    stripe.hang = 5.0
    async with open_gateway(stripe, timeout=0.05) as gateway:
        with pytest.raises(TryAgain, match="ReadTimeout"):
            await gateway.dispute("du_example")


async def test_a_refused_connection_is_tried_again() -> None:
    gateway = StripeGateway("sk_test_1", api_base="http://127.0.0.1:9")
    with pytest.raises(TryAgain, match="ConnectError"):
        await gateway.dispute("du_example")
    await gateway.aclose()


@pytest.mark.parametrize(
    ("key", "live"), [("sk_test_1", True), ("rk_test_1", True), ("sk_live_1", False), ("rk_live_1", False)]
)
async def test_a_dispute_of_the_other_mode_is_refused(stripe: ScriptedStripe, key: str, *, live: bool) -> None:
    stripe.answer(a_dispute(livemode=live))
    async with open_gateway(stripe, key) as gateway:
        with pytest.raises(Refused, match="mode"):
            await gateway.dispute("du_example")


async def test_an_answer_that_is_no_dispute_is_refused(stripe: ScriptedStripe) -> None:
    stripe.answer({"object": "list", "data": [], "has_more": False, "url": "/v1/disputes"})
    async with open_gateway(stripe) as gateway:
        with pytest.raises(Refused, match="not a Stripe dispute"):
            await gateway.dispute("")


async def test_text_that_no_request_can_carry_is_refused(stripe: ScriptedStripe) -> None:
    async with open_gateway(stripe) as gateway:
        with pytest.raises(Refused, match="cannot be written"):
            await gateway.stage(a_stripe_dispute(), Packet(fields={"customer_name": "\ud800"}), key="k")


async def test_no_telemetry_is_sent_to_stripe(stripe: ScriptedStripe) -> None:
    async with open_gateway(stripe) as gateway:
        await gateway.dispute("du_example")
        await gateway.dispute("du_example")
    assert not sdk.enable_telemetry
    assert not [request for request in stripe.requests if "x-stripe-client-telemetry" in request.headers]


async def test_files_a_packet_with_a_picture_once() -> None:
    async with simulated(a_charge(), a_dispute()) as simulator, a_gateway(simulator) as gateway:
        dispute = await gateway.dispute("du_example")
        file = await gateway.upload(dispute, "parcel.png", PICTURE, key="du_example:upload:1")
        again = await gateway.upload(dispute, "parcel.png", PICTURE, key="du_example:upload:1")
        files = (PacketFile(field="shipping_documentation", name="parcel.png", file=file),)
        staged = await gateway.stage(dispute, Packet(fields={"customer_name": "Ida"}, files=files), key="s")
        assert (staged.staged, staged.submissions, staged.status) == (True, 0, "needs_response")
        assert staged.evidence == {"customer_name": "Ida", "shipping_documentation": file}
        filed = await gateway.submit(staged, key="du_example:submit:1")
        stored = await simulator.sdk().v1.files.retrieve_async(file)
    assert (file, stored.filename, stored.purpose) == (again, "parcel.png", "dispute_evidence")
    assert (filed.status, filed.submissions) == ("under_review", 1)


async def test_a_submission_whose_answer_was_lost_is_not_sent_twice() -> None:
    async with simulated(a_charge(), a_dispute()) as simulator, a_gateway(simulator) as gateway:
        dispute = await gateway.dispute("du_example")
        await gateway.stage(dispute, Packet(fields={"customer_name": "Ida"}), key="s")
        await simulator.post("/faults", {"method": "POST", "path": "/v1/disputes/*", "kind": "timeout_after"})
        filed = await gateway.submit(dispute, key="du_example:submit:1")
        assert (filed.status, (await simulator.counts("du_example"))["submissions"]) == ("under_review", 1)


async def test_a_dispute_nobody_knows_is_refused() -> None:
    async with simulated() as simulator, a_gateway(simulator) as gateway:
        with pytest.raises(Refused, match="No such dispute: 'du_none'"):
            await gateway.dispute("du_none")
