"""All that a running Rebut has written, as text, to look for what must not be in it."""

import io
import json
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from redis.asyncio import Redis
from sqlalchemy import text

from graph.wiring.runtime import Runtime
from tools.postgres.database import open_engine

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"


async def in_postgres(runtime: Runtime) -> AsyncIterator[tuple[str, str]]:
    """Give every row of every table, with its table."""
    async with open_engine(runtime.servers.database_url) as engine, engine.connect() as connection:
        for table in (await connection.execute(text(TABLES))).scalars().all():
            rows = await connection.execute(text(f'SELECT row_to_json(entire)::text FROM "{table}" entire'))  # noqa: S608 - our own tables
            for row in rows.scalars():
                yield f"postgres:{table}", row


async def in_redis(runtime: Runtime) -> AsyncIterator[tuple[str, str]]:
    """Give every key with all that it holds, unpacked where it was squeezed."""
    async with Redis.from_url(runtime.servers.redis_url) as redis:
        async for key in redis.scan_iter():
            for held in (key, *_flat(await _held(redis, key))):
                yield f"redis:{key.decode()}", _plain(held)


def in_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Give every file, its name too, with the text of PDFs."""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield f"file:{path.name}", f"{path.name}\n{printed(data)}\n{data.decode('utf-8', 'replace')}"


def printed(data: bytes) -> str:
    """Give the text of a PDF, its metadata too; empty for anything else."""
    if not data.startswith(b"%PDF-"):
        return ""
    with PdfReader(io.BytesIO(data)) as reader:
        return "\n".join([json.dumps(dict(reader.metadata or {})), *(page.extract_text() for page in reader.pages)])


async def _held(redis: "Redis", key: bytes) -> Any:
    reads: dict[Any, Any] = {
        b"hash": redis.hgetall,
        b"zset": lambda key: redis.zrange(key, 0, -1),
        b"set": redis.smembers,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"stream": redis.xrange,
        b"string": redis.get,
    }
    return await reads[await redis.type(key)](key)


def _flat(held: Any) -> Iterator[bytes]:
    if isinstance(held, bytes):
        yield held
    elif isinstance(held, dict):
        yield from _flat([*held.keys(), *held.values()])
    elif isinstance(held, (list, tuple, set)):
        for one in held:
            yield from _flat(one)


def _plain(held: bytes) -> str:
    with suppress(zlib.error):
        held = zlib.decompress(held)
    # JSON may hold letters as escapes.
    text = held.decode("utf-8", "replace")
    return text if "\\u" not in text else f"{text}\n{text.encode().decode('unicode_escape', 'replace')}"
