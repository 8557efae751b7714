from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import stripe as sdk

from disputes.case import Packet, PacketFile
from disputes.errors import Refused, TooLong, TryAgain
from disputes.money import Money
from simulator.objects import a_balance_transaction, a_charge, a_dispute
from tests.simulator.harness import PNG, Stand, simulated
from tests.tools.stripe_api.scripted_stripe import Scripted, opened, scripted, seen
from tools.stripe_api.gateway import StripeGateway

PICTURE = PNG + b"\x00" * 64


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Scripted]:
    async with scripted() as running:
        yield running


@pytest.fixture
def stripe(server: Scripted) -> Scripted:
    server.forget()
    return server


@asynccontextmanager
async def pointed_at(stand: Stand, key: str = "sk_test_1") -> AsyncIterator[StripeGateway]:
    gateway = StripeGateway(key, api_base=stand.url)
    try:
        yield gateway
    finally:
        await gateway.aclose()


async def test_reads_an_inquirys_value_at_the_rate_its_charge_was_settled_at(stripe: Scripted) -> None:
    settled = a_balance_transaction(amount=2_800, currency="usd", exchange_rate=0.00667)
    charge = a_charge(amount=4_200, currency="jpy", balance_transaction=settled)
    stripe.says(a_dispute(amount=2_100, currency="jpy", charge=charge, status="warning_needs_response"))
    async with opened(stripe) as gateway:
        dispute = await gateway.dispute("du_example")
    assert dispute.value == Money(amount=1_400, currency="usd")
    assert stripe.asked[0].params == {"expand[0]": "charge.balance_transaction"}


async def test_asks_the_account_the_event_came_from(stripe: Scripted) -> None:
    async with opened(stripe) as gateway:
        dispute = await gateway.dispute("du_example", account="acct_seller")
        await gateway.submit(dispute, key="k1")
    assert [asked.headers["stripe-account"] for asked in stripe.asked] == ["acct_seller", "acct_seller"]


async def test_staging_always_says_that_it_does_not_submit(stripe: Scripted) -> None:
    files = (PacketFile(field="receipt", name="receipt.pdf", file="file_1"),)
    packet = Packet(fields={"customer_name": "Ida Marlow", "uncategorized_text": ""}, files=files)
    async with opened(stripe) as gateway:
        await gateway.stage(seen(), packet, key="du_example:stage:abc")
    (asked,) = stripe.asked
    assert asked.path == "/v1/disputes/du_example"
    assert asked.params == {
        "evidence[customer_name]": "Ida Marlow",
        "evidence[uncategorized_text]": "",
        "evidence[receipt]": "file_1",
        "submit": "false",
    }
    assert asked.headers["idempotency-key"] == "du_example:stage:abc"


async def test_submitting_sends_nothing_but_the_word(stripe: Scripted) -> None:
    async with opened(stripe) as gateway:
        await gateway.submit(seen(), key="du_example:submit:1")
    (asked,) = stripe.asked
    assert asked.params == {"submit": "true"}
    assert asked.headers["idempotency-key"] == "du_example:submit:1"


async def test_closing_asks_for_nothing_else(stripe: Scripted) -> None:
    stripe.says(a_dispute(status="lost"))
    async with opened(stripe) as gateway:
        closed = await gateway.close(seen(), key="du_example:close:1")
    (asked,) = stripe.asked
    assert (asked.path, asked.params, closed.status) == ("/v1/disputes/du_example/close", {}, "lost")
    assert asked.headers["idempotency-key"] == "du_example:close:1"


async def test_a_value_once_known_survives_an_answer_that_does_not_tell_it(stripe: Scripted) -> None:
    known = seen().model_copy(update={"value": Money(amount=1_400, currency="usd")})
    async with opened(stripe) as gateway:
        assert (await gateway.submit(known, key="k")).value == known.value


async def test_a_file_that_was_never_uploaded_stops_the_packet(stripe: Scripted) -> None:
    packet = Packet(files=(PacketFile(field="receipt", name="receipt.pdf"),))
    async with opened(stripe) as gateway:
        with pytest.raises(Refused, match=r"receipt\.pdf"):
            await gateway.stage(seen(), packet, key="k")
    assert stripe.asked == []


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
async def test_a_no_is_refused_with_stripes_own_words(
    stripe: Scripted, status: int, error: dict[str, str], sentence: str
) -> None:
    stripe.refuses(status, **error)
    async with opened(stripe) as gateway:
        with pytest.raises(Refused, match=sentence):
            await gateway.submit(seen(), key="k")


async def test_too_many_pages_are_a_no_of_their_own(stripe: Scripted) -> None:
    error = {"type": "invalid_request_error", "code": "dispute_evidence_page_limit_exceeded", "message": "Too many."}
    stripe.refuses(400, **error)
    async with opened(stripe) as gateway:
        with pytest.raises(TooLong, match="Too many"):
            await gateway.stage(seen(), Packet(), key="k")


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
async def test_what_may_pass_is_tried_again(stripe: Scripted, status: int, code: str) -> None:
    stripe.refuses(status, type="api_error", message="Busy", code=code)
    async with opened(stripe) as gateway:
        with pytest.raises(TryAgain, match=code or "Busy"):
            await gateway.submit(seen(), key="k")


