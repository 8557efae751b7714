"""Calls a vendor and turns every outcome into an answer or the reason why there is none."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import httpx

from disputes.ports.clock import Clock
from tools.sources.http_json.answer import VendorAnswer, parse, search
from tools.sources.http_json.call import VendorCall

MAX_BYTES = 2_000_000
MAX_FILE_BYTES = 8_000_000  # of an answer with files in it; Stripe takes 4.5 MB of files, Base64 adds a third
MAX_CALLS = 30
_DEFAULT_PAUSE = 1.0  # seconds, after a 429 that names none
_REFUSED = frozenset({401, 403})


@dataclass(frozen=True)
class VendorTrouble:
    """Why there is no answer, as the end of a sentence that begins with the vendor's name.

    `foreign` when there is a record that is another payment's or customer's. `retry_after` is in how many seconds
    another try may help; None for never.
    """

    why: str
    absent: bool = False
    refused: bool = False
    foreign: bool = False
    retry_after: float | None = None

    @property
    def is_failure(self) -> bool:
        """Whether the vendor could not tell; a record that it does not have, or not of ours, is an answer."""
        return not (self.absent or self.foreign)


class VendorClient:
    """The calls of one gather: each takes at most `seconds`, all together at most `budget`. Never raises."""

    def __init__(self, client: httpx.AsyncClient, *, now: Clock, seconds: float, budget: float) -> None:
        self._client, self._now, self._seconds = client, now, seconds
        self._end = asyncio.get_running_loop().time() + budget
        self._calls, self._secrets = 0, tuple[str, ...]()

    def hide(self, secrets: Iterable[str]) -> None:
        """Hide these in every JSON answer from now on, before anything in it is cut or folded."""
        self._secrets = tuple(secrets)

    async def ask(
        self, call: VendorCall, headers: Mapping[str, str], *, absent: tuple[int, ...] = (), busy: str | None = None
    ) -> VendorAnswer | VendorTrouble:
        """Make a call, and repeat it once when that may help.

        `absent` are the statuses of no such record, and `busy` is JMESPath on an answer that is none, but asks to wait.
        """
        outcome = await self._once(call, headers, absent)
        if isinstance(outcome, VendorAnswer) and busy and search(busy, outcome.body):
            outcome = VendorTrouble("took no more calls for now", retry_after=_DEFAULT_PAUSE)
        if (
            isinstance(outcome, VendorTrouble)
            and outcome.retry_after is not None
            and outcome.retry_after < self._seconds_left
        ):
            await asyncio.sleep(outcome.retry_after)
            return await self._once(call, headers, absent)
        return outcome

    @property
    def _seconds_left(self) -> float:
        return self._end - asyncio.get_running_loop().time()

    async def _once(
        self, call: VendorCall, headers: Mapping[str, str], absent: tuple[int, ...]
    ) -> VendorAnswer | VendorTrouble:
        self._calls += 1
        limit = min(self._seconds, self._seconds_left)
        if limit <= 0 or self._calls > MAX_CALLS:
            return VendorTrouble("had no time left" if limit <= 0 else f"would take more than {MAX_CALLS} calls")
        try:
            async with asyncio.timeout(limit), self._stream(call, headers) as response:
                return await self._read(call, response, absent)
        except (TimeoutError, httpx.TimeoutException):
            return VendorTrouble(f"did not answer in {self._seconds:.2g} s", retry_after=0.0)
        except (httpx.HTTPError, httpx.InvalidURL):
            return VendorTrouble("could not be reached, or broke off its answer", retry_after=0.0)

    def _stream(self, call: VendorCall, headers: Mapping[str, str]) -> AbstractAsyncContextManager[httpx.Response]:
        return self._client.stream(
            call.method,
            call.url,
            params=call.query or None,
            json=call.json,
            data=call.form or None,
            headers=dict(headers),
        )

    async def _read(
        self, call: VendorCall, response: httpx.Response, absent: tuple[int, ...]
    ) -> VendorAnswer | VendorTrouble:
        if not response.is_success:
            return _failure(response, absent)
        data, limit = bytearray(), MAX_FILE_BYTES if call.has_files else MAX_BYTES
        async for chunk in response.aiter_bytes():
            data += chunk
            if len(data) > limit:
                return VendorTrouble(f"answered with more than {limit:,} bytes")
        if call.is_file:
            return VendorAnswer(None, self._now(), response.headers, bytes(data))
        return parse(self._hidden(bytes(data)), at=self._now(), headers=response.headers) or VendorTrouble(
            "did not answer in JSON"
        )

    def _hidden(self, data: bytes) -> bytes:
        for secret in self._secrets:
            for written in (secret, json.dumps(secret)[1:-1]):
                data = data.replace(written.encode(), b"[secret]")
        return data


def _failure(response: httpx.Response, absent: tuple[int, ...]) -> VendorTrouble:
    status = response.status_code
    if status in absent:
        return VendorTrouble("has no such record", absent=True)
    if status in _REFUSED:
        return VendorTrouble("refused the token", refused=True)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return VendorTrouble("took no more calls for now", retry_after=_pause(response))
    if response.is_redirect:
        return VendorTrouble("sent the call on to another address, which is not followed")
    return VendorTrouble(
        f"failed with status {status}" if response.is_server_error else f"answered with status {status}"
    )


def _pause(response: httpx.Response) -> float:
    seconds = response.headers.get("Retry-After", "")
    return float(seconds) if seconds.isascii() and seconds.isdigit() else _DEFAULT_PAUSE
