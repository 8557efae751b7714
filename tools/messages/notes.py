"""Sends notes to people through apprise."""

import asyncio
from collections.abc import Sequence

import apprise

from disputes.errors import Invalid, TryAgain
from disputes.repositories.outbox import OutboxMessage


class NoteSender:
    """Sends notes to people through any service apprise knows. Raises `Invalid` for a URL it does not know.

    No URL is put into an error or a log, since most carry a token. `timeout` is in seconds.
    """

    def __init__(self, urls: Sequence[str], *, timeout: float) -> None:
        self._timeout = timeout
        self._services = apprise.Apprise()
        for position, url in enumerate(urls, start=1):
            if not self._services.add(url):
                raise Invalid(f"REBUT_NOTIFY: apprise does not know the kind of URL number {position}.")

    async def send(self, message: OutboxMessage) -> None:
        """Send the note's title and body to every URL; do nothing without one. Raises `TryAgain`."""
        if len(self._services):
            await asyncio.to_thread(self._notify, message)

    def _notify(self, message: OutboxMessage) -> None:
        result = self._services.notify(
            body=str(message.body.get("body") or message.body.get("title") or message.key),
            title=str(message.body.get("title") or "Rebut"),
            body_format=apprise.NotifyFormat.TEXT,
            timeout=self._timeout,
        )
        if not result:
            missed = sum(not sent for sent in result.results) or len(self._services)
            raise TryAgain(f"{missed} of {len(self._services)} notification services did not take the note.")
