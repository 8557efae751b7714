"""Sends handoffs to a queue outside."""

import httpx

from disputes.errors import TryAgain
from disputes.repositories.outbox import OutboxMessage


class HandoffSender:
    """Sends cases to a queue outside, each as one POST of JSON. `timeout` is in seconds."""

    def __init__(self, url: str | None, *, timeout: float) -> None:
        self._url, self._timeout = url, timeout

    async def send(self, message: OutboxMessage) -> None:
        """Post the body with the message's key as `Idempotency-Key`; do nothing without a URL. Raises `TryAgain`.

        A redirect counts as not delivered: a case must not go to an address that nobody configured.
        """
        if not self._url:
            return
        try:
            async with httpx.AsyncClient(timeout=self._timeout, follow_redirects=False) as client:
                answer = await client.post(self._url, json=message.body, headers={"Idempotency-Key": message.key})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TryAgain(f"The handoff URL did not answer: {type(error).__name__}.") from error
        if not answer.is_success:
            raise TryAgain(f"The handoff URL answered {answer.status_code}.")
