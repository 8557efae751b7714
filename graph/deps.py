"""The one place where agents and tools meet: every port of a running Rebut, opened together."""

from dataclasses import dataclass

from disputes.playbook import Playbooks
from disputes.policy import Policy
from disputes.ports import Clock, Courier, Docket, Printer, Queue, Source, Stripe, Writer


@dataclass(frozen=True)
class Deps:
    """Everything a step may need. `writer` is None without a model; the built-in writer is always there."""

    stripe: Stripe
    docket: Docket
    queue: Queue
    sources: tuple[Source, ...]
    printer: Printer
    courier: Courier
    policy: Policy
    playbooks: Playbooks
    now: Clock
    writer: Writer | None = None
    source_seconds: float = 10.0
