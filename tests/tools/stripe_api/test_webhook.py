"""Webhook signatures and envelopes."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe as sdk
from stripe.events import UnknownEventNotification
from stripe.events._event_classes import get_v2_event_notification_class

from disputes.errors import Forged
from disputes.ports.webhooks import Heard
from disputes.repositories.events import WebhookEvent
from disputes.repositories.unrecognised_events import UnrecognisedEvent
from simulator.objects import a_dispute
from tools.stripe_api.webhook import StripeWebhooks

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD, NEW = "whsec_old", "whsec_new"
SECONDS = int(NOW.timestamp())


def verify_and_read(
    payload: bytes, signature: str | None, *, secrets: tuple[str, ...] = (OLD, NEW), live: bool = False
) -> Heard:
    webhooks = StripeWebhooks(secrets, livemode=live, now=lambda: NOW)
    return webhooks.read(payload, {} if signature is None else {"stripe-signature": signature})


def an_event(**changes: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "charge.dispute.created",
        "created": SECONDS - 2,
        "livemode": False,
        "data": {"object": a_dispute(id="du_1")},
    } | changes


def a_thin_event(**changes: Any) -> dict[str, Any]:
    return {
        "id": "evt_test_65ThinOne",
        "object": "v2.core.event",
        "type": "v1.charge.dispute.created",
        "created": "2026-11-21T11:59:58.000Z",
        "livemode": False,
        "related_object": {"id": "du_1", "type": "dispute", "url": "/v1/disputes/du_1"},
    } | changes


def written(event: object) -> bytes:
    return json.dumps(event).encode()


def signed(payload: bytes, *, secret: str = NEW, at: int = SECONDS) -> str:
    return str(sdk.WebhookSignature.generate_signature_header(payload.decode(), secret, at))


def hear(event: object, *, live: bool = False) -> Heard:
    payload = written(event)
    return verify_and_read(payload, signed(payload), live=live)


def read(event: object, *, live: bool = False) -> WebhookEvent:
    heard = hear(event, live=live)
    assert isinstance(heard, WebhookEvent)
    return heard


def unrecognised(event: object) -> UnrecognisedEvent:
    heard = hear(event)
    assert isinstance(heard, UnrecognisedEvent)
    return heard


def why_forged(payload: bytes, signature: str | None, *, secrets: tuple[str, ...] = (OLD, NEW)) -> Forged:
    with pytest.raises(Forged) as raised:
        verify_and_read(payload, signature, secrets=secrets)
    assert all(secret not in str(raised.value) for secret in secrets if secret)
    return raised.value


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_either_secret_verifies_while_they_rotate(secret: str) -> None:
    payload = written(an_event())
    event = verify_and_read(payload, signed(payload, secret=secret))
    created = datetime.fromtimestamp(SECONDS - 2, UTC)
    assert event == WebhookEvent(
        provider="stripe", id="evt_1", type="charge.dispute.created", dispute_id="du_1", created=created
    )


def test_keeps_the_connected_account() -> None:
    assert read(an_event(account="acct_seller")).account == "acct_seller"


@pytest.mark.parametrize(
    ("account", "context", "found"),
    [(None, "acct_1", "acct_1"), ("acct_1", "acct_0/acct_1", "acct_1"), (None, "", None), (None, None, None)],
)
def test_a_snapshot_of_an_organization_names_its_account_in_the_context(
    account: str | None, context: str | None, found: str | None
) -> None:
    assert read(an_event(account=account, context=context)).account == found


def test_a_thin_event_is_taken_as_its_snapshot_is() -> None:
    assert read(a_thin_event()) == WebhookEvent(
        provider="stripe",
        id="evt_test_65ThinOne",
        type="v1.charge.dispute.created",
        dispute_id="du_1",
        created=datetime.fromtimestamp(SECONDS - 2, UTC),
    )


def test_the_context_of_a_thin_event_is_the_account() -> None:
    assert read(a_thin_event(context="acct_seller")).account == "acct_seller"


@pytest.mark.parametrize("kind", ["created", "updated", "closed", "funds_withdrawn", "funds_reinstated"])
def test_every_thin_dispute_event_that_the_sdk_knows_is_taken(kind: str) -> None:
    known = get_v2_event_notification_class(f"v1.charge.dispute.{kind}")
    assert known is not UnknownEventNotification
    assert read(a_thin_event(type=f"v1.charge.dispute.{kind}")).dispute_id == "du_1"


@pytest.mark.parametrize(
    "changes",
    [
        {"context": "acct_platform/acct_seller"},
        {"context": "org_1"},
        {"context": {"account": "acct_1"}},
        {"related_object": None},
        {"related_object": {"id": "ch_1", "type": "charge", "url": "/v1/charges/ch_1"}},
        {"created": SECONDS},
        {"created": "2026-11-21T11:59:58"},
        {"created": "yesterday"},
        {"id": None},
        {"type": "v1.charge.dispute."},
    ],
    ids=repr,
)
def test_a_thin_event_of_a_wrong_shape_is_not_acknowledged(changes: dict[str, Any]) -> None:
    found = unrecognised(a_thin_event(**changes))
    assert not found.acknowledged
    assert found.reason.startswith("This event ")


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


def test_each_way_to_be_forged_has_its_word_and_says_what_to_check() -> None:
    payload = written(an_event())
    pretty = json.dumps(an_event(), indent=2).encode()
    told = {
        forged.reason: str(forged)
        for forged in (
            why_forged(payload, None),
            why_forged(payload, "nonsense"),
            why_forged(payload, signed(payload, secret="whsec_other")),
            why_forged(payload, signed(payload, at=SECONDS - 400)),
            why_forged(payload, signed(pretty)),
            why_forged("{é}".encode("latin-1"), signed(b"{}")),
            why_forged(payload, signed(payload), secrets=()),
        )
    }
    words = {
        "no_header": "no Stripe-Signature header",
        "header_unreadable": "t=...,v1=...",
        "wrong_secret": "STRIPE_WEBHOOK_SECRET",
        "time": "400 seconds",
        "body_rewritten": "raw bytes",
        "body_changed": "UTF-8",
        "no_secret": "No STRIPE_WEBHOOK_SECRET",
    }
    assert told.keys() == words.keys()
    assert all(word in told[reason] for reason, word in words.items())


@pytest.mark.parametrize(("at", "side"), [(SECONDS + 400, "clock is behind"), (SECONDS - 400, "clock is ahead")])
def test_a_time_that_is_off_names_the_seconds_and_the_side(at: int, side: str) -> None:
    payload = written(an_event())
    forged = why_forged(payload, signed(payload, at=at))
    assert (forged.reason, forged.seconds) == ("time", 400)
    assert side in str(forged)


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda event: json.dumps(event, separators=(",", ":")),
        lambda event: json.dumps(event, indent=4),
        lambda event: json.dumps(event, ensure_ascii=False),
        lambda event: json.dumps(event, indent=2) + "\n",
    ],
)
def test_a_body_that_was_parsed_and_written_anew_is_told_from_a_wrong_secret(rewrite: Callable[[object], str]) -> None:
    event = an_event(note="Zoë")
    as_stripe_writes = json.dumps(event, indent=2, ensure_ascii=False).encode()
    forged = why_forged(rewrite(event).encode(), signed(as_stripe_writes))
    assert forged.reason == "body_rewritten"


def test_a_long_body_that_nobody_signed_is_not_parsed() -> None:
    original = json.dumps(an_event(note="x" * 70_000), indent=2).encode()
    forged = why_forged(written(json.loads(original)), signed(original))
    assert forged.reason == "wrong_secret"


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
def test_what_is_no_event_is_not_acknowledged(payload: bytes) -> None:
    heard = verify_and_read(payload, signed(payload))
    assert isinstance(heard, UnrecognisedEvent)
    assert not heard.acknowledged
    assert re.fullmatch("sha256:[0-9a-f]{64}", heard.id)


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
def test_a_dispute_event_of_a_wrong_shape_is_not_acknowledged(changes: dict[str, Any]) -> None:
    found = unrecognised(an_event(**changes))
    assert not found.acknowledged
    assert found.reason


@pytest.mark.parametrize("kind", ["charge.refunded", "radar.early_fraud_warning.created", "ping", "x" * 9_999])
def test_other_events_are_ignored(kind: str) -> None:
    assert hear(an_event(type=kind, data=None, id=None)) is None


@pytest.mark.parametrize(
    "event",
    [
        an_event(type="issuing_dispute.created", data=None),
        an_event(type="charge.chargeback.opened", data=None),
        an_event(type="charge.contested"),
        a_thin_event(type="v1.issuing_dispute.created", related_object=None),
        a_thin_event(type="v3.charge.contested"),
    ],
    ids=lambda event: event["type"],
)
def test_what_sounds_like_a_dispute_is_acknowledged_and_shown(event: dict[str, Any]) -> None:
    found = unrecognised(event)
    assert (found.acknowledged, found.id, found.type) == (True, event["id"], event["type"])


def test_nothing_but_id_type_and_reason_is_kept_of_what_is_not_recognised() -> None:
    secret = "Jane Doe wants her money"
    found = unrecognised(an_event(id=secret, type=f"dispute of {secret}", data=secret))
    assert secret not in found.model_dump_json()


@pytest.mark.parametrize("dispute", ["du_1", "dp_1", "pdp_1"])
def test_every_form_of_dispute_id_is_read(dispute: str) -> None:
    assert read(an_event(data={"object": {"object": "dispute", "id": dispute}})).dispute_id == dispute


@pytest.mark.parametrize(("live", "key_live"), [(True, False), (False, True)])
def test_an_event_of_the_other_mode_is_kept_and_refused(*, live: bool, key_live: bool) -> None:
    event = read(an_event(livemode=live), live=key_live)
    assert event.livemode is live
    assert "mode" in event.refused


@pytest.mark.parametrize("live", [True, False])
def test_an_event_of_our_own_mode_is_not_refused(*, live: bool) -> None:
    assert read(an_event(livemode=live), live=live).refused == ""


def test_the_webhooks_of_a_live_key_are_read_in_its_mode_and_by_its_own_clock() -> None:
    payload = written(an_event())
    event = verify_and_read(payload, signed(payload), live=True)
    assert isinstance(event, WebhookEvent)
    assert event.refused == "This event is from test mode, and the key is a live key."
