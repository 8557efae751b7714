"""Webhook events: built, signed, and delivered in the background with retries."""

import asyncio
import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256

import httpx

from simulator.faults import Faults
from simulator.http.parameters import JsonObject
from simulator.state import Caller, Store, render

API_VERSION = "2026-10-28.endive"
MAX_BACKOFF_SECONDS = 10.0
REORDER_SECONDS = 1.0
MAX_CONCURRENT = 16


@dataclass
class WebhookEndpoint:
    """The URL and signing secret of the webhook endpoint; without a URL events are listed but not delivered."""

    url: str | None = None
    secret: str = ""


@dataclass
class WebhookSender:
    """Builds events and delivers them in the background: signed, in order for each object, retried until a 2xx."""

    store: Store
    faults: Faults
    endpoint: WebhookEndpoint
    client: httpx.AsyncClient
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MAX_CONCURRENT))
    _last: dict[str, asyncio.Event] = field(default_factory=dict)

    def emit(
        self, kind: str, obj: JsonObject, *, before: JsonObject | None = None, caller: Caller | None = None
    ) -> JsonObject:
        """Store an event about the object as it is now, start its delivery, and return it."""
        event = self._event(kind, obj, before, caller)
        subject = f"{kind} {obj['id']}"
        self._send(event, subject)
        if self.faults.roll(self.faults.settings.twins, "twins", subject):
            self._send({**event, "id": self.store.new_id("evt")}, subject)
        return event

    async def close(self) -> None:
        """Cancel all unfinished deliveries."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.client.aclose()

    def _event(self, kind: str, obj: JsonObject, before: JsonObject | None, caller: Caller | None) -> JsonObject:
        data: JsonObject = {"object": render(obj)}
        if before is not None:
            data["previous_attributes"] = previous_values(render(before), data["object"])
        request: JsonObject = {"id": None, "idempotency_key": None}
        if caller:
            request = {"id": caller.request_id, "idempotency_key": caller.idempotency_key}
        event = {
            "id": self.store.new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.store.seconds(),
            "data": data,
            "livemode": bool(obj.get("livemode", obj.get("_livemode", False))),
            "pending_webhooks": 1 if self.endpoint.url else 0,
            "request": request,
            "type": kind,
        }
        account = obj.get("_account")
        return {**event, "account": account, "_account": account} if account else event

    def _send(self, event: JsonObject, subject: str) -> None:
        self.store.put(event)
        settings = self.faults.settings
        if not self.endpoint.url or self.faults.roll(settings.drop, "drop", subject):
            return
        self._start_delivery(event, late=self.faults.roll(settings.reorder, "reorder", subject))
        if self.faults.roll(settings.duplicates, "duplicates", subject):
            self._start_delivery(event, late=False)

    def _start_delivery(self, event: JsonObject, *, late: bool) -> None:
        subject = str(event["data"]["object"]["id"])
        previous, attempted = self._last.get(subject), asyncio.Event()
        if late:
            previous = None
        else:
            self._last[subject] = attempted
        task = asyncio.create_task(self._deliver(event, previous, attempted, REORDER_SECONDS if late else 0.0))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _deliver(
        self, event: JsonObject, previous: asyncio.Event | None, attempted: asyncio.Event, pause: float
    ) -> None:
        try:
            if previous:
                await previous.wait()
            await asyncio.sleep(pause + self.faults.settings.delay)
            delivered = await self._post(event)
        finally:
            attempted.set()
        attempt = 0
        while not delivered and attempt < self.faults.settings.retries:
            await asyncio.sleep(min(self.faults.settings.backoff * 2**attempt, MAX_BACKOFF_SECONDS))
            delivered, attempt = await self._post(event), attempt + 1
        if delivered:
            self.store.put({**event, "pending_webhooks": 0})

    async def _post(self, event: JsonObject) -> bool:
        # thousands of requests waiting in the client's own pool would stall it
        async with self._slots:
            return await self._post_signed(event)

    async def _post_signed(self, event: JsonObject) -> bool:
        body = json.dumps(render(event))
        header = sign(body, self.endpoint.secret, self.store.seconds())
        headers = {"Stripe-Signature": header, "Content-Type": "application/json; charset=utf-8"}
        try:
            response = await self.client.post(self.endpoint.url or "", content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return response.is_success


def sign(body: str, secret: str, at: int) -> str:
    """Return the `Stripe-Signature` header of a body at a UTC second (docs.stripe.com/webhooks/signature)."""
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.{body}'.encode(), sha256).hexdigest()}"


def previous_values(before: JsonObject, after: JsonObject) -> JsonObject:
    """Return the earlier values of what changed, recursively for hashes."""
    changed: JsonObject = {}
    for key, value in after.items():
        old = before.get(key)
        if old == value:
            continue
        changed[key] = previous_values(old, value) if isinstance(old, dict) and isinstance(value, dict) else old
    return changed
