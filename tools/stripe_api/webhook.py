"""Signed webhook events of Stripe."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import stripe

from disputes.dispute import parse_time
from disputes.errors import Forged, Invalid
from disputes.ports.clock import Clock
from disputes.repositories.events import WebhookEvent

PROVIDER = "stripe"
"""The provider of every event from here, as the path of its webhooks names it."""
TOLERANCE = 300
"""Seconds by which a signature's time may differ from now, either way."""

_TYPE = re.compile(r"charge\.dispute\.[a-z_.]{1,80}")
_EVENT = re.compile(r"evt_[A-Za-z0-9_]{1,200}")
_DISPUTE = re.compile(r"(du|dp|pdp)_[A-Za-z0-9_]{1,200}")
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9_]{1,200}")


class StripeWebhooks:
    """Reads webhook events signed with one of the secrets; events of the other mode are marked as refused."""

    def __init__(self, secrets: tuple[str, ...], *, livemode: bool, now: Clock) -> None:
        self._secrets, self._livemode, self._now = secrets, livemode, now

    def read(self, payload: bytes, signature: str | None) -> WebhookEvent | None:
        """Verify a webhook's signature on its raw bytes and read the envelope; None when it is not about a dispute.

        Raises `Forged` for a bad, missing or old signature and `Invalid` for what is not an event.
        """
        verify(payload, signature, secrets=self._secrets, now=self._now())
        return read(payload, livemode=self._livemode)


def verify(payload: bytes, signature: str | None, *, secrets: Sequence[str], now: datetime) -> None:
    """Check that one of the secrets signed within `TOLERANCE` of `now`. Raises `Forged` otherwise."""
    if not any(_is_signed(payload, signature, secret) for secret in secrets):
        raise Forged("The webhook does not carry a valid signature.")
    if abs(now.timestamp() - _signed_at(signature or "")) > TOLERANCE:
        raise Forged(f"The webhook was signed more than {TOLERANCE} seconds away from now.")


def _is_signed(payload: bytes, signature: str | None, secret: str) -> bool:
    try:
        # The SDK reads the machine's clock and accepts times in the future, so the time is checked here.
        return bool(stripe.WebhookSignature.verify_header(payload, signature, secret, tolerance=None))
    except (stripe.SignatureVerificationError, UnicodeError, TypeError):
        return False


def _signed_at(signature: str) -> float:
    stamps = [item.partition("=")[2] for item in signature.split(",") if item.startswith("t=")]
    try:
        return float(int(stamps[0]))
    except (IndexError, ValueError, OverflowError):
        return 0.0


def read(payload: bytes, *, livemode: bool) -> WebhookEvent | None:
    """Read an event's envelope; None when it is not about a dispute. Raises `Invalid` for what is no event.

    An event of the other mode than `livemode` has the reason in `refused`, and nothing follows from it.
    """
    return read_envelope(_parse_event(payload), livemode=livemode)


def read_envelope(event: dict[str, Any], *, livemode: bool) -> WebhookEvent | None:
    """Read the envelope of an event that is parsed already, as `read` does."""
    kind = event.get("type")
    if not isinstance(kind, str):
        raise Invalid("This is not a Stripe event.")
    if not kind.startswith("charge.dispute."):
        return None
    live = event.get("livemode") is True
    return WebhookEvent(
        provider=PROVIDER,
        id=_matched(_EVENT, event.get("id"), "event id"),
        type=_matched(_TYPE, kind, "event type"),
        dispute_id=_dispute_id(event),
        account=None if event.get("account") is None else _matched(_ACCOUNT, event["account"], "account"),
        livemode=live,
        created=_created(event),
        refused="" if live == livemode else _other_mode(live=live),
    )


def _parse_event(payload: bytes) -> dict[str, Any]:
    try:
        event = json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError) as wrong:
        raise Invalid("This is not readable JSON.") from wrong
    if not isinstance(event, dict):
        raise Invalid("This is not a Stripe event.")
    return event


def _dispute_id(event: dict[str, Any]) -> str:
    data = event.get("data")
    dispute = data.get("object") if isinstance(data, dict) else None
    if not isinstance(dispute, dict) or dispute.get("object") != "dispute":
        raise Invalid("This dispute event does not carry a dispute.")
    return _matched(_DISPUTE, dispute.get("id"), "dispute id")


def _matched(form: re.Pattern[str], value: object, name: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Invalid(f"This event has no usable {name}.")
    return value


def _created(event: dict[str, Any]) -> datetime:
    created = parse_time(event.get("created"))
    if created is None:
        raise Invalid("This event does not say when it was created.")
    return created


def _other_mode(*, live: bool) -> str:
    theirs, ours = ("live", "test") if live else ("test", "live")
    return f"This event is from {theirs} mode, and the key is a {ours} key."
