"""A caller who comes too fast waits; nobody else does."""

from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
from starlette.types import Scope

from api.app import create
from api.middleware.rate_limit import MAX_CALLERS, RateLimit, RateLimits, RateMeter
from tests.api.builders import REVIEWER, VIEWER, an_event, bearer, payload, signed
from tests.fakes import fake_repositories, noon

# Five calls of a peer and three with a token at once; then so slow that no test sees another.
RATES = RateLimits(peer=0.005, token=0.003, burst=1_000)


@dataclass
class Ticks:
    at: float = 0.0

    def __call__(self):
        return self.at


@pytest.fixture
def repositories():
    return fake_repositories()


@pytest.fixture
async def calls(deps):
    """Opens the app once, and gives clients at any address."""

    @asynccontextmanager
    async def opener():
        yield deps

    app = create(opener, now=noon, rates=RATES)

    def at(address):
        return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://rebut")

    async with app.router.lifespan_context(app):
        yield at


async def statuses(client, path, times, **headers):
    return [(await client.get(path, headers=headers)).status_code for _ in range(times)]


@pytest.mark.parametrize("path", ["/disputes", "/disputes/du_1", "/automation", "/nowhere", "/openapi.json", "/readyz"])
async def test_each_route_turns_away_an_address_that_comes_too_fast(calls, path):
    async with calls("192.0.2.1") as client:
        seen = await statuses(client, path, 6)
    assert seen[5] == 429
    assert 429 not in seen[:5]


async def test_writing_routes_are_counted_too(calls):
    for method, path in (("post", "/disputes/du_1/verdict"), ("post", "/disputes/du_1/rerun"), ("put", "/automation")):
        async with calls(f"192.0.2.{len(path)}") as client:
            seen = [(await client.request(method, path)).status_code for _ in range(6)]
        assert seen == [401] * 5 + [429]


async def test_who_is_turned_away_learns_why_and_for_how_long(calls):
    async with calls("192.0.2.1") as client:
        *_, last = [await client.get("/disputes") for _ in range(6)]
    assert last.json() == {"error": "Too many requests; wait a moment."}
    assert 0 < int(last.headers["retry-after"]) <= 200
    assert last.headers["cache-control"] == "no-store"


async def test_a_token_is_counted_wherever_it_comes_from(calls):
    seen = []
    for number in range(4):
        async with calls(f"192.0.2.{number}") as client:
            seen += await statuses(client, "/automation", 1, **bearer(REVIEWER))
    async with calls("192.0.2.9") as client:
        seen += await statuses(client, "/automation", 1, **bearer(VIEWER))
    assert seen[3] == 429
    assert 429 not in (*seen[:3], seen[4])


async def test_guessing_tokens_is_counted_by_address(calls):
    async with calls("192.0.2.1") as client:
        seen = [(await client.get("/disputes", headers=bearer(f"guess-{n}"))).status_code for n in range(6)]
    assert seen == [401] * 5 + [429]


async def test_addresses_of_one_ipv6_network_are_one_caller(calls):
    seen = []
    for number in range(6):
        async with calls(f"2001:db8::{number}") as client:
            seen += await statuses(client, "/disputes", 1)
    async with calls("2001:db8:0:1::1") as client:
        seen += await statuses(client, "/disputes", 1)
    assert seen == [401] * 5 + [429, 401]


async def test_a_busy_browser_does_not_keep_stripe_behind_the_same_proxy_waiting(calls):
    body = payload(an_event())
    async with calls("192.0.2.1") as client:
        await statuses(client, "/disputes", 20)
        answers = [await client.post("/webhooks/stripe", content=body, headers=signed(body)) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


async def test_the_pulse_is_never_refused(calls):
    async with calls("192.0.2.1") as client:
        assert set(await statuses(client, "/healthz", 50)) == {200}


async def test_a_peer_without_an_address_is_a_caller_too():
    served = []

    async def app(scope, receive, send):
        served.append(scope["path"])

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        served.append(message.get("status", ""))

    pace = RateLimit(app, rates=RateLimits(peer=1, burst=1), now=Ticks())
    scope: Scope = {"type": "http", "path": "/disputes", "client": None, "headers": []}
    for _ in range(2):
        await pace(scope, receive, send)
    assert served == ["/disputes", 429, ""]


def test_stripes_bursts_pass_by_default():
    meter = RateMeter(Ticks())
    assert not any(meter.wait(b"stripe", RateLimits().peer, burst=RateLimits().burst) for _ in range(1_000))
    assert meter.wait(b"stripe", RateLimits().peer, burst=RateLimits().burst)


def test_a_caller_may_come_again_when_the_wait_is_over_and_not_before():
    ticks = Ticks()
    meter = RateMeter(ticks)
    assert [meter.wait(b"a", 2, burst=1) for _ in range(3)] == [0.0, 0.0, 0.5]
    ticks.at = 0.4
    assert meter.wait(b"a", 2, burst=1) == pytest.approx(0.1)
    ticks.at = 0.5
    assert meter.wait(b"a", 2, burst=1) == 0.0


def test_being_refused_does_not_prolong_the_wait():
    meter = RateMeter(Ticks())
    waits = [meter.wait(b"a", 1, burst=1) for _ in range(100)]
    assert waits == [0.0] + [1.0] * 99


def test_many_addresses_take_bounded_room_and_forget_the_longest_unseen():
    meter = RateMeter(Ticks(), max_callers=3)
    for caller in (b"a", b"b", b"c", b"a", b"d"):
        meter.wait(caller, 1, burst=1)
    assert len(meter) == 3
    assert meter.wait(b"a", 1, burst=1)
    assert not meter.wait(b"b", 1, burst=1)
    many = RateMeter(Ticks())
    for number in range(3 * MAX_CALLERS):
        many.wait(str(number).encode(), 1, burst=1)
    assert len(many) == MAX_CALLERS
