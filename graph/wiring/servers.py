"""Where Redis and PostgreSQL are: the configured ones, and embedded ones for what is not configured."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from graph.wiring.settings import Settings
from tools.embedded import servers as embedded_servers


@dataclass(frozen=True)
class Servers:
    """Where Redis and PostgreSQL are, and which of them Rebut started itself."""

    redis_url: str
    database_url: str
    embedded: tuple[str, ...]


@asynccontextmanager
async def open_servers(settings: Settings) -> AsyncIterator[Servers]:
    """Open the configured servers; what is not configured, and nothing else, is embedded under the home folder."""
    redis, database = _plain(settings.redis_url), _plain(settings.database_url)
    embedded = tuple(name for name, url in (("Redis", redis), ("PostgreSQL", database)) if not url)
    if not embedded:
        yield Servers(redis, database, ())
        return
    async with embedded_servers.open_servers(settings.home, wanted=embedded) as servers:
        yield Servers(redis or servers.redis_url, database or servers.database_url, embedded)


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
