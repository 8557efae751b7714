import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.faults import Faults
from simulator.http.idempotency import Keys
from simulator.http.parameters import Thing
from simulator.state import Caller, Store
from simulator.webhooks import WebhookSender


@dataclass
class StatusRecord:
    """What befell one dispute: how often evidence reached the bank, was staged, was given up, and its statuses."""

    submissions: int = 0
    stagings: int = 0
    closes: int = 0
    statuses: list[str] = field(default_factory=list)


@dataclass
class Tally:
    """Counts what was done, at the place of the deed, so a replayed answer counts once."""

    disputes: dict[str, StatusRecord] = field(default_factory=dict)
    uploads: int = 0
    requests: int = 0
    by_route: dict[str, int] = field(default_factory=dict)

    def of(self, dispute: Thing) -> StatusRecord:
        """Give the record of a dispute."""
        return self.disputes.setdefault(dispute["id"], StatusRecord())

    def status(self, dispute: Thing) -> None:
        """Note the status when it is a new one."""
        statuses = self.of(dispute).statuses
        if not statuses or statuses[-1] != dispute["status"]:
            statuses.append(dispute["status"])


@dataclass
class Session:
    """One simulated Stripe: its objects, its post, its troubles, its memory of keys and its counts."""

    world: Store
    webhooks: WebhookSender
    trouble: Faults
    keys: Keys = field(default_factory=Keys)
    tally: Tally = field(default_factory=Tally)
    contents: dict[str, bytes] = field(default_factory=dict)

    def save(self, before: Thing, after: Thing, *kinds: str, caller: Caller | None = None) -> Thing:
        """Replace an object and emit these events about it, in this order."""
        self.world.put(after)
        if after["object"] == "dispute":
            self.tally.status(after)
        for kind in kinds:
            self.webhooks.emit(kind, after, before=before if kind.endswith(".updated") else None, caller=caller)
        return after

    def enter(self, things: list[Thing], *, silent: bool = False) -> list[Thing]:
        """Add objects as Stripe returns them, then announce their disputes; give the disputes."""
        added = [self.world.add(thing) for thing in things]
        disputes = [thing for thing in added if thing["object"] == "dispute"]
        for dispute in disputes:
            self.tally.status(dispute)
            if not silent:
                self.announce(dispute)
        return disputes

    def announce(self, dispute: Thing) -> None:
        """Emit what Stripe emits when a dispute begins."""
        self.webhooks.emit("charge.dispute.created", dispute)
        if any(txn.get("amount", 0) < 0 for txn in dispute["balance_transactions"]):
            self.webhooks.emit("charge.dispute.funds_withdrawn", dispute)

    def later(self, seconds: float, action: Callable[[], object]) -> None:
        """Do something after a while, unless the simulator ends first."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            action()

        task = asyncio.create_task(wait())
        self.webhooks.tasks.add(task)
        task.add_done_callback(self.webhooks.tasks.discard)
