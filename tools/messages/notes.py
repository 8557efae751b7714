import asyncio
from collections.abc import Sequence

import apprise

from disputes.errors import Invalid, TryAgain
from disputes.repositories.outbox import OutboxMessage


class Notes:
    """Tells people, through any service apprise knows. Raises `Invalid` for a URL it does not.

    No URL reaches an error or a log, since most carry a token. `timeout` is in seconds.
    """

    def __init__(self, urls: Sequence[str], *, timeout: float) -> None:
        self._timeout = timeout
        self._services = apprise.Apprise()
        for place, url in enumerate(urls, start=1):
            if not self._services.add(url):
                raise Invalid(f"REBUT_NOTIFY: apprise does not know the kind of URL number {place}.")

    async def tell(self, message: OutboxMessage) -> None:
        """Send the note's title and body to every URL; to nobody when there is none. Raises `TryAgain`."""
        if len(self._services):
            await asyncio.to_thread(self._send, message)

    def _send(self, message: OutboxMessage) -> None:
        told = self._services.notify(
            body=str(message.body.get("body") or message.body.get("title") or message.key),
            title=str(message.body.get("title") or "Rebut"),
            body_format=apprise.NotifyFormat.TEXT,
            timeout=self._timeout,
        )
        if not told:
            missed = sum(not result for result in told.results) or len(self._services)
            raise TryAgain(f"{missed} of {len(self._services)} notification services did not take the note.")
