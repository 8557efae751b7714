import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import stripe

from disputes.dispute import moment
from disputes.errors import Forged, Invalid
from disputes.ports.clock import Clock
from disputes.repositories.events import WebhookEvent

TOLERANCE = 300
"""Seconds a signature may be old, or lie ahead."""

_TYPE = re.compile(r"charge\.dispute\.[a-z_.]{1,80}")
_EVENT = re.compile(r"evt_[A-Za-z0-9_]{1,200}")
_DISPUTE = re.compile(r"(du|dp|pdp)_[A-Za-z0-9_]{1,200}")
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9_]{1,200}")


class StripeWebhooks:
    """Reads what Stripe posts, signed with one of the secrets; events of the other mode are marked as refused."""

    def __init__(self, secrets: tuple[str, ...], *, livemode: bool, now: Clock) -> None:
        self._secrets, self._livemode, self._now = secrets, livemode, now

    def read(self, payload: bytes, signature: str | None) -> WebhookEvent | None:
        """Verify a webhook's signature on its raw bytes and read the envelope; None when it is not about a dispute.

        Raises `Forged` for a bad, missing or old signature and `Invalid` for what is not an event.
        """
        verify(payload, signature, secrets=self._secrets, now=self._now())
        return read(payload, livemode=self._livemode)


def verify(payload: bytes, signature: str | None, *, secrets: Sequence[str], now: datetime) -> None:
    """Accept what one of the secrets signed within `TOLERANCE` of `now`. Raises `Forged` for all else."""
    if not any(_signed(payload, signature, secret) for secret in secrets):
        raise Forged("The webhook does not carry a valid signature.")
    if abs(now.timestamp() - _stamped(signature or "")) > TOLERANCE:
        raise Forged(f"The webhook was signed more than {TOLERANCE} seconds away from now.")


def _signed(payload: bytes, signature: str | None, secret: str) -> bool:
    try:
        # The SDK reads the machine's clock and lets the future pass, so the time is judged here.
        return bool(stripe.WebhookSignature.verify_header(payload, signature, secret, tolerance=None))
    except (stripe.SignatureVerificationError, UnicodeError, TypeError):
        return False


def _stamped(signature: str) -> float:
    stamps = [item.partition("=")[2] for item in signature.split(",") if item.startswith("t=")]
    try:
        return float(int(stamps[0]))
    except (IndexError, ValueError, OverflowError):
        return 0.0


def read(payload: bytes, *, livemode: bool) -> WebhookEvent | None:
    """Read an event's envelope; None when it is not about a dispute. Raises `Invalid` for what is no event.

    An event of the other mode than `livemode` is kept, with `refused` saying why nothing follows from it.
    """
    return envelope(_event(payload), livemode=livemode)


def envelope(event: dict[str, Any], *, livemode: bool) -> WebhookEvent | None:
    """Read the envelope of an event that came as data, as `read` does."""
    kind = event.get("type")
    if not isinstance(kind, str):
        raise Invalid("This is not a Stripe event.")
    if not kind.startswith("charge.dispute."):
        return None
    live = event.get("livemode") is True
    return WebhookEvent(
        id=_named(_EVENT, event.get("id"), "event id"),
        type=_named(_TYPE, kind, "event type"),
        dispute_id=_dispute_id(event),
        account=None if event.get("account") is None else _named(_ACCOUNT, event["account"], "account"),
        livemode=live,
        created=_created(event),
        refused="" if live == livemode else _other_mode(live=live),
    )


def _event(payload: bytes) -> dict[str, Any]:
    try:
        event = json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError) as wrong:
        raise Invalid("This is not readable JSON.") from wrong
    if not isinstance(event, dict):
        raise Invalid("This is not a Stripe event.")
    return event


def _dispute_id(event: dict[str, Any]) -> str:
    data = event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(thing, dict) or thing.get("object") != "dispute":
        raise Invalid("This dispute event does not carry a dispute.")
    return _named(_DISPUTE, thing.get("id"), "dispute id")


def _named(form: re.Pattern[str], value: object, what: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Invalid(f"This event has no usable {what}.")
    return value


def _created(event: dict[str, Any]) -> datetime:
    created = moment(event.get("created"))
    if created is None:
        raise Invalid("This event does not say when it was created.")
    return created


def _other_mode(*, live: bool) -> str:
    theirs, ours = ("live", "test") if live else ("test", "live")
    return f"This event is from {theirs} mode, and the key is a {ours} key."
