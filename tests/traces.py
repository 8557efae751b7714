"""Everything a running Rebut has written, as text, to search it for what must not be there."""

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


async def read_postgres(runtime: Runtime) -> AsyncIterator[tuple[str, str]]:
    """Yield every row of every table with its table."""
    async with open_engine(runtime.servers.database_url) as engine, engine.connect() as connection:
        for table in (await connection.execute(text(TABLES))).scalars().all():
            rows = await connection.execute(text(f'SELECT row_to_json(entire)::text FROM "{table}" entire'))  # noqa: S608 - our own tables
            for row in rows.scalars():
                yield f"postgres:{table}", row


async def read_redis(runtime: Runtime) -> AsyncIterator[tuple[str, str]]:
    """Yield every key with its contents, decompressed where they were compressed."""
    async with Redis.from_url(runtime.servers.redis_url) as redis:
        async for key in redis.scan_iter():
            for content in (key, *_flatten(await _read_key(redis, key))):
                yield f"redis:{key.decode()}", _decode(content)


def read_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every file with its name and the text of PDFs."""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield f"file:{path.name}", f"{path.name}\n{pdf_text(data)}\n{data.decode('utf-8', 'replace')}"


def pdf_text(data: bytes) -> str:
    """Return the text of a PDF with its metadata; empty for anything else."""
    if not data.startswith(b"%PDF-"):
        return ""
    with PdfReader(io.BytesIO(data)) as reader:
        return "\n".join([json.dumps(dict(reader.metadata or {})), *(page.extract_text() for page in reader.pages)])


async def _read_key(redis: "Redis", key: bytes) -> Any:
    reads: dict[Any, Any] = {
        b"hash": redis.hgetall,
        b"zset": lambda key: redis.zrange(key, 0, -1),
        b"set": redis.smembers,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"stream": redis.xrange,
        b"string": redis.get,
    }
    return await reads[await redis.type(key)](key)


def _flatten(content: Any) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, dict):
        yield from _flatten([*content.keys(), *content.values()])
    elif isinstance(content, (list, tuple, set)):
        for item in content:
            yield from _flatten(item)


def _decode(content: bytes) -> str:
    with suppress(zlib.error):
        content = zlib.decompress(content)
    # JSON may hold letters as escapes.
    text = content.decode("utf-8", "replace")
    return text if "\\u" not in text else f"{text}\n{text.encode().decode('unicode_escape', 'replace')}"
