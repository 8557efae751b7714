"""The webhook endpoint stores each genuine event once, refuses every other, and never waits for the queue."""

import asyncio
import json
from datetime import timedelta

import pytest
import structlog

from api.routes.webhook import MAX_BODY_BYTES
from disputes.errors import TryAgain
from tests.api.builders import SECRET, an_event, payload, signed
from tests.fakes import NOON, FakeRepositories

RECEIVED = {"received": True}


async def deliver(client, body, headers=None):
    return await client.post("/webhooks/stripe", content=body, headers=signed(body) if headers is None else headers)


async def stored(repositories):
    return await repositories.events.unhandled(before=NOON + timedelta(days=1))


async def test_a_signed_dispute_event_is_stored_and_enqueued(client, repositories, queue):
    answer = await deliver(client, payload(an_event(account="acct_1")))
    assert (answer.status_code, answer.json()) == (200, RECEIVED)
    assert [(event.id, event.dispute_id) for event in await stored(repositories)] == [("evt_1", "du_1")]
    assert queue.jobs == [("du_1", "acct_1")]


async def test_any_content_type_will_do_since_only_the_bytes_count(client, repositories):
    body = payload(an_event())
    for number, kind in enumerate(["application/json", "text/plain", "multipart/form-data; boundary=x", ""]):
        body = payload(an_event(f"evt_{number}"))
        answer = await deliver(client, body, signed(body) | {"Content-Type": kind})
        assert answer.status_code == 200
    assert len(await stored(repositories)) == 4


async def test_a_second_delivery_is_acknowledged_and_rings_nobody(client, repositories, queue):
    answers = [await deliver(client, payload(an_event())) for _ in range(3)]
    assert [answer.json() for answer in answers] == [RECEIVED] * 3
    assert len(await stored(repositories)) == len(queue.jobs) == 1


