"""Rate limits of one caller, on every route but `/healthz`.

Each process counts for itself and in memory: a limit that asked Redis would turn Stripe away whenever Redis is away.
A caller is the address of the peer, an IPv6 one by its network of 64 bits, and also the bearer token. Behind a proxy
the peer is the proxy, and all share its limit, until uvicorn may believe its X-Forwarded-For (`FORWARDED_ALLOW_IPS`).
"""

import hashlib
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems

UNLIMITED_PATHS = frozenset({"/healthz"})
SEPARATE_PATHS = ("/webhooks/", "/readyz")
"""What begins with one of these has a limit of its own, one for each; all other paths share one."""
MAX_CALLERS = 10_000


@dataclass(frozen=True)
class RateLimits:
    """Requests a second, for a peer (Stripe comes in bursts of 100) and for a token.

    What `burst` seconds allow may come at once.
    """

    peer: float = 100
    token: float = 20
    burst: float = 10


class RateMeter:
    """Counts callers by the generic cell rate algorithm: one number each, of at most `max_callers` callers.

    The caller longest unseen is forgotten first, and starts anew. `now` returns seconds that never go back.
    """

    def __init__(self, now: Callable[[], float], *, max_callers: int = MAX_CALLERS) -> None:
        self._now, self._max_callers = now, max_callers
        self._due: OrderedDict[bytes, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._due)

    def wait(self, caller: bytes, rate: float, *, burst: float) -> float:
        """Count one request and return 0.0; when it comes too soon, return the seconds to wait and do not count it."""
        now = self._now()
        due = max(self._due.pop(caller, now), now) + 1 / rate
        early = due - now - burst
        self._due[caller] = due if early <= 0 else due - 1 / rate
        if len(self._due) > self._max_callers:
            self._due.popitem(last=False)
        return max(early, 0.0)


class RateLimit:
    """ASGI middleware that answers 429 to a caller who comes too fast, before anything of the request is read."""

    def __init__(self, app: ASGIApp, *, rates: RateLimits, now: Callable[[], float] = time.monotonic) -> None:
        self._app, self._rates, self._meter = app, rates, RateMeter(now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 429 with the seconds to wait."""
        wait = self._wait(scope) if scope["type"] == "http" else 0.0
        if not wait:
            await self._app(scope, receive, send)
            return
        headers = {"Retry-After": str(ceil(wait))}
        await problems.respond(429, "Too many requests; wait a moment.", headers=headers)(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path in UNLIMITED_PATHS:
            return 0.0
        waits = (self._meter.wait(key, rate, burst=self._rates.burst) for key, rate in self._callers(scope, path))
        return next((wait for wait in waits if wait), 0.0)

    def _callers(self, scope: Scope, path: str) -> Iterator[tuple[bytes, float]]:
        # Stripe must not wait because a browser behind the same proxy is busy.
        separate = next((start for start in SEPARATE_PATHS if path.startswith(start)), "")
        yield _key(f"{separate} {_network(scope)}"), self._rates.peer
        if not separate and (token := Headers(scope=scope).get("authorization")):
            yield _key(token), self._rates.token


def _network(scope: Scope) -> str:
    host = (scope.get("client") or ("",))[0]
    try:
        return str(ipaddress.ip_network((host, 64), strict=False)) if ":" in host else host
    except ValueError:
        return host


def _key(caller: str) -> bytes:
    """Return a key of one length; a token is kept only as its hash."""
    return hashlib.sha256(caller.encode("utf-8", "surrogatepass")).digest()
