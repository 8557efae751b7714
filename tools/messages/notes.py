"""Sends notes to people through apprise."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import apprise

from disputes.errors import Invalid, TryAgain
from disputes.repositories.outbox import OutboxMessage

AT_ONCE = 4
_SEVERAL = re.compile(r"[,\s]\s*[a-z0-9]{1,20}://", re.IGNORECASE)


class NoteSender:
    """Sends notes to one target through any service apprise knows. `timeout` is in seconds.

    `setting` is what errors name; no URL is put into an error or a log, since most carry a token. Raises `Invalid` for
    a URL that apprise does not know, and for several in one, since a note to one of them could not be told apart.
    """

    def __init__(self, url: str, *, setting: str, timeout: float) -> None:
        self._timeout = timeout
        if _SEVERAL.search(url):
            raise Invalid(f"{setting} holds more than one URL; give each target a name and a setting of its own.")
        service = apprise.Apprise.instantiate(url)
        if not isinstance(service, apprise.NotifyBase):
            raise Invalid(f"{setting}: apprise does not know this kind of URL, or it lacks a part.")
        self._services = apprise.Apprise()
        self._services.add(service)
        # Threads of its own: apprise blocks, and one target that hangs must not take those of the others.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rebut-note")

    async def send(self, message: OutboxMessage) -> None:
        """Send the note's title and body. Raises `TryAgain`."""
        if not await asyncio.get_running_loop().run_in_executor(self._threads, self._notify, message):
            raise TryAgain("The notification service did not take the note.")

    def close(self) -> None:
        """Let go of the threads; what still runs in one is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _notify(self, message: OutboxMessage) -> bool:
        result = self._services.notify(
            body=str(message.body.get("body") or message.body.get("title") or message.key),
            title=str(message.body.get("title") or "Rebut"),
            body_format=apprise.NotifyFormat.TEXT,
            timeout=self._timeout,
        )
        return bool(result)