@pytest.mark.parametrize("body", ["<html>gateway</html>", "[]", ""])
async def test_an_answer_that_is_not_stripes_leaves_the_outcome_unknown(stripe: Scripted, body: str) -> None:
    stripe.says(body, 502)
    async with opened(stripe) as gateway:
        with pytest.raises(TryAgain):
            await gateway.submit(seen(), key="k")


async def test_a_post_that_failed_is_repeated_under_its_own_key(stripe: Scripted) -> None:
    stripe.retry = True
    stripe.refuses(500, type="api_error", message="Oops")
    async with opened(stripe) as gateway:
        await gateway.submit(seen(), key="mine")
    assert [asked.headers["idempotency-key"] for asked in stripe.asked] == ["mine", "mine"]


async def test_silence_is_tried_again(stripe: Scripted) -> None:
    stripe.hang = 5.0
    async with opened(stripe, timeout=0.05) as gateway:
        with pytest.raises(TryAgain, match="ReadTimeout"):
            await gateway.dispute("du_example")


async def test_a_closed_door_is_tried_again() -> None:
    gateway = StripeGateway("sk_test_1", api_base="http://127.0.0.1:9")
    with pytest.raises(TryAgain, match="ConnectError"):
        await gateway.dispute("du_example")
    await gateway.aclose()


@pytest.mark.parametrize(
    ("key", "live"), [("sk_test_1", True), ("rk_test_1", True), ("sk_live_1", False), ("rk_live_1", False)]
)
async def test_a_dispute_of_the_other_mode_is_refused(stripe: Scripted, key: str, *, live: bool) -> None:
    stripe.says(a_dispute(livemode=live))
    async with opened(stripe, key) as gateway:
        with pytest.raises(Refused, match="mode"):
            await gateway.dispute("du_example")


async def test_an_answer_that_is_no_dispute_is_refused(stripe: Scripted) -> None:
    stripe.says({"object": "list", "data": [], "has_more": False, "url": "/v1/disputes"})
    async with opened(stripe) as gateway:
        with pytest.raises(Refused, match="not a Stripe dispute"):
            await gateway.dispute("")


async def test_text_that_no_request_can_carry_is_refused(stripe: Scripted) -> None:
    async with opened(stripe) as gateway:
        with pytest.raises(Refused, match="cannot be written"):
            await gateway.stage(seen(), Packet(fields={"customer_name": "\ud800"}), key="k")


async def test_tells_stripe_nothing_about_the_machine(stripe: Scripted) -> None:
    async with opened(stripe) as gateway:
        await gateway.dispute("du_example")
        await gateway.dispute("du_example")
    assert not sdk.enable_telemetry
    assert not [asked for asked in stripe.asked if "x-stripe-client-telemetry" in asked.headers]


async def test_files_a_packet_with_a_picture_once() -> None:
    async with simulated(a_charge(), a_dispute()) as stand, pointed_at(stand) as gateway:
        dispute = await gateway.dispute("du_example")
        file = await gateway.upload(dispute, "parcel.png", PICTURE, key="du_example:upload:1")
        again = await gateway.upload(dispute, "parcel.png", PICTURE, key="du_example:upload:1")
        files = (PacketFile(field="shipping_documentation", name="parcel.png", file=file),)
        staged = await gateway.stage(dispute, Packet(fields={"customer_name": "Ida"}, files=files), key="s")
        assert (staged.staged, staged.submissions, staged.status) == (True, 0, "needs_response")
        assert staged.evidence == {"customer_name": "Ida", "shipping_documentation": file}
        filed = await gateway.submit(staged, key="du_example:submit:1")
        kept = await stand.sdk().v1.files.retrieve_async(file)
    assert (file, kept.filename, kept.purpose) == (again, "parcel.png", "dispute_evidence")
    assert (filed.status, filed.submissions) == ("under_review", 1)


async def test_a_submission_whose_answer_was_lost_is_not_sent_twice() -> None:
    async with simulated(a_charge(), a_dispute()) as stand, pointed_at(stand) as gateway:
        dispute = await gateway.dispute("du_example")
        await gateway.stage(dispute, Packet(fields={"customer_name": "Ida"}), key="s")
        await stand.post("/faults", {"method": "POST", "path": "/v1/disputes/*", "kind": "timeout_after"})
        filed = await gateway.submit(dispute, key="du_example:submit:1")
        assert (filed.status, (await stand.counts("du_example"))["submissions"]) == ("under_review", 1)


async def test_a_dispute_nobody_knows_is_refused() -> None:
    async with simulated() as stand, pointed_at(stand) as gateway:
        with pytest.raises(Refused, match="No such dispute: 'du_none'"):
            await gateway.dispute("du_none")
