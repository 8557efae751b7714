"""Idempotency keys and the faults of requests."""

import asyncio
from typing import Any

import httpx
import pytest
import stripe

from simulator.faults import Faults, FaultSettings
from tests.simulator.harness import SDK_WARNING, a_dispute, simulated

pytestmark = SDK_WARNING
KEY = {"Authorization": "Bearer sk_test_1", "Idempotency-Key": "once"}
ANSWER = "evidence[customer_name]=Ada"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def posted(simulator, body=ANSWER, **headers):
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return await simulator.control.post("/v1/disputes/du_1", content=body, headers={**KEY, **FORM, **named})


async def test_a_repeated_key_replays_the_answer_and_does_nothing():
    async with simulated(a_dispute()) as simulator:
        first, again = await posted(simulator), await posted(simulator)
        assert first.status_code == again.status_code == 200
        assert first.content == again.content
        assert "idempotent-replayed" not in first.headers
        assert again.headers["idempotent-replayed"] == "true"
        assert (await simulator.counts("du_1"))["submissions"] == 1


async def test_a_key_is_bound_to_its_parameters():
    async with simulated(a_dispute()) as simulator:
        await posted(simulator)
        with pytest.raises(stripe.IdempotencyError):
            await simulator.sdk().v1.disputes.update_async(
                "du_1", {"evidence": {"customer_name": "Bob"}}, {"idempotency_key": "once"}
            )


async def test_the_same_upload_under_one_key_is_stored_once():
    async with simulated() as simulator:
        made = []
        for _ in range(2):
            files: Any = {"file": ("a.png", b"\x89PNG\r\n\x1a\nx"), "purpose": (None, "dispute_evidence")}
            made.append((await simulator.control.post("/v1/files", files=files, headers=KEY)).json()["id"])
        assert made[0] == made[1]


async def test_a_key_in_use_is_refused_while_the_first_request_runs():
    async with simulated(a_dispute()) as simulator:
        await simulator.post("/faults", {"method": "POST", "path": "/v1/disputes/*", "kind": "slow"})
        await simulator.control.patch("/_sim/knobs", json={"hang": 1.0})
        answers = await asyncio.gather(posted(simulator), posted(simulator))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        clash = next(answer for answer in answers if answer.status_code == 409)
        assert clash.json()["error"]["code"] == "idempotency_key_in_use"
        assert (await simulator.counts("du_1"))["submissions"] == 1


async def test_a_refused_parameter_leaves_the_key_free():
    async with simulated(a_dispute()) as simulator:
        assert (await posted(simulator, body="evidence[shoe]=1")).status_code == 400
        assert (await posted(simulator)).status_code == 200


async def test_a_500_is_kept_for_its_key():
    async with simulated(a_dispute()) as simulator:
        await simulator.post("/faults", {"method": "POST", "path": "/v1/disputes/*", "kind": "500"})
        first, again = await posted(simulator), await posted(simulator)
        assert (first.status_code, again.status_code) == (500, 500)
        assert again.headers["idempotent-replayed"] == "true"
        assert (await simulator.counts("du_1"))["submissions"] == 0
        assert (await posted(simulator, Idempotency_Key="twice")).status_code == 200


async def test_a_lost_answer_is_replayed_to_the_sdk_that_tries_again():
    async with simulated(a_dispute()) as simulator:
        await simulator.post("/faults", {"method": "POST", "path": "/v1/disputes/*", "kind": "timeout_after"})
        sent = await simulator.sdk(retries=1).v1.disputes.update_async("du_1", {"evidence": {"customer_name": "Ada"}})
        assert sent.status == "under_review"
        assert (await simulator.counts("du_1"))["submissions"] == 1


async def test_a_lost_answer_without_retries_is_a_broken_connection_after_the_deed():
    async with simulated(a_dispute(), timeout_after_commit=1.0, paths=["/v1/disputes/*/close"]) as simulator:
        with pytest.raises(stripe.APIConnectionError):
            await simulator.sdk().v1.disputes.close_async("du_1")
        assert (await simulator.sdk().v1.disputes.retrieve_async("du_1")).status == "lost"


@pytest.mark.parametrize("kind", ["timeout_before", "reset"])
async def test_a_lost_request_changes_nothing(kind):
    async with simulated(a_dispute()) as simulator:
        await simulator.post("/faults", {"method": "POST", "path": "*", "kind": kind, "times": 2})
        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError):
                await posted(simulator)
        assert (await posted(simulator)).json()["status"] == "under_review"


async def test_a_rate_limit_says_why_and_is_not_stored():
    async with simulated(a_dispute()) as simulator:
        await simulator.post("/faults", {"method": "POST", "path": "*", "kind": "429"})
        limited = await posted(simulator)
        assert limited.status_code == 429
        assert limited.headers["stripe-rate-limited-reason"] == "global-rate"
        assert limited.json()["error"]["code"] == "rate_limit"
        assert (await posted(simulator)).status_code == 200


async def test_a_locked_object_is_a_429_without_a_reason():
    async with simulated(a_dispute()) as simulator:
        await simulator.post("/faults", {"path": "*", "kind": "lock_timeout"})
        limited = await posted(simulator)
        assert (limited.status_code, limited.json()["error"]["code"]) == (429, "lock_timeout")
        assert "stripe-rate-limited-reason" not in limited.headers


async def test_an_unknown_knob_or_chance_is_refused():
    async with simulated() as simulator:
        for wrong in ({"rate_418": 1}, {"rate_429": 1.5}):
            assert (await simulator.control.patch("/_sim/knobs", json=wrong)).status_code == 400


def test_the_same_seed_gives_the_same_faults():
    def faults(seed):
        generator = Faults(FaultSettings(rate_429=0.3, rate_500=0.3, seed=seed))
        return [generator.for_request("GET", "/v1/disputes") for _ in range(50)]

    assert faults(1) == faults(1)
    assert faults(1) != faults(2)
    assert {None, "429", "500"} == set(faults(1))


async def test_a_stripe_that_counts_more_pages_refuses_the_update_and_keeps_nothing_of_it():
    async with simulated(a_dispute()) as simulator:
        await simulator.post("/faults", {"method": "POST", "path": "/v1/disputes/*", "kind": "page_limit"})
        refused = await posted(simulator)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "dispute_evidence_page_limit_exceeded")
        assert (await posted(simulator)).content == refused.content
        retrieved = await simulator.sdk().v1.disputes.retrieve_async("du_1")
        assert retrieved.evidence.customer_name is None
        assert (await posted(simulator, Idempotency_Key="twice")).status_code == 200
