"""The files of cases, in a folder or an S3-compatible bucket, through one library for both.

obstore brings its own S3 client in one wheel of 16 MB and needs nothing else; boto3 would bring botocore, whose
description of every AWS service is larger, and is not async.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from disputes.errors import Invalid, TryAgain

if TYPE_CHECKING:  # these are only there for type checkers
    from obstore.store import ClientConfig, RetryConfig, S3Config

HASH_DIGITS = 32  # of the SHA-256 by which the same bytes are found again; the random part keeps a name secret
TOKEN_BYTES = 24  # random bytes in a name
NAME = re.compile(r"[A-Za-z0-9_]{1,205}/[0-9a-f]{32}-[A-Za-z0-9_-]{32}", re.ASCII)
SECONDS = 20.0


class ObjectStorage:
    """Stores bytes as `<dispute>/<hash>-<random>`; a name cannot be guessed from a file or from another name."""

    def __init__(self, store: LocalStore | MemoryStore | S3Store) -> None:
        self._store = store

    async def keep(self, dispute_id: str, data: bytes) -> str:
        """Store bytes and return their name; the same bytes of one dispute are stored once. Raises `TryAgain`."""
        prefix = f"{dispute_id}/{hashlib.sha256(data).hexdigest()[:HASH_DIGITS]}-"
        try:
            async with asyncio.timeout(SECONDS):
                names = sorted(await self._names(dispute_id))
                name = next((name for name in names if name.startswith(prefix) and NAME.fullmatch(name)), None)
                if name is None:
                    name = prefix + secrets.token_urlsafe(TOKEN_BYTES)
                    await self._store.put_async(name, data)
        except (BaseError, OSError) as failed:
            raise TryAgain(f"A file of {dispute_id} could not be stored: the storage did not take it.") from failed
        return name

    async def read(self, name: str) -> bytes:
        """Return the bytes of a name. Raises `Invalid` when there are none, `TryAgain` when the storage is away."""
        if not NAME.fullmatch(name):
            raise Invalid("That is not the name of a stored file.")
        try:
            async with asyncio.timeout(SECONDS):
                stored = await self._store.get_async(name)
                return bytes(await stored.bytes_async())
        except FileNotFoundError as gone:
            raise Invalid(f"A file of {name.partition('/')[0]} is no longer in the storage.") from gone
        except (BaseError, OSError) as failed:
            raise TryAgain("A stored file could not be read: the storage did not return it.") from failed

    async def forget(self, dispute_id: str) -> None:
        """Delete every file of a dispute; doing it twice changes nothing more. Raises `TryAgain`."""
        try:
            async with asyncio.timeout(SECONDS):
                names = await self._names(dispute_id)
                if names:
                    await self._store.delete_async(names)
        except (BaseError, OSError) as failed:
            raise TryAgain(f"The files of {dispute_id} could not be deleted: the storage did not do it.") from failed

    async def _names(self, dispute_id: str) -> list[str]:
        return [stored["path"] async for page in self._store.list_async(dispute_id) for stored in page]


def in_memory() -> ObjectStorage:
    """Return a storage that forgets all of it at the end, for who looks and keeps nothing."""
    return ObjectStorage(MemoryStore())


def in_folder(folder: Path) -> ObjectStorage:
    """Return a storage in a folder that only this user may open. Raises `Invalid` when it cannot be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return ObjectStorage(LocalStore(folder.resolve(), mkdir=True))
    except (BaseError, OSError) as failed:
        raise Invalid(f"The folder {folder} for files cannot be used.") from failed


def in_bucket(url: str, options: Mapping[str, str]) -> ObjectStorage:
    """Return a storage in `s3://bucket/prefix`; see `bucket`. Raises `Invalid` for another URL or option."""
    return ObjectStorage(bucket(url, options, setting="REBUT_STORAGE"))


def bucket(url: str, options: Mapping[str, str], *, setting: str) -> S3Store:
    """Return the bucket of `s3://bucket/prefix`. A key missing in `options` is that of the machine's role.

    The options are `endpoint` (of a storage that is not Amazon's), `access_key_id`, `secret_access_key`, `region`.
    Raises `Invalid`, naming the setting, for another URL or option.
    """
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname:
        raise Invalid(f"{setting} is wrong: it must be s3://<bucket>/<prefix>, or unset for a local folder.")
    client: ClientConfig = {"allow_http": options.get("endpoint", "").startswith("http://"), "timeout": "10s"}
    retries: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=SECONDS / 2)}
    prefix = parts.path.strip("/") or None
    config = cast("S3Config", dict(options))
    try:
        return S3Store(parts.hostname, prefix=prefix, config=config, client_options=client, retry_config=retries)
    except (BaseError, ValueError) as failed:
        raise Invalid(f"{setting} cannot be used: the bucket's settings are wrong.") from failed
