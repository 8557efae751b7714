"""Webhook signatures and envelopes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe as sdk

from disputes.errors import Forged, Invalid
from disputes.repositories.events import WebhookEvent
from simulator.objects import a_dispute
from tools.stripe_api import webhook
from tools.stripe_api.webhook import StripeWebhooks

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD, NEW = "whsec_old", "whsec_new"
SECONDS = int(NOW.timestamp())


def verify_and_read(
    payload: bytes, signature: str | None, *, secrets: tuple[str, ...] = (OLD, NEW), live: bool = False
) -> WebhookEvent | None:
    webhook.verify(payload, signature, secrets=secrets, now=NOW)
    return webhook.read(payload, livemode=live)


def an_event(**changes: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "charge.dispute.created",
        "created": SECONDS - 2,
        "livemode": False,
        "data": {"object": a_dispute(id="du_1")},
    } | changes


def written(event: object) -> bytes:
    return json.dumps(event).encode()


def signed(payload: bytes, *, secret: str = NEW, at: int = SECONDS) -> str:
    return str(sdk.WebhookSignature.generate_signature_header(payload.decode(), secret, at))


def read(event: object, *, live: bool = False) -> WebhookEvent | None:
    payload = written(event)
    return verify_and_read(payload, signed(payload), live=live)


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_either_secret_verifies_while_they_rotate(secret: str) -> None:
    payload = written(an_event())
    event = verify_and_read(payload, signed(payload, secret=secret))
    created = datetime.fromtimestamp(SECONDS - 2, UTC)
    assert event == WebhookEvent(
        provider="stripe", id="evt_1", type="charge.dispute.created", dispute_id="du_1", created=created
    )


def test_keeps_the_connected_account() -> None:
    event = read(an_event(account="acct_seller"))
    assert event
    assert event.account == "acct_seller"


@pytest.mark.parametrize("at", [SECONDS - 300, SECONDS + 300])
def test_a_clock_may_be_five_minutes_off(at: int) -> None:
    payload = written(an_event())
    assert verify_and_read(payload, signed(payload, at=at))


@pytest.mark.parametrize("at", [SECONDS - 301, SECONDS + 301, 0, 10**30, 10**400])
def test_a_signature_from_another_time_is_forged(at: int) -> None:
    payload = written(an_event())
    with pytest.raises(Forged, match="300 seconds"):
        verify_and_read(payload, signed(payload, at=at))


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "t=",
        "nonsense",
        f"t={SECONDS}",
        f"t={SECONDS},v1=",
        f"t={SECONDS},v1=é",
        f"t={'9' * 5000},v1=a",
        "v1=a",
    ],
)
def test_a_header_that_is_no_signature_is_forged(signature: str | None) -> None:
    with pytest.raises(Forged):
        verify_and_read(written(an_event()), signature)


def test_a_time_the_two_readers_could_read_differently_is_forged() -> None:
    payload = written(an_event())
    with pytest.raises(Forged):
        verify_and_read(payload, signed(payload).replace(",", "=9,", 1))


def test_a_changed_body_is_forged() -> None:
    payload = written(an_event())
    with pytest.raises(Forged):
        verify_and_read(payload + b" ", signed(payload))


@pytest.mark.parametrize("secrets", [(), ("",), (" ",)])
def test_without_a_secret_every_signature_is_forged(secrets: tuple[str, ...]) -> None:
    payload = written(an_event())
    with pytest.raises(Forged):
        verify_and_read(payload, signed(payload, secret="".join(secrets)), secrets=secrets)


def test_bytes_that_are_no_text_are_forged() -> None:
    with pytest.raises(Forged):
        verify_and_read(b"\xff\xfe\x00", signed(b"{}"))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"event"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"created": ' + b"9" * 5_000 + b"}",
        b"{}",
        b'{"type": 1}',
        b'{"type": ["charge.dispute.created"]}',
    ],
    ids=[
        "empty",
        "cut",
        "list",
        "null",
        "text",
        "deep list",
        "deep hash",
        "huge number",
        "no type",
        "count",
        "list type",
    ],
)
def test_what_is_no_event_is_invalid(payload: bytes) -> None:
    with pytest.raises(Invalid) as raised:
        verify_and_read(payload, signed(payload))
    assert not isinstance(raised.value, Forged)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "evt_\x00"},
        {"id": "evt_\ud800"},
        {"id": "evt_" + "a" * 300},
        {"type": "charge.dispute.\x00"},
        {"type": "charge.dispute."},
        {"created": None},
        {"created": 10**40},
        {"created": True},
        {"account": 7},
        {"account": "../acct"},
        {"data": None},
        {"data": []},
        {"data": {"object": "du_1"}},
        {"data": {"object": {"object": "charge", "id": "ch_1"}}},
        {"data": {"object": {"object": "dispute", "id": "ch_1"}}},
        {"data": {"object": {"object": "dispute", "id": ["du_1"]}}},
        {"data": {"object": {"object": "dispute", "id": "du_1\n"}}},
        {"data": {"object": {"object": "dispute", "id": "du_../../x"}}},
    ],
    ids=repr,
)
def test_a_dispute_event_of_a_wrong_shape_is_invalid(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        read(an_event(**changes))


@pytest.mark.parametrize(
    "kind", ["charge.refunded", "v1.charge.dispute.created", "issuing_dispute.created", "x" * 9_999]
)
def test_other_events_are_ignored(kind: str) -> None:
    assert read(an_event(type=kind, data=None, id=None)) is None


@pytest.mark.parametrize("dispute", ["du_1", "dp_1", "pdp_1"])
def test_every_form_of_dispute_id_is_read(dispute: str) -> None:
    event = read(an_event(data={"object": {"object": "dispute", "id": dispute}}))
    assert event
    assert event.dispute_id == dispute


@pytest.mark.parametrize(("live", "key_live"), [(True, False), (False, True)])
def test_an_event_of_the_other_mode_is_kept_and_refused(*, live: bool, key_live: bool) -> None:
    event = read(an_event(livemode=live), live=key_live)
    assert event
    assert event.livemode is live
    assert "mode" in event.refused


@pytest.mark.parametrize("live", [True, False])
def test_an_event_of_our_own_mode_is_not_refused(*, live: bool) -> None:
    event = read(an_event(livemode=live), live=live)
    assert event
    assert event.refused == ""


def test_the_webhooks_of_a_live_key_are_read_in_its_mode_and_by_its_own_clock() -> None:
    payload = written(an_event())
    webhooks = StripeWebhooks((OLD, NEW), livemode=True, now=lambda: NOW)
    event = webhooks.read(payload, signed(payload))
    with pytest.raises(Forged):
        webhooks.read(payload + b" ", signed(payload))
    assert event
    assert event.refused == "This event is from test mode, and the key is a live key."
