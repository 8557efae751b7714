"""Files of cases, in a folder or an S3-compatible bucket, by one library that speaks to both.

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
from obstore.store import LocalStore, S3Store

from disputes.errors import Invalid, TryAgain

if TYPE_CHECKING:  # these are only there for type checkers
    from obstore.store import ClientConfig, RetryConfig, S3Config

KNOWN = 32  # the hex digits of a hash by which bytes are found again; it is nothing a name is guessed from
TOKEN = 24  # random bytes in a name
NAME = re.compile(r"[A-Za-z0-9_]{1,205}/[0-9a-f]{32}-[A-Za-z0-9_-]{32}", re.ASCII)
SECONDS = 20.0


class ObjectStorage:
    """Keeps bytes as `<dispute>/<hash>-<random>`; knowing a file does not give its name, nor a name another one's."""

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store

    async def keep(self, dispute_id: str, data: bytes) -> str:
        """Keep bytes and give their name; the same bytes of one dispute are kept once. Raises `TryAgain`."""
        start = f"{dispute_id}/{hashlib.sha256(data).hexdigest()[:KNOWN]}-"
        try:
            async with asyncio.timeout(SECONDS):
                held = [found["path"] async for page in self._store.list_async(dispute_id) for found in page]
                known = next((name for name in sorted(held) if name.startswith(start) and NAME.fullmatch(name)), None)
                if known is None:
                    known = start + secrets.token_urlsafe(TOKEN)
                    await self._store.put_async(known, data)
        except (BaseError, OSError) as failed:
            raise TryAgain(f"A file of {dispute_id} could not be kept: the storage did not take it.") from failed
        return known

    async def read(self, name: str) -> bytes:
        """Give the bytes of a name. Raises `Invalid` when there are none, `TryAgain` when the storage is away."""
        if not NAME.fullmatch(name):
            raise Invalid("That is not the name of a stored file.")
        try:
            async with asyncio.timeout(SECONDS):
                found = await self._store.get_async(name)
                return bytes(await found.bytes_async())
        except FileNotFoundError as gone:
            raise Invalid(f"A file of {name.partition('/')[0]} is no longer in the storage.") from gone
        except (BaseError, OSError) as failed:
            raise TryAgain("A stored file could not be read: the storage did not give it.") from failed

    async def forget(self, dispute_id: str) -> None:
        """Delete every file of a dispute; doing it twice changes nothing more. Raises `TryAgain`."""
        try:
            async with asyncio.timeout(SECONDS):
                held = [found["path"] async for page in self._store.list_async(dispute_id) for found in page]
                if held:
                    await self._store.delete_async(held)
        except (BaseError, OSError) as failed:
            raise TryAgain(f"The files of {dispute_id} could not be deleted: the storage did not do it.") from failed


def in_folder(folder: Path) -> ObjectStorage:
    """Keep files in a folder that only this user may open. Raises `Invalid` when it cannot be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return ObjectStorage(LocalStore(folder.resolve(), mkdir=True))
    except (BaseError, OSError) as failed:
        raise Invalid(f"The folder {folder} for files cannot be used.") from failed


def in_bucket(url: str, options: Mapping[str, str]) -> ObjectStorage:
    """Keep files in `s3://bucket/prefix`; see `bucket`. Raises `Invalid` for another URL or option."""
    return ObjectStorage(bucket(url, options, setting="REBUT_STORAGE"))


def bucket(url: str, options: Mapping[str, str], *, setting: str) -> S3Store:
    """Open `s3://bucket/prefix`. What `options` leaves out, such as a key, is that of the machine's role.

    They are `endpoint` (of a storage that is not Amazon's), `access_key_id`, `secret_access_key`, `region`.
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
