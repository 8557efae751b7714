import asyncio
import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256

import httpx

from simulator.faults import Faults
from simulator.http.parameters import Thing
from simulator.state import Caller, Store, render

API_VERSION = "2026-10-28.endive"
LONGEST_PAUSE = 10.0
LATE = 1.0
AT_ONCE = 16


@dataclass
class WebhookEndpoint:
    """Where webhooks go and how they are signed; without a URL events are only listed."""

    url: str | None = None
    secret: str = ""


@dataclass
class WebhookSender:
    """Makes events and delivers them in the background, signed, in order per object, again until a 2xx."""

    world: Store
    trouble: Faults
    endpoint: WebhookEndpoint
    client: httpx.AsyncClient
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _last: dict[str, asyncio.Event] = field(default_factory=dict)

    def emit(self, kind: str, thing: Thing, *, before: Thing | None = None, caller: Caller | None = None) -> Thing:
        """Record an event about the object as it is now and start its delivery; give the event."""
        event = self._event(kind, thing, before, caller)
        subject = f"{kind} {thing['id']}"
        self._send(event, subject)
        if self.trouble.strikes(self.trouble.knobs.twins, "twins", subject):
            self._send({**event, "id": self.world.mint("evt")}, subject)
        return event

    async def close(self) -> None:
        """End all deliveries under way."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.client.aclose()

    def _event(self, kind: str, thing: Thing, before: Thing | None, caller: Caller | None) -> Thing:
        data: Thing = {"object": render(thing)}
        if before is not None:
            data["previous_attributes"] = changes(render(before), data["object"])
        asked: Thing = {"id": None, "idempotency_key": None}
        if caller:
            asked = {"id": caller.request_id, "idempotency_key": caller.idempotency_key}
        event = {
            "id": self.world.mint("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.world.seconds(),
            "data": data,
            "livemode": bool(thing.get("livemode", thing.get("_livemode", False))),
            "pending_webhooks": 1 if self.endpoint.url else 0,
            "request": asked,
            "type": kind,
        }
        account = thing.get("_account")
        return {**event, "account": account, "_account": account} if account else event

    def _send(self, event: Thing, subject: str) -> None:
        self.world.put(event)
        knobs = self.trouble.knobs
        if not self.endpoint.url or self.trouble.strikes(knobs.drop, "drop", subject):
            return
        self._start(event, late=self.trouble.strikes(knobs.reorder, "reorder", subject))
        if self.trouble.strikes(knobs.duplicates, "duplicates", subject):
            self._start(event, late=False)

    def _start(self, event: Thing, *, late: bool) -> None:
        subject = str(event["data"]["object"]["id"])
        previous, tried = self._last.get(subject), asyncio.Event()
        if late:
            previous = None
        else:
            self._last[subject] = tried
        task = asyncio.create_task(self._deliver(event, previous, tried, LATE if late else 0.0))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(self, event: Thing, previous: asyncio.Event | None, tried: asyncio.Event, hold: float) -> None:
        try:
            if previous:
                await previous.wait()
            await asyncio.sleep(hold + self.trouble.knobs.delay)
            delivered = await self._post(event)
        finally:
            tried.set()
        attempt = 0
        while not delivered and attempt < self.trouble.knobs.retries:
            await asyncio.sleep(min(self.trouble.knobs.backoff * 2**attempt, LONGEST_PAUSE))
            delivered, attempt = await self._post(event), attempt + 1
        if delivered:
            self.world.put({**event, "pending_webhooks": 0})

    async def _post(self, event: Thing) -> bool:
        # thousands of requests waiting in the client's own pool would stall it
        async with self._slots:
            return await self._knock(event)

    async def _knock(self, event: Thing) -> bool:
        body = json.dumps(render(event))
        header = sign(body, self.endpoint.secret, self.world.seconds())
        headers = {"Stripe-Signature": header, "Content-Type": "application/json; charset=utf-8"}
        try:
            response = await self.client.post(self.endpoint.url or "", content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return response.is_success


def sign(body: str, secret: str, at: int) -> str:
    """Give the `Stripe-Signature` header of a body at a UTC second (docs.stripe.com/webhooks/signature)."""
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.{body}'.encode(), sha256).hexdigest()}"


def changes(before: Thing, after: Thing) -> Thing:
    """Give the earlier values of what changed, hash by hash."""
    changed: Thing = {}
    for key, value in after.items():
        old = before.get(key)
        if old == value:
            continue
        changed[key] = changes(old, value) if isinstance(old, dict) and isinstance(value, dict) else old
    return changed
