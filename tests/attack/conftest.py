"""The front door's own parts, under attack here, and a way to knock that no client would let one knock."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import inf

import pytest

from api.app import create
from api.middleware.rate_limit import RateLimits
from tests.api.conftest import _engine, deps, gateway, queue, repositories
from tests.fakes import noon

__all__ = ["_engine", "deps", "gateway", "queue", "repositories"]

UNPACED = RateLimits(peer=inf, token=inf)


@pytest.fixture
def engine(_engine):
    return _engine


@dataclass
class Heard:
    """What an app answered."""

    status: int = 0
    body: bytes = b""
    headers: dict[bytes, bytes] = field(default_factory=dict)


class Knock:
    """Speaks to an app in ASGI itself: any bytes as headers, a body in any parts, and a caller who hangs up."""

    def __init__(self, app):
        self.app = app

    async def post(self, path, parts, headers, *, hangs_up=False):
        heard, waiting = Heard(), self._messages(parts, hangs_up=hangs_up)

        async def receive():
            return next(waiting, {"type": "http.disconnect"})

        async def send(message):
            if message["type"] == "http.response.start":
                heard.status, heard.headers = message["status"], dict(message["headers"])
            heard.body += message.get("body", b"")

        await self.app(self._scope(path, headers), receive, send)
        return heard

    @staticmethod
    def _messages(parts, *, hangs_up):
        for number, part in enumerate(parts, start=1):
            yield {"type": "http.request", "body": part, "more_body": hangs_up or number < len(parts)}

    @staticmethod
    def _scope(path, headers):
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": list(headers),
            "client": ("192.0.2.1", 1),
            "server": ("rebut", 80),
        }


@pytest.fixture
async def app(deps):
    """The app with no limit of requests a second, opened."""

    @asynccontextmanager
    async def opener():
        yield deps

    opened = create(opener, now=noon, rates=UNPACED)
    async with opened.router.lifespan_context(opened):
        yield opened


@pytest.fixture
def knock(app):
    return Knock(app)
