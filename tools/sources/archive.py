"""Answers of other systems, cleaned and stored, so that every fact leads to the answer it was read from."""

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

MAX_CHARACTERS = 200_000  # characters of one answer, about; a whole order has a tenth of it
MAX_DEPTH = 50
CUT = "[cut]"
_SECRET, _KEYS = "[secret]", frozenset({"client_secret"})
# `tracking: {number: ...}`: what such a name means, the name around it says.
_NAMELESS = frozenset(("number", "no", "value", "code"))
_DIGITS = re.compile(r"[0-9][^0-9]*[0-9][^0-9]*[0-9]")
_MAX_NUMBER = 100  # characters of the longest that is masked, its digits far apart
_OVERHEAD = 6  # characters a value adds beside its own: quotes, comma, line


class Archive:
    """Stores the answers of one gather in the background; one that could not be stored has an empty `key`."""

    def __init__(self, storage: Storage | None, dispute_id: str, *, secrets: Sequence[str] = ()) -> None:
        self._storage, self._dispute_id, self._secrets = storage, dispute_id, tuple(secrets)
        self._records: dict[str, SourceAnswer] = {}
        self._storing: dict[str, asyncio.Task[str]] = {}

    async def put(self, source: str, body: JsonValue, *, at: datetime) -> str:
        """Start to store an answer, and return the SHA-256 of what is stored, in hex."""
        data = (await asyncio.to_thread(serialize, body, self._secrets)).encode()
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._records:
            self._records[digest] = SourceAnswer(sha256=digest, source=source, at=at, bytes=len(data))
            if self._storage:
                self._storing[digest] = asyncio.create_task(_store(self._storage, self._dispute_id, data))
        return digest

    async def finish(self, *, seconds: float) -> tuple[SourceAnswer, ...]:
        """Return a record of each answer, after waiting at most so many seconds for the storage."""
        if self._storing:
            await asyncio.wait(self._storing.values(), timeout=seconds)
        done = {digest: task.result() for digest, task in self._storing.items() if task.done()}
        return tuple(r.model_copy(update={"key": done.get(r.sha256, "")}) for r in self._records.values())

    async def aclose(self) -> None:
        """Cancel what is still being stored."""
        for task in self._storing.values():
            task.cancel()
        await asyncio.gather(*self._storing.values(), return_exceptions=True)


@asynccontextmanager
async def open_archive(
    storage: Storage | None, dispute_id: str, *, secrets: Sequence[str] = ()
) -> AsyncIterator[Archive]:
    """Yield an archive for one gather; storing ends with the gather, also when that is cancelled."""
    archive = Archive(storage, dispute_id, secrets=secrets)
    try:
        yield archive
    finally:
        await archive.aclose()


def serialize(body: JsonValue, secrets: Sequence[str] = ()) -> str:
    """Return an answer as it is stored: JSON without card numbers and the like and without `secrets`, cut to size.

    Each value is cleaned by itself, since a number may be written in JSON escapes.
    """
    return json.dumps(_AnswerCopier(secrets).copy(body), ensure_ascii=False, indent=1)


class _AnswerCopier:
    """Copies an answer until its number of characters is used up."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets, self._left = secrets, MAX_CHARACTERS

    def copy(self, value: JsonValue, depth: int = 0, name: str = "") -> JsonValue:
        if isinstance(value, (dict, list)) and depth > MAX_DEPTH:
            return CUT
        if isinstance(value, dict):
            return self._copy_dict(value, depth, name)
        if isinstance(value, list):
            return self._copy_list(value, depth, name)
        return self._copy_text(value, name) if isinstance(value, str) else self._copy_scalar(value, name)

    def _copy_dict(self, original: dict[str, JsonValue], depth: int, around: str) -> JsonValue:
        copied: dict[str, JsonValue] = {}
        for name, value in original.items():
            if self._use(depth) <= 0:
                return {**copied, CUT: True}
            is_secret = name in _KEYS and value
            key = self._copy_text(name)
            whole = f"{around} {name}".strip() if name.lower() in _NAMELESS else name
            copied[key] = _SECRET if is_secret else self.copy(value, depth + 1, whole)
        return copied

    def _copy_list(self, original: list[JsonValue], depth: int, name: str) -> JsonValue:
        copied: list[JsonValue] = []
        for value in original:
            if self._use(depth) <= 0:
                return [*copied, CUT]
            copied.append(self.copy(value, depth + 1, name))
        return copied

    def _copy_text(self, original: str, name: str = "") -> str:
        for secret in self._secrets:
            original = original.replace(secret, _SECRET)
        room = max(self._left, 0)
        # Masked before it is cut, so that no part of a card number is left at the cut.
        clean = original if _is_plain(original) else self._clean(original[: room + _MAX_NUMBER], name)
        clean = clean if len(clean) <= room else f"{clean[:room]}{CUT}"
        self._use(len(clean))
        return clean

    def _copy_scalar(self, value: JsonValue, name: str) -> JsonValue:
        written = str(value)
        self._use(len(written))
        odd = isinstance(value, float) and not math.isfinite(value)
        clean = written if _is_plain(written) else self._clean(written, name)
        return value if clean == written and not odd else clean

    @staticmethod
    def _clean(written: str, name: str) -> str:
        return text.clean(written, limit=2 * MAX_CHARACTERS, name=name)

    def _use(self, characters: int) -> int:
        self._left -= characters + _OVERHEAD
        return self._left


def _is_plain(value: str) -> bool:
    """Check whether a text has too few digits to be masked, and nothing to clean, as most texts have."""
    return value.isascii() and value.isprintable() and not _DIGITS.search(value)


async def _store(storage: Storage, dispute_id: str, data: bytes) -> str:
    try:
        return await storage.keep(dispute_id, data)
    except DisputeError:
        return ""
