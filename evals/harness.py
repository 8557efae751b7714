"""The stand on which a case is played: the real playbooks, policy and printer over the facts of one case.

No database, no queue, no network: whoever asks for a port that a letter does not need is refused.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from agents.rebuttal import BuiltInWriter
from disputes import evidence, playbook, policy
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence, FactValue, build_fact
from disputes.ports.models import Analyst, MessageReader, Writer
from disputes.ports.rendering import ExhibitRenderer
from disputes.repositories.automation import AutomationSwitch
from evals.case import NOW, CaseFact, EvalCase
from graph.wiring.deps import Deps
from tools.pdf.renderer import PdfRenderer
from tools.sources import values


class OnRecord:
    """A source that tells the facts of one case, each cleaned as any other source's."""

    name = "case"
    keys: tuple[str, ...] = ()

    def __init__(self, case: EvalCase) -> None:
        self._records = case.records

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:  # noqa: ARG002 - as the port wants it
        """Give every fact, those of one system after those of another, so that systems may disagree."""
        found = Evidence()
        for system in dict.fromkeys(record.system for record in self._records):
            told = (_told(record) for record in self._records if record.system == system)
            found = found.plus(Evidence(facts=tuple(fact for fact in told if fact)))
        return found


def _told(record: CaseFact) -> evidence.Fact | None:
    value = _held(record)
    source = f"{record.system}:case:{record.kind}"
    return None if value is None else build_fact(record.kind, value, source, ref=record.ref)


def _held(record: CaseFact) -> FactValue | datetime | None:
    if isinstance(record.value, dict):
        return values.amount(record.value.get("amount"), record.value.get("currency"), unit="minor")
    return values.held(record.kind, record.value)


class _NeverStopped:
    """A kill switch that nobody moved."""

    async def read(self) -> AutomationSwitch:
        """Return a switch that holds nothing back."""
        return AutomationSwitch()


@dataclass(frozen=True)
class _Closed:
    """A port that refuses to be used."""

    port: str

    def __getattr__(self, name: str) -> object:
        """Refuse everything."""
        raise Invalid(f"An evaluation has no {self.port}, and {name} was asked of it.")


@dataclass(frozen=True)
class Harness:
    """What is the same for every case."""

    policy: policy.Policy
    books: playbook.Playbooks
    renderer: ExhibitRenderer
    writer: Writer | None = None
    reader: MessageReader | None = None
    analyst: Analyst | None = None

    @property
    def name(self) -> str:
        """Who writes."""
        return self.writer.name if self.writer else BuiltInWriter.name

    def deps(self, case: EvalCase) -> Deps:
        """Give the ports of one case."""
        open_ports = {
            "automation": _NeverStopped(),
            "sources": (OnRecord(case),),
            "renderer": self.renderer,
            "policy": self.policy,
            "playbooks": self.books,
            "now": now,
            "writer": self.writer,
            "reader": self.reader,
            "analyst": self.analyst,
            "storage": None,
        }
        closed: dict[str, Any] = {port.name: _Closed(port.name) for port in fields(Deps)}
        return Deps(**closed | open_ports)


def now() -> datetime:
    """Tell the one moment of all cases."""
    return NOW


def build(writer: Writer | None = None) -> Harness:
    """Build the stand for a writer; None is the built-in one. The policy is the default one."""
    return Harness(policy=policy.load(), books=playbook.load(), renderer=PdfRenderer(), writer=writer)