async def test_deliveries_at_the_same_time_are_enqueued_once(client, repositories, queue):
    answers = await asyncio.gather(*(deliver(client, payload(an_event())) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await stored(repositories)) == len(queue.jobs) == 1


@pytest.mark.parametrize("secret", ["whsec_old", SECRET])
async def test_each_of_the_rotating_secrets_is_good(client, repositories, secret):
    body = payload(an_event())
    assert (await deliver(client, body, signed(body, secret=secret))).status_code == 200
    assert await stored(repositories)


def _forged():
    body = payload(an_event())
    good = signed(body)["Stripe-Signature"]
    yield "none", {}
    yield "empty", {"Stripe-Signature": ""}
    yield "wrong secret", signed(body, secret="whsec_other")
    yield "other body", signed(body + b" ")
    yield "old", signed(body, at=NOON - timedelta(seconds=301))
    yield "future", signed(body, at=NOON + timedelta(seconds=301))
    yield "no time", {"Stripe-Signature": good.partition(",")[2]}
    yield "not a header", {"Stripe-Signature": "\xff" * 40}
    yield "huge", {"Stripe-Signature": "t=1," + "v1=0," * 5_000}


@pytest.mark.parametrize("headers", [pytest.param(headers, id=name) for name, headers in _forged()])
async def test_a_forged_event_is_refused_and_leaves_no_trace(client, repositories, queue, headers):
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await deliver(client, payload(an_event()), sent)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid signature"})
    assert not await stored(repositories)
    assert not queue.jobs


async def test_an_event_signed_just_within_the_tolerance_is_taken(client):
    body = payload(an_event())
    for moment in (NOON - timedelta(seconds=299), NOON + timedelta(seconds=299)):
        assert (await deliver(client, body, signed(body, at=moment))).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not json", id="not json"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"{}", id="no type"),
        pytest.param(b"[" * 200_000, id="deep"),
        pytest.param(b'{"type":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", id="deep type"),
        pytest.param(b'{"type": "charge.dispute.created", "created": ' + b"9" * 5_000 + b"}", id="huge number"),
        pytest.param(payload(an_event(data={})), id="no object"),
        pytest.param(payload(an_event(data={"object": {"object": "charge", "id": "ch_1"}})), id="a charge"),
        pytest.param(payload(an_event(dispute_id="../../etc")), id="odd dispute id"),
        pytest.param(payload(an_event(dispute_id="du_1\u0000")), id="NUL in the dispute id"),
        pytest.param(payload(an_event(dispute_id="du_\ud800")), id="half a surrogate in the dispute id"),
        pytest.param(payload(an_event("evt_\u0000")), id="NUL in the event id"),
        pytest.param(payload(an_event(created=None)), id="no time"),
        pytest.param(payload(an_event(created=10**40)), id="no possible time"),
        pytest.param(payload(an_event(account=7)), id="odd account"),
        pytest.param(payload(an_event(type="charge.dispute.\u0000")), id="odd type"),
    ],
)
async def test_a_signed_body_that_is_no_dispute_event_is_refused(client, repositories, queue, body):
    answer = await deliver(client, body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not await stored(repositories)
    assert not queue.jobs


async def test_bytes_that_are_no_text_are_refused(client):
    answer = await deliver(client, b"\xff\xfe\x00", signed(b"{}"))
    assert answer.status_code == 401


@pytest.mark.parametrize("kind", ["charge.succeeded", "ping", "unheard.of.thing", ""])
async def test_events_about_other_things_are_acknowledged_and_not_kept(client, repositories, queue, kind):
    answer = await deliver(client, payload(an_event(type=kind)))
    assert (answer.status_code, answer.json()) == (200, RECEIVED)
    assert not await stored(repositories)
    assert not queue.jobs


async def test_an_unknown_dispute_event_with_unknown_status_and_reason_is_kept(client, repositories, queue):
    new = {"id": "du_1", "object": "dispute", "status": "status_of_2031", "reason": "reason_of_2031"}
    answer = await deliver(client, payload(an_event(type="charge.dispute.reconsidered", data={"object": new})))
    assert answer.status_code == 200
    assert len(await stored(repositories)) == len(queue.jobs) == 1


async def test_a_dispute_without_charge_or_deadline_or_with_odd_money_is_kept(client, repositories):
    bare = {"id": "du_1", "object": "dispute", "charge": None, "evidence_details": {"due_by": None}}
    for number, currency in enumerate(("jpy", "kwd")):
        event = an_event(f"evt_{number}", data={"object": bare | {"currency": currency, "amount": 4_200}})
        assert (await deliver(client, payload(event))).status_code == 200
    assert len(await stored(repositories)) == 2


async def test_a_live_event_on_a_test_key_is_acknowledged_and_not_enqueued(client, repositories, queue):
    answers = [await deliver(client, payload(an_event(livemode=True))) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not await stored(repositories)
    assert not queue.jobs
    event = only_event(repositories) if isinstance(repositories, FakeRepositories) else None
    assert event is None or event.refused


def only_event(repositories):
    (row,) = repositories.database.events.values()
    return row.event


async def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not(client, repositories):
    room = MAX_BODY_BYTES - len(payload(an_event(padding="")))
    fits = payload(an_event(padding="x" * room))
    assert len(fits) == MAX_BODY_BYTES
    assert (await deliver(client, fits)).status_code == 200
    answer = await deliver(client, payload(an_event("evt_2", padding="x" * (room + 1))))
    assert answer.status_code == 413
    assert answer.json()["error"]
    assert [event.id for event in await stored(repositories)] == ["evt_1"]


async def test_a_long_body_without_a_length_is_cut_off_at_the_limit(client):
    sent = 0

    async def parts():
        nonlocal sent
        for _ in range(100):
            sent += 65_536
            yield b"x" * 65_536

    answer = await client.post("/webhooks/stripe", content=parts(), headers={"Stripe-Signature": "t=1,v1=0"})
    assert answer.status_code == 413
    assert sent < MAX_BODY_BYTES + 3 * 65_536


async def test_a_silent_queue_does_not_lose_the_event_nor_fail_the_request(client, repositories, queue):
    for number, trouble in enumerate((TryAgain("Redis is away."), ConnectionRefusedError(), TimeoutError())):
        queue.down = trouble
        answer = await deliver(client, payload(an_event(f"evt_{number}")))
        assert (answer.status_code, answer.json()) == (200, RECEIVED)
    assert len(await stored(repositories)) == 3


async def test_without_the_database_stripe_is_asked_to_come_again(client, deps, repositories, queue):
    if not isinstance(repositories, FakeRepositories):
        pytest.skip("tests/tools/postgres tests a database that fails")
    repositories.database.down = TryAgain("The database at 10.1.2.3 does not answer.")
    answer = await deliver(client, payload(an_event()))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "10.1.2.3" not in answer.text
    assert not queue.jobs


async def test_a_refusal_says_in_the_log_alone_why_and_holds_no_secret_signature_or_body(client):
    body, mark = payload(an_event(note="Jane Doe")), "t="
    ways = {
        "no_header": (body, {}),
        "header_unreadable": (body, {"Stripe-Signature": "nonsense"}),
        "wrong_secret": (body, signed(body, secret="whsec_other")),
        "time": (body, signed(body, at=NOON - timedelta(seconds=400))),
        "body_rewritten": (json.dumps(an_event(note="Jane Doe"), indent=4).encode(), signed(body)),
    }
    with structlog.testing.capture_logs() as logs:
        answers = [await deliver(client, sent, headers) for sent, headers in ways.values()]
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, '{"error":"invalid signature"}')}
    assert [line["reason"] for line in logs] == list(ways)
    assert [line.get("seconds") for line in logs if line["reason"] == "time"] == [400]
    told = json.dumps(logs)
    assert not any(word in told for word in (SECRET, "whsec_", "Jane", mark + str(int(NOON.timestamp())), "v1=0"))


async def test_a_processor_that_is_not_built_is_told_so_in_words(client, repositories):
    answer = await client.post("/webhooks/braintree", content=b"bt_signature=x", headers=signed(b"bt_signature=x"))
    assert answer.status_code == 404
    assert answer.json() == {"error": "No webhooks of this processor are taken here, only those of: stripe."}
    assert await repositories.unrecognised_events.count() == 0


async def test_what_is_not_recognised_is_stored_logged_and_acknowledged_or_not(client, repositories):
    with structlog.testing.capture_logs() as logs:
        taken = await deliver(client, payload(an_event("evt_1", type="issuing_dispute.created")))
        refused = await deliver(client, payload(an_event("evt_2", data=None)))
    assert (taken.status_code, refused.status_code) == (200, 400)
    assert [(line["event"], line["event_id"]) for line in logs] == [
        ("webhook.unrecognised", "evt_1"),
        ("webhook.unrecognised", "evt_2"),
    ]
    assert {kept.id for kept in await repositories.unrecognised_events.newest()} == {"evt_1", "evt_2"}


async def test_logs_name_the_event_and_quote_nothing(client):
    secret = "Please refund me, says Jane Doe"
    event = an_event(data={"object": {"id": "du_1", "object": "dispute", "evidence": {"customer_name": secret}}})
    with structlog.testing.capture_logs() as logs:
        await deliver(client, payload(event))
        await deliver(client, payload(event), {})
    assert [line["event"] for line in logs] == ["webhook.received", "webhook.forged"]
    assert logs[0]["dispute_id"] == "du_1"
    assert "Jane" not in json.dumps(logs)
