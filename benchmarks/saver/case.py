"""A disputed payment with as much text as real evidence has, and ports that answer from memory."""

import json
import pydoc_data.topics
from datetime import UTC, datetime, timedelta
from typing import Any

from disputes import policy
from disputes.case import Sheet
from disputes.dispute import Dispute
from disputes.evidence import Evidence, build_fact
from disputes.money import Money
from disputes.playbook.loading import load_playbooks
from disputes.repositories.cases import CaseRecord
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.deps import Deps, utc
from tests.fakes import fake_repositories

LETTERS, LENGTH = 6, 1_900
# English prose that every Python carries: it repeats itself as little as a customer's letters do.
PROSE = " ".join(" ".join(pydoc_data.topics.topics.values()).split())
PLAIN = {
    "order_id": "A-1042",
    "product_description": "Maple side table, 2 drawers (SKU 88-1)",
    "customer_name": "Zoë Ångström",
    "customer_email": "zoe@example.com",
    "customer_ip": "203.0.113.7",
    "device_id": "d3f4a9-77",
    "billing_address": "12 Main St\nApt 4\nNew York, NY, 10001, US",
    "shipping_address": "12 Main St\nApt 4\nNew York, NY, 10001, US",
    "card": "Visa ending 4242",
    "carrier": "UPS",
    "tracking_number": "1Z999AA10123456784",
}


class CasePorts:
    """Stripe, a source and the renderer in one; each answers at once and stores nothing."""

    name, livemode = "memory", False
    keys: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    async def dispute(self, dispute_id: str, *, account: str | None = None) -> Dispute:
        """Return a fraud dispute, which a person must review."""
        now = datetime.now(UTC)
        plain = {"id": dispute_id, "account": account, "status": "needs_response", "reason": "fraudulent"}
        times = {"created": now - timedelta(days=1), "due_by": now + timedelta(days=9)}
        return Dispute.model_validate({**plain, **times, "amount": 18_000, "currency": "usd", "network": "visa"})

    async def disputes_of(self, dispute: Dispute) -> tuple[Dispute, ...]:
        """Return the dispute alone."""
        return (dispute,)

    async def gather(self, dispute: Dispute, _known: Evidence) -> Evidence:
        """Return a dozen facts, and messages that no other dispute has."""
        source = "memory:payment"
        start = int(dispute.id.rpartition("_")[2]) * 977
        facts = [build_fact(kind, value, source) for kind, value in PLAIN.items()]
        facts += [
            build_fact("amount_paid", Money(amount=18_000, currency="usd"), source),
            build_fact("paid_at", dispute.created - timedelta(days=30), source),
            *(build_fact("customer_message", _letter(start + n * LENGTH), source, ref=str(n)) for n in range(LETTERS)),
        ]
        return Evidence(facts=tuple(facts))

    async def render(self, sheet: Sheet) -> bytes:
        """Return bytes in place of a PDF, whose rendering would hide the cost of a saver."""
        return sheet.title.encode() * 100

    async def unreadable(self, _sheet: Sheet) -> str:
        """Return nothing."""
        return ""

    def pages(self, _data: bytes) -> int:
        """Return 1."""
        return 1


class ForgetfulRepositories:
    """Repositories that store nothing: copying each case would slow every saver alike."""

    async def find(self, dispute_id: str) -> CaseRecord | None:  # noqa: ARG002 - the port's signature
        """Return None."""
        return None

    async def save(self, record: CaseRecord, **_options: int | None) -> int:  # noqa: ARG002 - the port's signature
        """Accept a case and return version 1."""
        return 1

    async def write(self, *_plan: object, **_options: int) -> None:
        """Accept a plan."""

    async def withdraw(self, _prefix: str, **_options: str) -> int:
        """Take back nothing."""
        return 0

    async def put(self, message: OutboxMessage) -> bool:  # noqa: ARG002 - the port's signature
        """Accept a message."""
        return True


def deps() -> Deps:
    """Build the ports for the graph."""
    ports: Any = CasePorts()
    repositories: Any = {
        **vars(fake_repositories()),
        "cases": ForgetfulRepositories(),
        "outbox": ForgetfulRepositories(),
        "plans": ForgetfulRepositories(),
    }
    del repositories["database"]
    others = {
        "queue": ports,
        "sender": ports,
        "webhooks": ports,
        "policy": policy.load(),
        "playbooks": load_playbooks(),
        "now": utc,
    }
    return Deps(**repositories, stripe=ports, sources=(ports,), renderer=ports, **others)


def size(values: dict[str, Any]) -> int:
    """Return the bytes of a state as JSON."""
    return len(json.dumps(values, default=lambda model: model.model_dump(mode="json"), ensure_ascii=False).encode())


def _letter(start: int) -> str:
    at = start % (len(PROSE) - LENGTH)
    return PROSE[at : at + LENGTH]
