"""Answers of outside systems, cleaned and kept, so that a fact can always show where it came from."""

import asyncio
import hashlib
import json
import math
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from pydantic import JsonValue

from disputes import text
from disputes.errors import DisputeError
from disputes.evidence import SourceAnswer
from disputes.ports.storage import Storage
from disputes.privacy.masking.secrets import beside

BIGGEST = 200_000  # characters of one answer, about; a whole order has a tenth of it
DEEPEST = 50
CUT = "[cut]"
_SECRET, _KEYS = "[secret]", frozenset({"client_secret"})
_DIGITS = re.compile(r"[0-9][^0-9]*[0-9][^0-9]*[0-9]")
_RUN = 100  # characters of the longest, its digits far apart
_EACH = 6  # what a value costs beside its letters: its quotes, its comma, its line


class Archive:
    """Keeps the answers of one gather beside the work. What the storage does not take is told as not kept."""

    def __init__(self, storage: Storage | None, dispute_id: str, *, secrets: Sequence[str] = ()) -> None:
        self._storage, self._dispute_id, self._secrets = storage, dispute_id, tuple(secrets)
        self._records: dict[str, SourceAnswer] = {}
        self._keeping: dict[str, asyncio.Task[str]] = {}

    async def put(self, source: str, body: JsonValue, *, at: datetime) -> str:
        """Begin to keep an answer, and give the SHA-256 of what is kept of it, in hex."""
        data = (await asyncio.to_thread(write, body, self._secrets)).encode()
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._records:
            self._records[digest] = SourceAnswer(sha256=digest, source=source, at=at, bytes=len(data))
            if self._storage:
                self._keeping[digest] = asyncio.create_task(_kept(self._storage, self._dispute_id, data))
        return digest

    async def settle(self, *, patience: float) -> tuple[SourceAnswer, ...]:
        """Give the record of each answer, after waiting at most `patience` seconds for the storage."""
        if self._keeping:
            await asyncio.wait(self._keeping.values(), timeout=patience)
        done = {digest: task.result() for digest, task in self._keeping.items() if task.done()}
        return tuple(r.model_copy(update={"key": done.get(r.sha256, "")}) for r in self._records.values())

    async def aclose(self) -> None:
        """Give up what is still under way."""
        for task in self._keeping.values():
            task.cancel()
        await asyncio.gather(*self._keeping.values(), return_exceptions=True)


@asynccontextmanager
async def opened(storage: Storage | None, dispute_id: str, *, secrets: Sequence[str] = ()) -> AsyncIterator[Archive]:
    """Open an archive for one gather; no work of it outlives the gather, also when that is cancelled."""
    archive = Archive(storage, dispute_id, secrets=secrets)
    try:
        yield archive
    finally:
        await archive.aclose()


def write(body: JsonValue, secrets: Sequence[str] = ()) -> str:
    """Write an answer as it is kept: JSON, all in it clean of what nobody may keep and of `secrets`, cut to size.

    Each value is cleaned by itself, since a number may be written in escapes that only a reader of JSON undoes.
    """
    return json.dumps(_Pen(secrets).copy(body), ensure_ascii=False, indent=1)


class _Pen:
    """Copies an answer until its letters are spent."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets, self._left = secrets, BIGGEST

    def copy(self, told: JsonValue, depth: int = 0) -> JsonValue:
        if isinstance(told, (dict, list)) and depth > DEEPEST:
            return CUT
        if isinstance(told, dict):
            return self._table(told, depth)
        if isinstance(told, list):
            return self._list(told, depth)
        return self._word(told) if isinstance(told, str) else self._plain(told)

    def _table(self, told: dict[str, JsonValue], depth: int) -> JsonValue:
        kept: dict[str, JsonValue] = {}
        for name, value in told.items():
            if self._spend(depth) <= 0:
                return {**kept, CUT: True}
            kept[self._word(name)] = _SECRET if name in _KEYS and value else self.copy(_named(name, value), depth + 1)
        return kept

    def _list(self, told: list[JsonValue], depth: int) -> JsonValue:
        kept: list[JsonValue] = []
        for value in told:
            if self._spend(depth) <= 0:
                return [*kept, CUT]
            kept.append(self.copy(value, depth + 1))
        return kept

    def _word(self, told: str) -> str:
        for secret in self._secrets:
            told = told.replace(secret, _SECRET)
        room = max(self._left, 0)
        # A card number that stands where the text is cut is masked whole before that.
        clean = told if _is_plain(told) else text.clean(told[: room + _RUN], limit=2 * BIGGEST)
        clean = clean if len(clean) <= room else f"{clean[:room]}{CUT}"
        self._spend(len(clean))
        return clean

    def _plain(self, told: JsonValue) -> JsonValue:
        shown = str(told)
        self._spend(len(shown))
        odd = isinstance(told, float) and not math.isfinite(told)
        return told if (_is_plain(shown) or text.mask(shown) == shown) and not odd else text.clean(shown)

    def _spend(self, letters: int) -> int:
        self._left -= letters + _EACH
        return self._left


def _named(name: str, value: JsonValue) -> JsonValue:
    """Mask a short value that its name alone gives away, as under `cvv` or `accountNumber`."""
    if isinstance(value, bool) or not isinstance(value, (str, int)) or len(shown := str(value)) > _RUN:
        return value
    told = beside(name, shown)
    return value if told == shown else told


def _is_plain(told: str) -> bool:
    """Tell whether a text has too few digits for any number that is masked, and nothing to clean: most of an answer."""
    return told.isascii() and told.isprintable() and not _DIGITS.search(told)


async def _kept(storage: Storage, dispute_id: str, data: bytes) -> str:
    try:
        return await storage.keep(dispute_id, data)
    except DisputeError:
        return ""
