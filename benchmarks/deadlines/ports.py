"""Sources, exhibits, targets and the queue of a simulated Rebut, all in memory."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from disputes.case import Sheet
from disputes.dispute import Dispute
from disputes.errors import TryAgain
from disputes.evidence import Evidence, FactValue, build_fact
from disputes.money import Money
from disputes.repositories.outbox import OutboxMessage
from tests.jobs.harness import FakeRedis

ADDRESS = "12 Main St\nApt 4\nNew York, NY, 10001, US"
SOURCE, CARRIER = "shop:order", "carrier:tracking"


@dataclass
class Shop:
    """A source that knows much, little or contradictory things of a payment, by the end of the dispute's id."""

    name: str = "shop"
    keys: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:  # noqa: ARG002 - the port's
        """Return the facts."""
        strength = dispute.id.rpartition("_")[2]
        delivery = {"strong": _delivery, "contradictory": _delivery, "middling": _parcel}.get(strength, _nothing)
        facts = {**_payment(dispute), **delivery(dispute)}
        evidence = Evidence(facts=tuple(build_fact(kind, value, SOURCE) for kind, value in facts.items()))
        if strength != "contradictory":
            return evidence
        late = build_fact("delivered_at", dispute.created - timedelta(days=2), CARRIER)
        return evidence.plus(Evidence(facts=(late,)))


def _nothing(_: Dispute) -> dict[str, FactValue | datetime]:
    return {}


def _parcel(dispute: Dispute) -> dict[str, FactValue | datetime]:
    return {"delivered_at": dispute.created - timedelta(days=35), "tracking_number": "1Z999AA10123456784"}


def _payment(dispute: Dispute) -> dict[str, FactValue | datetime]:
    return {
        "dispute_amount": dispute.money,
        "amount_paid": Money(amount=dispute.amount, currency=dispute.currency),
        "paid_at": dispute.created - timedelta(days=40),
        "order_id": "A-1042",
        "product_type": "physical",
        "product_description": "Maple side table, 2 drawers",
        "customer_name": "Zoe Angstrom",
        "card": "Visa ending 4242",
    }


def _delivery(dispute: Dispute) -> dict[str, FactValue | datetime]:
    return {
        "shipped_at": dispute.created - timedelta(days=38),
        "delivered_at": dispute.created - timedelta(days=35),
        "carrier": "UPS",
        "tracking_number": "1Z999AA10123456784",
        "delivery_signature": "Z. Angstrom",
        "billing_address": ADDRESS,
        "shipping_address": ADDRESS,
        "shipping_matches_billing": True,
    }


class Renderer:
    """Renders bytes in place of PDFs."""

    async def render(self, sheet: Sheet) -> bytes:
        """Return the same bytes for the same sheet."""
        return hashlib.sha256(sheet.model_dump_json().encode()).hexdigest().encode()

    async def unreadable(self, sheet: Sheet) -> str:  # noqa: ARG002 - the port's
        """Return nothing: all is drawn."""
        return ""

    def pages(self, data: bytes) -> int:  # noqa: ARG002 - the port's
        """Return 1."""
        return 1


@dataclass
class Sent:
    """One delivery to a target."""

    at: datetime
    message: OutboxMessage


@dataclass
class Targets:
    """Where messages go: each target is up or down, and remembers what it got."""

    now: Callable[[], datetime]
    down: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sent: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    failed: int = 0

    async def send(self, message: OutboxMessage) -> None:
        """Take a message, or not."""
        await asyncio.sleep(0)
        if self.down[message.target]:
            self.failed += 1
            raise TryAgain(f"{message.target} is down.")
        self.sent[message.key].append(Sent(self.now(), message))


@dataclass
class Queue:
    """The queue in Redis, which loses its jobs when that is emptied."""

    jobs: list[tuple[str, str | None, int]] = field(default_factory=list)
    down: bool = False

    async def enqueue(self, dispute_id: str, *, account: str | None = None) -> None:
        """Take a job."""
        if self.down:
            raise TryAgain("Redis does not answer.")
        self._add(dispute_id, account)

    async def try_enqueue(self, dispute_id: str, *, account: str | None = None) -> bool:
        """Take a job where that is possible."""
        if not self.down:
            self._add(dispute_id, account)
        return not self.down

    def _add(self, dispute_id: str, account: str | None) -> None:
        if (dispute_id, account, 1) not in self.jobs:
            self.jobs.append((dispute_id, account, 1))

    def take(self) -> list[tuple[str, str | None, int]]:
        """Return the jobs and forget them."""
        taken, self.jobs = self.jobs, []
        return taken


@dataclass
class Later:
    """A job that waits: `done` is called with its delay."""

    put: Callable[[timedelta], None]

    def start(self, *, delay: timedelta) -> "Later":
        """Put it off."""
        self.put(delay)
        return self

    def __await__(self) -> Iterator[None]:
        return iter(())


@dataclass
class StreaqWorker:
    """What the handler of a job uses of streaq: a job of its own for a dispute that another worker holds."""

    later: list[Callable[[str, str | None, int, timedelta], None]]
    redis: FakeRedis = field(default_factory=FakeRedis)

    def enqueue_unsafe(self, _name: str, dispute_id: str, account: str | None) -> Later:
        """Return a job to be started later."""
        return Later(lambda delay: self.later[0](dispute_id, account, 1, delay))
