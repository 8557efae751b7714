"""Calls the API of a tool that holds cards, and turns every outcome into an answer or a sentence for people."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import jmespath
from pydantic import BaseModel, ValidationError

from disputes import text
from disputes.errors import Refused, TryAgain

MAX_BYTES = 5_000_000
_WORDS = 160  # characters of what a tool says itself
_LONG_WORD = re.compile(r"[\w.=+/-]{20,}")  # an id, or a token of the moment that the tool repeats
_PASSING = frozenset({408, 409, 423, 425})  # what another moment, or the other writer's end, may change

JsonObject = dict[str, Any]
Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True)
class Tool:
    """How errors speak of a tool: its title, the settings of its credentials and of its place, and its secrets.

    `rights` completes "this must be ..." and says what the credentials must be allowed to do. `words` is the JMESPath
    at which the tool explains a refusal. Nothing with a secret in it is put into an error.
    """

    title: str
    credentials: str
    rights: str
    place: str
    words: str
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True)
class ToolCall:
    """One HTTP request, its path under the tool's base address."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: JsonObject | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """An answer that is neither trouble of the moment nor a refused token."""

    status: int
    body: JsonObject

    @property
    def accepted(self) -> bool:
        """Whether the tool did what it was asked."""
        return httpx.codes.is_success(self.status)


class ToolApi:
    """The API of one tool; each call takes at most `seconds`, and no redirect is followed."""

    def __init__(self, client: httpx.AsyncClient, tool: Tool, *, seconds: float) -> None:
        self._client, self._seconds, self.tool = client, seconds, tool

    async def send(self, call: ToolCall) -> Reply:
        """Return the answer of a call, accepted or not.

        Raises `TryAgain` when there is none for now, and `Refused` for credentials that the tool does not take.
        """
        title = self.tool.title
        try:
            async with asyncio.timeout(self._seconds):
                return await self._stream(call)
        except (TimeoutError, httpx.TimeoutException):
            raise TryAgain(f"{title} did not answer in {self._seconds:.2g} s; the card is written again.") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            why = type(error).__name__
            raise TryAgain(f"{title} could not be reached, or broke off its answer ({why}).") from None

    async def ask(self, call: ToolCall, form: type[Form]) -> Form:
        """Return the answer in the form that the tool documents. Raises `TryAgain` and `Refused`."""
        reply = await self.send(call)
        if not reply.accepted:
            raise self.refusal(reply)
        return self.parse(form, reply.body)

    async def find(self, call: ToolCall, form: type[Form]) -> Form | None:
        """Return what is asked for, or None where the tool has no such thing. Raises `TryAgain` and `Refused`."""
        reply = await self.send(call)
        if reply.status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            return None
        if not reply.accepted:
            raise self.refusal(reply)
        return self.parse(form, reply.body)

    def parse(self, form: type[Form], body: JsonObject) -> Form:
        """Return the body in a form. Raises `TryAgain` for another one."""
        try:
            return form.model_validate(body)
        except ValidationError:
            why = "answered in another form than it documents; the card is written again"
            raise TryAgain(f"{self.tool.title} {why}.") from None

    def refusal(self, reply: Reply) -> Refused:
        """Return the error for an answer that will not change by itself: what failed, and what to do."""
        tool, said = self.tool, self._quote(reply.body)
        if reply.status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            return Refused(
                f"{tool.title} has no such place for cards{said}: it was removed, or this access does not see it. "
                f"Check {tool.place}, and that the access of {tool.credentials} covers it."
            )
        return Refused(
            f"{tool.title} will not take the card (status {reply.status}){said}: the place wants something else. "
            f"Change that there, or check {tool.place}."
        )

    def denied(self) -> Refused:
        """Return the error for credentials that the tool does not take."""
        tool = self.tool
        return Refused(
            f"{tool.title} refused the access: it is wrong, was revoked, or may not write there. "
            f"Check {tool.credentials}: this must be {tool.rights}."
        )

    async def _stream(self, call: ToolCall) -> Reply:
        async with self._client.stream(
            call.method,
            call.path,
            params=call.query or None,
            json=call.body,
            data=call.form or None,
            headers=dict(call.headers),
        ) as response:
            self._check_status(response)
            data = bytearray()
            async for chunk in response.aiter_bytes():
                data += chunk
                if len(data) > MAX_BYTES:
                    raise TryAgain(f"{self.tool.title} answered with more than {MAX_BYTES:,} bytes.")
            return Reply(response.status_code, self._read(bytes(data), needed=response.is_success))

    def _check_status(self, response: httpx.Response) -> None:
        status, title = response.status_code, self.tool.title
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise TryAgain(f"{title} takes no more calls for now{_pause(response)}; the card is written again.")
        if response.is_server_error or status in _PASSING:
            raise TryAgain(f"{title} failed with status {status}; the card is written again.")
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise self.denied()
        if response.is_redirect:
            raise Refused(
                f"{title} sent the call on to another address, where no token is sent: the address is wrong. "
                f"Check {self.tool.place}."
            )

    def _read(self, data: bytes, *, needed: bool) -> JsonObject:
        try:
            body = json.loads(data)
        except (ValueError, RecursionError):
            body = None
        if isinstance(body, dict):
            return body
        if needed:
            raise TryAgain(f"{self.tool.title} did not answer in JSON; the card is written again.")
        return {}

    def _quote(self, body: JsonObject) -> str:
        words = jmespath.search(self.tool.words, body)
        if not isinstance(words, str) or any(secret in words for secret in self.tool.secrets):
            return ""
        said = text.line(_LONG_WORD.sub("…", words), limit=_WORDS)
        return f", saying “{said}”" if said else ""


def _pause(response: httpx.Response) -> str:
    seconds = response.headers.get("Retry-After", "")
    return f" and asks for a pause of {int(seconds):,} s" if seconds.isascii() and seconds.isdigit() else ""


@asynccontextmanager
async def open_api(
    tool: Tool,
    base: str,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    auth: httpx.Auth | None = None,
) -> AsyncIterator[ToolApi]:
    """Yield the API at a base address, with the headers or the login that every call carries."""
    async with httpx.AsyncClient(
        base_url=base, headers=dict(headers or {}), auth=auth, timeout=seconds, follow_redirects=False
    ) as client:
        yield ToolApi(client, tool, seconds=seconds)
