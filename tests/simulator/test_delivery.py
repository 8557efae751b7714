"""Webhook delivery: order, retries, duplicates and lost events."""

from typing import Any

from tests.simulator.harness import SDK_WARNING, a_dispute, inbox, simulated

pytestmark = SDK_WARNING

WITHDRAWAL = {"id": "txn_1", "object": "balance_transaction", "amount": -4_200, "fee": 1_500, "currency": "usd"}


def named(events):
    return [event["type"] for event in events]


async def test_a_world_announces_its_disputes_with_signed_events():
    async with inbox() as (box, hook), simulated(a_dispute(balance_transactions=[WITHDRAWAL]), webhook=hook):
        created, withdrawn = await box.until(2)
        assert named([created, withdrawn]) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
        assert created["id"].startswith("evt_")
        assert created["api_version"] == "2026-10-28.endive"
        assert (created["livemode"], created["pending_webhooks"]) == (False, 1)
        assert created["data"]["object"]["id"] == "du_1"
        assert "account" not in created


async def test_events_come_in_stripes_order_when_a_dispute_is_won():
    async with inbox() as (box, hook), simulated(a_dispute(), webhook=hook) as simulator:
        evidence: Any = {"uncategorized_text": "winning_evidence"}
        await simulator.sdk().v1.disputes.update_async("du_1", {"evidence": evidence})
        assert named(await box.until(4)) == [
            "charge.dispute.created",
            "charge.dispute.updated",
            "charge.dispute.funds_reinstated",
            "charge.dispute.closed",
        ]
        updated = box.events[1]
        assert updated["data"]["previous_attributes"]["status"] == "needs_response"
        assert updated["data"]["object"]["status"] == "under_review"
        assert updated["request"]["id"].startswith("req_")


async def test_a_refused_delivery_is_tried_again():
    async with inbox(500, 503) as (box, hook), simulated(a_dispute(), webhook=hook) as simulator:
        (event,) = await box.until(1)
        assert [again["id"] for again in box.rejected] == [event["id"]] * 2
        for _ in range(1_000):
            done = await simulator.sdk().v1.events.list_async({"delivery_success": True})
            if done.data:
                break
        assert [retrieved.id for retrieved in done.data] == [event["id"]]


async def test_a_lost_event_is_found_among_the_undelivered():
    async with inbox() as (box, hook), simulated(a_dispute(), webhook=hook, drop=1.0) as simulator:
        await simulator.control.patch("/_sim/knobs", json={"drop": 0.0})
        await simulator.post("/disputes/du_1/send", {"type": "charge.dispute.updated"})
        assert named(await box.until(1)) == ["charge.dispute.updated"]
        missed = await simulator.sdk().v1.events.list_async(
            {"types": ["charge.dispute.created"], "delivery_success": False}
        )
        assert [event.data.object["id"] for event in missed.data] == ["du_1"]


async def test_a_duplicate_has_the_same_id_and_a_twin_another():
    async with inbox() as (box, hook), simulated(a_dispute(), webhook=hook, duplicates=1.0, twins=1.0):
        events = await box.until(4)
        assert len({event["id"] for event in events}) == 2
        assert len({str(event["data"]) for event in events}) == 1


async def test_a_reordered_event_arrives_after_the_next():
    async with inbox() as (box, hook), simulated(a_dispute(), webhook=hook, reorder=1.0) as simulator:
        await simulator.control.patch("/_sim/knobs", json={"reorder": 0.0})
        await simulator.sdk().v1.disputes.close_async("du_1")
        assert named(await box.until(2)) == ["charge.dispute.closed", "charge.dispute.created"]


async def test_an_event_of_a_connected_account_names_it():
    async with inbox() as (box, hook), simulated(a_dispute(_account="acct_2"), webhook=hook):
        (event,) = await box.until(1)
        assert event["account"] == "acct_2"
        assert "_account" not in str(event)


async def test_the_endpoint_can_be_moved_and_events_sent_again():
    async with simulated(a_dispute()) as simulator, inbox() as (box, hook):
        await simulator.post("/settings", {"webhook": hook})
        await simulator.post("/disputes/du_1/send", {"type": "charge.dispute.created"})
        assert named(await box.until(1)) == ["charge.dispute.created"]
