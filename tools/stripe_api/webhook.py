"""Signed webhook events of Stripe."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from disputes.errors import Forged, Invalid
from disputes.ports.clock import Clock
from disputes.ports.webhooks import Heard
from disputes.repositories.unrecognised_events import UnrecognisedEvent
from tools.stripe_api import envelope, signature
from tools.stripe_api.envelope import PROVIDER

HEADER = "stripe-signature"
_SHOWN_TYPE = re.compile(r"[A-Za-z0-9_.\[\]]{1,100}")


class StripeWebhooks:
    """Reads webhook events signed with one of the secrets; events of the other mode are marked as refused."""

    def __init__(self, secrets: tuple[str, ...], *, livemode: bool, now: Clock) -> None:
        self._secrets, self._livemode, self._now = secrets, livemode, now

    def read(self, payload: bytes, headers: Mapping[str, str]) -> Heard:
        """Verify a webhook's signature on its raw bytes and read its envelope, snapshot or thin; None for other events.

        Raises `Forged`, which says why, for a bad, missing or old signature.
        """
        self._verify(payload, headers.get(HEADER))
        return read(payload, livemode=self._livemode)

    def _verify(self, payload: bytes, header: str | None) -> None:
        try:
            signature.verify(payload, header, secrets=self._secrets, now=self._now())
        except Forged as forged:
            rewritten = forged.reason == "wrong_secret" and signature.find_rewriting(
                payload, header, secrets=self._secrets
            )
            raise rewritten or forged from None


def read(payload: bytes, *, livemode: bool) -> Heard:
    """Read a body whose signature is good.

    A dispute event that cannot be used and what is no event are unrecognised and not acknowledged, so that Stripe
    shows it and delivers again; an event of another type that sounds like a dispute is acknowledged.
    """
    event: dict[str, Any] = {}
    try:
        event = envelope.parse(payload)
        found = envelope.read(event, livemode=livemode)
    except Invalid as wrong:
        return _unrecognised(payload, event, str(wrong))
    if found is None and envelope.sounds_like_a_dispute(event):
        return _unrecognised(payload, event, "Rebut takes no events of this type.", acknowledged=True)
    return found


def _unrecognised(payload: bytes, event: dict[str, Any], why: str, *, acknowledged: bool = False) -> UnrecognisedEvent:
    kind = event.get("type")
    return UnrecognisedEvent(
        provider=PROVIDER,
        id=envelope.id_of(event) or f"sha256:{hashlib.sha256(payload).hexdigest()}",
        type=kind if isinstance(kind, str) and _SHOWN_TYPE.fullmatch(kind) else "",
        reason=why,
        acknowledged=acknowledged,
    )
