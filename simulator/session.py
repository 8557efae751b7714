"""One simulated Stripe in memory, and the counts of what was done to its disputes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.faults import Faults
from simulator.http.idempotency import IdempotencyKeys
from simulator.http.parameters import JsonObject
from simulator.state import Caller, Store
from simulator.webhooks import WebhookSender


@dataclass
class DisputeCounts:
    """The counts of one dispute: evidence submitted to the bank, evidence staged, closes, and its statuses in order."""

    submissions: int = 0
    stagings: int = 0
    closes: int = 0
    statuses: list[str] = field(default_factory=list)


@dataclass
class Counts:
    """Counts of what was executed; a replayed answer counts once."""

    disputes: dict[str, DisputeCounts] = field(default_factory=dict)
    uploads: int = 0
    requests: int = 0
    by_route: dict[str, int] = field(default_factory=dict)

    def of(self, dispute: JsonObject) -> DisputeCounts:
        """Return the counts of a dispute."""
        return self.disputes.setdefault(dispute["id"], DisputeCounts())

    def add_status(self, dispute: JsonObject) -> None:
        """Record the dispute's status if it differs from the last one."""
        statuses = self.of(dispute).statuses
        if not statuses or statuses[-1] != dispute["status"]:
            statuses.append(dispute["status"])


@dataclass
class Session:
    """One simulated Stripe: its objects, webhook sender, faults, idempotency keys, counts and file contents."""

    store: Store
    webhooks: WebhookSender
    faults: Faults
    keys: IdempotencyKeys = field(default_factory=IdempotencyKeys)
    counts: Counts = field(default_factory=Counts)
    contents: dict[str, bytes] = field(default_factory=dict)

    def save(self, before: JsonObject, after: JsonObject, *kinds: str, caller: Caller | None = None) -> JsonObject:
        """Replace an object and emit webhook events of these types about it, in this order."""
        self.store.put(after)
        if after["object"] == "dispute":
            self.counts.add_status(after)
        for kind in kinds:
            self.webhooks.emit(kind, after, before=before if kind.endswith(".updated") else None, caller=caller)
        return after

    def add_objects(self, objects: list[JsonObject], *, silent: bool = False) -> list[JsonObject]:
        """Add objects as Stripe returns them; return their disputes, whose first events are sent unless `silent`."""
        added = [self.store.add(obj) for obj in objects]
        disputes = [obj for obj in added if obj["object"] == "dispute"]
        for dispute in disputes:
            self.counts.add_status(dispute)
            if not silent:
                self.announce(dispute)
        return disputes

    def announce(self, dispute: JsonObject) -> None:
        """Emit the webhook events that Stripe emits when a dispute is opened."""
        self.webhooks.emit("charge.dispute.created", dispute)
        if any(txn.get("amount", 0) < 0 for txn in dispute["balance_transactions"]):
            self.webhooks.emit("charge.dispute.funds_withdrawn", dispute)

    def schedule(self, seconds: float, action: Callable[[], object]) -> None:
        """Run an action after some seconds, unless the simulator ends first."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            action()

        task = asyncio.create_task(wait())
        self.webhooks.tasks.add(task)
        task.add_done_callback(self.webhooks.tasks.discard)
