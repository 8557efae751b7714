"""Sends handoffs to a queue outside, signed after Standard Webhooks (standardwebhooks.com, version 1.0.0)."""

import json
from collections.abc import Sequence

import httpx
from standardwebhooks import Webhook

from disputes.errors import TryAgain
from disputes.ports.clock import Clock
from disputes.repositories.outbox import OutboxMessage


class HandoffSender:
    """Sends cases to a queue outside, each as one POST of JSON. `timeout` is in seconds.

    Each of `secrets` (`whsec_` and base64) signs, so that a receiver that still has the one before takes it while a
    new one is brought in.
    """

    def __init__(self, url: str | None, *, secrets: Sequence[str] = (), timeout: float, now: Clock) -> None:
        self._url, self._timeout, self._now = url, timeout, now
        self._signers = [Webhook(secret) for secret in secrets]

    async def send(self, message: OutboxMessage) -> None:
        """Post the body with the message's key as `Idempotency-Key`; do nothing without a URL. Raises `TryAgain`.

        A redirect counts as not delivered: a case must not go to an address that nobody configured.
        """
        if not self._url:
            return
        # The very text that is signed is sent: written anew, it might differ by a space.
        text = json.dumps(message.body, ensure_ascii=False, separators=(",", ":"))
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key, **self._sign(message, text)}
        try:
            async with httpx.AsyncClient(timeout=self._timeout, follow_redirects=False) as client:
                answer = await client.post(self._url, content=text.encode(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TryAgain(f"The handoff URL did not answer: {type(error).__name__}.") from error
        if not answer.is_success:
            raise TryAgain(f"The handoff URL answered {answer.status_code}.")

    def _sign(self, message: OutboxMessage, text: str) -> dict[str, str]:
        """Return the headers of Standard Webhooks: the id stays the same over all tries, the time is this try's."""
        if not self._signers:
            return {}
        now = self._now()
        signatures = [signer.sign(message.key, now, text) for signer in self._signers]
        return {
            "webhook-id": message.key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
