"""Shapes of webhook, written down from what Stripe and other processors document, with what each must come to.

Stripe: docs.stripe.com/webhooks, docs.stripe.com/event-destinations, docs.stripe.com/api/events and the SDK's event
classes; Braintree, Adyen, PayPal, Square: their references of dispute webhooks.
"""

import gzip
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from tests.api.builders import SECRET
from tests.fakes import NOON

STRIPE = "/webhooks/stripe"
SECONDS = int(NOON.timestamp())


@dataclass(frozen=True)
class Shape:
    """One body as it is posted; `about` is the dispute and the account that a stored one must name."""

    name: str
    body: bytes
    status: int
    comes_to: str
    about: tuple[str, str | None] | None = None
    path: str = STRIPE
    headers: dict[str, str] | None = None
    more: dict[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> dict[str, str]:
        """Its headers: its own, or the signature of Stripe over its bytes."""
        return {**(sign(self.body) if self.headers is None else self.headers), **self.more}


def sign(body: bytes) -> dict[str, str]:
    mac = hmac.new(SECRET.encode(), f"{SECONDS}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={SECONDS},v1={mac}"}


def dispute(dispute_id: str = "du_1MtJUT2eZvKYlo2CNaw2HvEv", **more: Any) -> dict[str, Any]:
    return {
        "id": dispute_id,
        "object": "dispute",
        "amount": 1_000,
        "balance_transactions": [],
        "charge": "ch_1AZtxr2eZvKYlo2CJDX8whov",
        "created": 1_680_651_737,
        "currency": "usd",
        "evidence": {},
        "evidence_details": {"due_by": 1_682_294_399, "has_evidence": False, "past_due": False, "submission_count": 0},
        "is_charge_refundable": True,
        "livemode": False,
        "metadata": {},
        "payment_intent": None,
        "reason": "general",
        "status": "warning_needs_response",
    } | more


def snapshot(kind: str = "charge.dispute.created", obj: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": "evt_1NG8Du2eZvKYlo2CUI79vXWy",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": 1_686_089_970,
        "data": {"object": dispute() if obj is None else obj},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    } | more


def thin(kind: str = "v1.charge.dispute.created", **more: Any) -> dict[str, Any]:
    return {
        "id": "evt_test_65R9Ijk8dKEYZcXeRWn16R9A7j1FSQ3w3TGDPLLGSM4CW0",
        "object": "v2.core.event",
        "type": kind,
        "livemode": False,
        "created": "2025-09-17T06:20:52.246Z",
        "related_object": {
            "id": "du_1MtJUT2eZvKYlo2CNaw2HvEv",
            "type": "dispute",
            "url": "/v1/disputes/du_1MtJUT2eZvKYlo2CNaw2HvEv",
        },
    } | more


def pretty(event: object) -> bytes:
    """The text as Stripe writes it."""
    return json.dumps(event, indent=2, ensure_ascii=False).encode()


OURS = "du_1MtJUT2eZvKYlo2CNaw2HvEv"
OLD = dispute("dp_00000000000000", charge="ch_00000000000000", status="needs_response")
for _new in ("payment_intent", "metadata"):
    del OLD[_new]
CHARGE = {"id": "ch_3MmlLrLkdIwHu7ix0snN0B15", "object": "charge", "disputed": True, "dispute": OURS}
WARNING = {"id": "issfr_1", "object": "radar.early_fraud_warning", "charge": "ch_1"}
ISSUING = {"id": "idp_1", "object": "issuing.dispute", "status": "submitted"}
SHOUTED = "payment_dispute.opened"

ADYEN_ITEM = {
    "eventCode": "NOTIFICATION_OF_CHARGEBACK",
    "merchantAccountCode": "YOUR_MERCHANT_ACCOUNT",
    "pspReference": "9915555555555555",
    "originalReference": "9913333333333333",
    "success": "true",
    "additionalData": {"disputeStatus": "Undefended", "hmacSignature": "+JWKfq4ynALK+FFzGgHnp1jSMQJMBJeb87dlph24sXw="},
}
ADYEN = {"live": "false", "notificationItems": [{"NotificationRequestItem": ADYEN_ITEM}]}
PAYPAL = {
    "id": "WH-4M0448861G563140B-9EX36365822141321",
    "event_type": "CUSTOMER.DISPUTE.CREATED",
    "resource_type": "dispute",
    "resource": {"dispute_id": "PP-000-042-663-135", "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"},
}
SQUARE = {
    "merchant_id": "0HPGX5JYE6EE1",
    "type": "dispute.created",
    "event_id": "a7e8c4b0-0d6e-4d8b-9a43-6f9e3c4a4b11",
    "data": {"type": "dispute", "id": "ORSEVtZAJxb37RA1EiGw", "object": {"dispute": {"state": "EVIDENCE_REQUIRED"}}},
}
BRAINTREE = b"bt_signature=public_key%7C5ab5a1f4&bt_payload=PG5vdGlmaWNhdGlvbj48a2luZD5kaXNwdXRlX29wZW5lZDwva2luZD4"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

SNAPSHOTS = [
    Shape("a dispute is created", pretty(snapshot()), 200, "stored", (OURS, None)),
    Shape(
        "a dispute is updated, with what it was before",
        pretty(snapshot("charge.dispute.updated", data={"object": dispute(), "previous_attributes": {"status": "x"}})),
        200,
        "stored",
        (OURS, None),
    ),
    Shape("a dispute is closed", pretty(snapshot("charge.dispute.closed", dispute(status="won"))), 200, "stored"),
    Shape("money is withdrawn", pretty(snapshot("charge.dispute.funds_withdrawn")), 200, "stored"),
    Shape("money comes back", pretty(snapshot("charge.dispute.funds_reinstated")), 200, "stored"),
    Shape(
        "API version 2015-10-01, a dashboard's test event",
        pretty(snapshot(obj=OLD, api_version="2015-10-01", id="evt_00000000000000", request=None)),
        200,
        "refused",
    ),
    Shape("fields nobody knows", pretty(snapshot(brand_new={"a": [1]}, obj=dispute(newer=None))), 200, "stored"),
    Shape("a status and a reason nobody knows", pretty(snapshot(obj=dispute(status="a", reason="b"))), 200, "stored"),
    Shape("a dispute event nobody knows, with a dispute", pretty(snapshot("charge.dispute.mediated")), 200, "stored"),
    Shape("a PayPal dispute", pretty(snapshot(obj=dispute("pdp_1N"))), 200, "stored", ("pdp_1N", None)),
    Shape(
        "a connected account's dispute",
        pretty(snapshot(account="acct_1NC18eLkdIwHu7ix", context="acct_1NC18eLkdIwHu7ix")),
        200,
        "stored",
        (OURS, "acct_1NC18eLkdIwHu7ix"),
    ),
    Shape("an account by the context alone", pretty(snapshot(context="acct_2")), 200, "stored", (OURS, "acct_2")),
    Shape("the other mode", pretty(snapshot(livemode=True)), 200, "refused"),
    Shape("a dispute event that carries a charge", pretty(snapshot(obj=CHARGE)), 400, "unrecognised"),
    Shape("a dispute id of another form", pretty(snapshot(obj=dispute("dsp_1"))), 400, "unrecognised"),
    Shape("a dispute event without data", pretty(snapshot(data=None)), 400, "unrecognised"),
    Shape("a dispute of Issuing", pretty(snapshot("issuing_dispute.created", ISSUING)), 200, "unrecognised"),
    Shape("a type nobody knows, with a dispute", pretty(snapshot("charge.contested")), 200, "unrecognised"),
    Shape("a type nobody knows, by its sound", pretty(snapshot(SHOUTED, CHARGE)), 200, "unrecognised"),
    Shape("a refund", pretty(snapshot("charge.refunded", CHARGE)), 200, "ignored"),
    Shape("a fraud warning", pretty(snapshot("radar.early_fraud_warning.created", WARNING)), 200, "ignored"),
]
THIN = [
    Shape("thin: a dispute is created", pretty(thin()), 200, "stored", (OURS, None)),
    Shape("thin: a dispute is closed", pretty(thin("v1.charge.dispute.closed")), 200, "stored", (OURS, None)),
    Shape("thin: a connected account's", pretty(thin(context="acct_1")), 200, "stored", (OURS, "acct_1")),
    Shape("thin: the other mode", pretty(thin(livemode=True)), 200, "refused"),
    Shape("thin: a path of accounts", pretty(thin(context="acct_1/acct_2")), 400, "unrecognised"),
    Shape("thin: an organization", pretty(thin(context="org_61SEaMRWN")), 400, "unrecognised"),
    Shape("thin: nothing is named", pretty(thin(related_object=None)), 400, "unrecognised"),
    Shape("thin: a dispute of Issuing", pretty(thin("v1.issuing_dispute.created")), 200, "unrecognised"),
    Shape("thin: another matter", pretty(thin("v2.core.account.updated", related_object=None)), 200, "ignored"),
]
OTHER_PROCESSORS = [
    Shape("Braintree's form", BRAINTREE, 401, "not believed", headers=FORM),
    Shape("Adyen's items", pretty(ADYEN), 401, "not believed", headers={}),
    Shape("PayPal's event", pretty(PAYPAL), 401, "not believed", headers={"PAYPAL-TRANSMISSION-SIG": "kGzBNjs2"}),
    Shape("Square's event, signed with our secret", pretty(SQUARE), 200, "unrecognised"),
    Shape("PayPal's event, signed with our secret", pretty(PAYPAL), 400, "unrecognised"),
    Shape("Braintree's form, at an address of its own", BRAINTREE, 404, "turned away", path="/webhooks/braintree"),
]
BODIES = [
    Shape("a batch", pretty([snapshot(), snapshot(id="evt_2")]), 400, "unrecognised"),
    Shape("nothing", b"", 400, "unrecognised"),
    Shape("cut off in the midst", pretty(snapshot())[:200], 400, "unrecognised"),
    Shape("more than a million bytes", pretty(snapshot(padding="x" * 1_000_000)), 413, "turned away"),
    Shape("UTF-16", json.dumps(snapshot()).encode("utf-16"), 401, "not believed"),
    Shape("UTF-8 with a byte order mark", b"\xef\xbb\xbf" + pretty(snapshot()), 400, "unrecognised"),
    Shape("Latin-1", json.dumps(snapshot(by="Zoë"), ensure_ascii=False).encode("latin-1"), 401, "not believed"),
    Shape("gzip", gzip.compress(pretty(snapshot())), 401, "not believed", more={"Content-Encoding": "gzip"}),
    Shape(
        "a key twice, the last counts",
        pretty(snapshot()).replace(b'"livemode": false,\n  "pend', b'"livemode": true,\n  "livemode": false,\n  "pend'),
        200,
        "stored",
    ),
    Shape("JSON said to be a form", pretty(snapshot()), 200, "stored", more=FORM),
    Shape(
        "parsed and written anew on its way",
        json.dumps(snapshot()).encode(),
        401,
        "not believed",
        headers=sign(pretty(snapshot())),
    ),
    Shape("no signature", pretty(snapshot()), 401, "not believed", headers={}),
]
SHAPES = [*SNAPSHOTS, *THIN, *OTHER_PROCESSORS, *BODIES]
