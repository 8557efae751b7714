"""Parameters of the wrong type, expired keys, and requests that are refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from simulator.errors import StripeError
from simulator.http.idempotency import IdempotencyKeys
from simulator.http.parameters import (
    BooleanParameter,
    FileParameter,
    HashParameter,
    IntegerParameter,
    ListParameter,
    MetadataParameter,
    TextParameter,
    TimeParameter,
    parse_pairs,
)
from simulator.rules.files import MAX_STORED_BYTES, store_content
from tests.simulator.harness import SDK_WARNING, a_charge, a_dispute, an_inquiry, inbox, simulated

pytestmark = SDK_WARNING
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (TextParameter(3), "four"),
        (TextParameter(), {"a": "b"}),
        (IntegerParameter(), "seven"),
        (BooleanParameter(), "yes"),
        (FileParameter(), "a path"),
        (ListParameter(TextParameter()), "plain"),
        (ListParameter(TextParameter()), {"x": "y"}),
        (HashParameter({}), "plain"),
        (HashParameter({"a": TextParameter()}, ("a",)), {}),
        (MetadataParameter(), "plain"),
        (MetadataParameter(), {str(n): "x" for n in range(51)}),
        (MetadataParameter(), {"key": "x" * 501}),
        (TimeParameter(), "yesterday"),
        (TimeParameter(), {"since": "1"}),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_before_anything_is_tried(shape, value):
    with pytest.raises(StripeError) as refused:
        shape.read(value, "field")
    assert refused.value.status == 400
    assert (refused.value.param or "").startswith("field")
    assert not refused.value.executed


def test_bracketed_names_become_hashes_and_arrays():
    pairs = [("a[b][c]", "1"), ("a[b][d]", "2"), ("list[]", "x"), ("list[]", "y"), ("at[1]", "q"), ("at[0]", "p")]
    parsed = parse_pairs(pairs)
    assert parsed["a"] == {"b": {"c": "1", "d": "2"}}
    assert ListParameter(TextParameter()).read(parsed["list"], "list") == ["x", "y"]
    assert ListParameter(TextParameter()).read(parsed["at"], "at") == ["p", "q"]


def test_a_name_that_is_both_text_and_hash_is_refused():
    with pytest.raises(StripeError):
        parse_pairs([("a", "1"), ("a[b]", "2")])


def test_a_key_is_forgotten_after_a_day():
    keys, key = IdempotencyKeys(), ("test", "once")
    assert keys.begin(key, "digest", NOW) is None
    keys.store(key, 200, "{}")
    stored = keys.begin(key, "digest", NOW + timedelta(hours=24))
    assert stored is not None
    assert keys.begin(key, "digest", NOW + timedelta(hours=24, seconds=1)) is None


def test_a_key_of_256_characters_is_refused():
    with pytest.raises(StripeError) as refused:
        IdempotencyKeys().begin(("test", "x" * 256), "digest", NOW)
    assert refused.value.kind == "idempotency_error"


def test_the_oldest_contents_go_when_there_are_too_many():
    contents: dict[str, bytes] = {}
    for name in ("old", "new", "newest"):
        store_content(contents, name, bytes(MAX_STORED_BYTES // 2))
    assert list(contents) == ["new", "newest"]


@pytest.mark.parametrize("word", ["winning_evidence", "losing_evidence"])
async def test_an_inquiry_decided_either_way_closes_as_an_inquiry(word):
    async with simulated(an_inquiry()) as simulator:
        await simulator.sdk().v1.disputes.update_async("du_1", {"evidence": {"uncategorized_text": word}})
        closed = await simulator.until("du_1", "warning_closed")
        assert closed.balance_transactions == []
        assert (await simulator.event_types())[-1] == "charge.dispute.closed"


async def test_a_payment_is_refunded_through_its_latest_charge():
    intent = {"id": "pi_1", "object": "payment_intent", "latest_charge": "ch_1", "livemode": False}
    async with simulated(a_charge(), intent) as simulator:
        refund = await simulator.sdk().v1.refunds.create_async({"payment_intent": "pi_1", "amount": 100})
        assert (refund.charge, refund.amount, refund.status) == ("ch_1", 100, "succeeded")
        assert await simulator.event_types() == ["refund.created", "charge.refunded"]
        (row,) = (await simulator.sdk().v1.balance_transactions.list_async({"source": refund.id})).data
        assert (row.amount, row.type) == (-100, "refund")


@pytest.mark.parametrize("params", [{"charge": "ch_1", "amount": 4_201}, {"charge": "ch_1", "amount": 0}, {}])
async def test_a_refund_of_nothing_or_too_much_is_refused(params):
    async with simulated(a_charge()) as simulator:
        with pytest.raises(stripe.InvalidRequestError):
            await simulator.sdk().v1.refunds.create_async(params)
        assert (await simulator.sdk().v1.charges.retrieve_async("ch_1")).amount_refunded == 0


async def test_a_file_link_is_refused_rather_than_forgotten():
    async with simulated() as simulator:
        params: Any = {"purpose": "dispute_evidence", "file_link_data[create]": "true"}
        answer = await simulator.control.post(
            "/v1/files",
            data=params,
            files={"file": ("a.png", b"\x89PNG\r\n\x1a\n")},
            headers={"Authorization": "Bearer sk_test_1"},
        )
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file_link_data")


async def test_an_endpoint_that_is_down_gets_its_event_when_it_is_back():
    async with simulated(a_dispute(), webhook="http://127.0.0.1:9/hook") as simulator, inbox() as (box, hook):
        await simulator.post("/settings", {"webhook": hook})
        (event,) = await box.until(1)
        assert event["type"] == "charge.dispute.created"


async def test_compliance_evidence_on_another_dispute_is_refused():
    async with simulated(a_dispute()) as simulator:
        params: Any = {"evidence": {"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}}
        with pytest.raises(stripe.InvalidRequestError, match="not eligible for visa_compliance"):
            await simulator.sdk().v1.disputes.update_async("du_1", params)


async def test_enhanced_evidence_and_metadata_can_be_cleared():
    case = a_dispute(
        metadata={"a": "1"},
        enhanced_eligibility_types=["visa_compliance"],
        evidence={"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}},
    )
    async with simulated(case) as simulator:
        params: Any = {"metadata": "", "evidence": {"enhanced_evidence": ""}, "submit": False}
        cleared = (await simulator.sdk().v1.disputes.update_async("du_1", params)).to_dict()
        assert (cleared["metadata"], cleared["evidence"]["enhanced_evidence"]) == ({}, {})
        state = cleared["evidence_details"]["enhanced_eligibility"]["visa_compliance"]["status"]
        assert state == "requires_fee_acknowledgement"
